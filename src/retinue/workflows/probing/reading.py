"""What is read for each kind of act, and what it proves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.schemas import Doubt, Finding, Sight
from retinue.drivers.network.protocol import Comment, Line, Page
from retinue.workflows.engagement.schemas import Look

_COMMENT_PAGES = 3
_CLOCKS_APART = timedelta(minutes=5)
"""How far the network's clock may differ from ours, and a comment may be late."""


def look_for(line: Line, doubt: Doubt, look: Look) -> Finding:
    """
    One look at the place where the effect would be.

    Raises:
        Unseen: the place cannot be read.
    """
    read = _READERS.get(doubt.action)
    return read(line, doubt, look) if read else _unreadable("this kind of act leaves no trace")


def _like(line: Line, doubt: Doubt, look: Look) -> Finding:
    post_id = doubt.object_id
    if post_id is None:
        return _unreadable("it is not known which post it was")
    post = look(lambda: line.post(post_id))
    return _seen(is_there=post.is_liked, what="is_liked")


def _follow(line: Line, doubt: Doubt, look: Look) -> Finding:
    handle = doubt.target.handle
    if not handle:
        return _unreadable("somebody else has the person's handle now")
    profile = look(lambda: line.profile(handle))
    if doubt.target.network_id and profile.network_id != doubt.target.network_id:
        return _unreadable("somebody else has the person's handle now")
    return _seen(is_there=profile.is_followed, what="is_followed")


def _comment(line: Line, doubt: Doubt, look: Look) -> Finding:
    post_id = doubt.object_id
    if post_id is None or doubt.text_hash is None or doubt.own_id is None:
        return _unreadable("post, text or own number is not known")
    cursor: str | None = None
    for _ in range(_COMMENT_PAGES):
        page = _comments(line, post_id, cursor, look)
        found = next((one for one in page.items if _is_ours(one, doubt)), None)
        if found is not None:
            facts = {"comment_id": found.network_id, "posted_at": found.posted_at.isoformat()}
            return Finding(Sight.present, facts)
        cursor = page.next_cursor
        if cursor is None:
            break
    return Finding(Sight.missing, {"looked_at": "comments"})


def _comments(line: Line, post_id: str, cursor: str | None, look: Look) -> Page[Comment]:
    return look(lambda: line.comments(post_id, cursor=cursor))


def _is_ours(comment: Comment, doubt: Doubt) -> bool:
    begins, ends = doubt.started_at - _CLOCKS_APART, doubt.unknown_since + _CLOCKS_APART
    return (
        comment.author.network_id == doubt.own_id
        and begins <= comment.posted_at <= ends
        and ledger.text_hash(comment.text) == doubt.text_hash
    )


_READERS: Mapping[str, Callable[[Line, Doubt, Look], Finding]] = {
    "like": _like,
    "follow": _follow,
    "comment": _comment,
}


def _seen(*, is_there: bool, what: str) -> Finding:
    return Finding(Sight.present if is_there else Sight.missing, {what: is_there})


def _unreadable(why: str) -> Finding:
    return Finding(Sight.unreadable, {"message": why})
