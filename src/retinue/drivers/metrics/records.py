"""
From the answers of all sources and versions to one `Reading`.

The shapes differ and drift, so each number is looked for in every place it is known to stand in.
What is there and is no count is an error that names the place: a wrong number in a history is
worse than a missing one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from retinue.drivers.metrics.errors import SourceBroken, SubjectNotFound
from retinue.drivers.metrics.naming import compared
from retinue.drivers.metrics.protocol import Reading, Subject, SubjectKind

LARGEST = 2**53
_LONGEST_NUMBER = 16
_LONGEST_NAME = 500
_LONGEST_TEXT = 10_000
_LONGEST_ID = 100
_SHORTEST_CODE = 8

Path = tuple[str | int, ...]

_COUNTS: dict[SubjectKind, dict[str, tuple[Path, ...]]] = {
    SubjectKind.influencer: {
        "follower_count": (
            ("edge_followed_by", "count"),
            ("follower_count",),
            ("followers_count",),
        ),
        "following_count": (
            ("edge_follow", "count"),
            ("following_count",),
            ("follows_count",),
        ),
        "post_count": (("edge_owner_to_timeline_media", "count"), ("media_count",)),
    },
    SubjectKind.post: {
        "like_count": (
            ("edge_media_preview_like", "count"),
            ("metrics", "like_count"),
            ("like_count",),
        ),
        "comment_count": (
            ("edge_media_to_parent_comment", "count"),
            ("edge_media_to_comment", "count"),
            ("metrics", "comment_count"),
            ("comment_count",),
            ("comments_count",),
        ),
        "play_count": (
            ("video_play_count",),
            ("video_view_count",),
            ("metrics", "play_count"),
            ("play_count",),
            ("ig_play_count",),
            ("view_count",),
        ),
    },
}

_PERSON_SIGNS = (("username", "pk", "id"),)
_POST_SIGNS = (("code", "shortcode"), ("pk", "id"))
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Node:
    """A part of an answer, and where in it. What JSON has made is a dict, a list or plain."""

    value: dict[str, Any]
    place: Path

    @property
    def path(self) -> str:
        return _said(self.place)

    def text(self, name: str, *, longest: int) -> str | None:
        found = self.value.get(name)
        if found is None:
            return None
        if not isinstance(found, str):
            raise SourceBroken.at(_said((*self.place, name)), f"is {_kind(found)}, not a text")
        # A database takes neither a NUL nor half a character.
        return _UNSTORABLE.sub("\ufffd", found[:longest])

    def number_text(self, *names: str) -> str | None:
        """An id: digits as a text or as a number; what follows `_` is another's."""
        for name in names:
            found = self.value.get(name)
            if found is None:
                continue
            if isinstance(found, bool) or not isinstance(found, int | str):
                path = _said((*self.place, name))
                raise SourceBroken.at(path, f"is {_kind(found)}, not an id")
            text = str(found)[: _LONGEST_ID + 1].partition("_")[0]
            if not (text.isascii() and text.isalnum() and len(text) <= _LONGEST_ID):
                raise SourceBroken.at(_said((*self.place, name)), "is no id")
            return text
        return None

    def count(self, *places: Path) -> int | None:
        """The first number that is there. Nothing and null are None."""
        for place in places:
            found: Any = self.value
            for depth, step in enumerate(place):
                if found is None:
                    break
                if not isinstance(found, dict):
                    path = _said((*self.place, *place[:depth]))
                    raise SourceBroken.at(path, f"is {_kind(found)}, not an object")
                found = found.get(step)
            if found is None:
                continue
            if type(found) is int and 0 <= found <= LARGEST:
                return found
            return count_of(found, path=_said((*self.place, *place)))
        return None


def count_of(found: object, *, path: str) -> int:
    """
    Raises:
        SourceBroken: it is not a number that counts something.
    """
    if isinstance(found, str):
        if not (found.isascii() and found.isdigit()) or len(found) > _LONGEST_NUMBER:
            raise SourceBroken.at(path, "is a text and not digits alone")
        found = int(found)
    elif isinstance(found, float) and found.is_integer():
        found = int(found)
    if isinstance(found, bool) or not isinstance(found, int):
        raise SourceBroken.at(path, f"is {_kind(found)}, not a count")
    if found < 0:
        raise SourceBroken.at(path, "is less than 0")
    if found > LARGEST:
        raise SourceBroken.at(path, "is larger than any count")
    return found


def vendor_reading(
    body: object, subject: Subject, *, source: str, now: datetime, status: int | None = None
) -> Reading:
    """
    From a vendor's whole answer, whichever version it is of.

    Raises:
        SubjectNotFound: there is nothing in it.
        SourceBroken: something else is.
    """
    if not isinstance(body, dict):
        raise SourceBroken(f"the answer is {_kind(body)}, not an object", status=status)
    try:
        node = _root(body, subject.kind)
        return reading_of(node, subject, source=source, now=now)
    except (SourceBroken, SubjectNotFound) as error:
        error.status = status
        raise


def reading_of(node: Node, subject: Subject, *, source: str, now: datetime) -> Reading:
    """
    Raises:
        SourceBroken: it is about another, has no number at all or one that is none.
    """
    is_post = subject.kind is SubjectKind.post
    name = _name(node, subject)
    counts = {field: node.count(*places) for field, places in _COUNTS[subject.kind].items()}
    if set(counts.values()) == {None}:
        raise SourceBroken.at(node.path, "holds no number at all")
    return Reading(
        kind=subject.kind,
        name=name,
        source=source,
        read_at=now,
        user_id=_author(node) if is_post else node.number_text("pk", "id"),
        post_id=node.number_text("pk", "id") if is_post else None,
        bio=None if is_post else node.text("biography", longest=_LONGEST_TEXT),
        **counts,
    )


def _root(body: dict[str, Any], kind: SubjectKind) -> Node:
    """The part that is about the subject itself, wherever its version puts it."""
    is_post = kind is SubjectKind.post
    candidates = _posts_in(body) if is_post else _persons_in(body)
    signs = _POST_SIGNS if is_post else _PERSON_SIGNS
    for names in signs:
        for found, place in candidates:
            for name in names:
                if found.get(name) is not None:
                    return Node(found, place)
    if _is_empty(body.get("data")):
        message = "the source answers, and has nothing of this name"
        raise SubjectNotFound(message)
    named = " nor ".join(name for names in signs for name in names)
    raise SourceBroken.at("data", f"has neither {named} where it is known to stand")


def _persons_in(body: dict[str, Any]) -> list[tuple[dict[str, Any], Path]]:
    """The deepest first: what holds a person may have an id of its own."""
    found: list[tuple[dict[str, Any], Path]] = []
    data = body.get("data")
    if isinstance(data, dict):
        inner, user = data.get("data"), data.get("user")
        if isinstance(inner, dict):
            if isinstance(inner.get("user"), dict):
                found.append((inner["user"], ("data", "data", "user")))
            found.append((inner, ("data", "data")))
        if isinstance(user, dict):
            found.append((user, ("data", "user")))
        found.append((data, ("data",)))
    return found


def _posts_in(body: dict[str, Any]) -> list[tuple[dict[str, Any], Path]]:
    """Not below `user`: that is a post's author."""
    found: list[tuple[dict[str, Any], Path]] = []
    data = body.get("data")
    if isinstance(data, dict):
        inner = data.get("data")
        for holder, place in ((inner, ("data", "data")), (data, ("data",))):
            items = holder.get("items") if isinstance(holder, dict) else None
            if isinstance(items, list) and items and isinstance(items[0], dict):
                found.append((items[0], (*place, "items", 0)))
        if isinstance(inner, dict):
            found.append((inner, ("data", "data")))
        found.append((data, ("data",)))
    return found


def _is_empty(data: object) -> bool:
    """Nothing within nothing: null, {}, [], {"user": null}, {"data": {}}."""
    if isinstance(data, dict):
        return all(name in {"data", "user", "items"} for name in data) and all(
            map(_is_empty, data.values())
        )
    return data is None or data == []


def _name(node: Node, subject: Subject) -> str:
    names = ("code", "shortcode") if subject.kind is SubjectKind.post else ("username",)
    for name in names:
        found = node.text(name, longest=_LONGEST_NAME)
        if found is None:
            continue
        if found == subject.name:
            return found
        if subject.kind is SubjectKind.post:
            is_same = _is_same_code(found, subject.name)
        else:
            is_same = compared(found) == compared(subject.name)
        if not found or not is_same:
            raise SourceBroken.at(_said((*node.place, name)), "is another than was asked for")
        return found
    return subject.name


def _is_same_code(found: str, asked: str) -> bool:
    """The code of a private account's post goes on behind the public one."""
    shorter, longer = sorted((found, asked), key=len)
    return found == asked or (len(shorter) >= _SHORTEST_CODE and longer.startswith(shorter))


def _author(node: Node) -> str | None:
    for name in ("owner", "user"):
        found = node.value.get(name)
        if isinstance(found, dict):
            return Node(found, (*node.place, name)).number_text("pk", "id")
    return None


def _said(path: Path) -> str:
    """As people write it: `data.items[0].metrics`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.removeprefix(".")


def _kind(value: object) -> str:
    """The JSON word for it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a yes or no"
    for kind, word in ((str, "a text"), (int, "a number"), (float, "a broken number")):
        if isinstance(value, kind):
            return word
    return "a list" if isinstance(value, list) else "an object"
