"""Lists of posts, stories and comments."""

import heapq
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sandgram.clock import from_text, to_text
from sandgram.store import deeds
from sandgram.world import counts, errors, landmarks, views
from sandgram.world.people import ACCOUNTS_FROM
from sandgram.world.posts import Post
from sandgram.world.views import Page
from sandgram.world.vocabulary import HASHTAGS
from sandgram.world.world import Caller, World

_NO_END = 1 << 62
_BASE_COMMENT = 1_000
_TOP_DAYS = 14


def posts_of(world: World, caller: Caller, index: int, *, cursor: str | None, limit: int) -> Page:
    """Newest first."""
    views.open_to(world, caller, index)
    _, before = views.read_cursor(cursor)
    if index >= ACCOUNTS_FROM:
        rows = deeds.publications(
            world.db, index - ACCOUNTS_FROM, kind="post", before=before or _NO_END, limit=limit
        )
        found = [views.from_publication(row) for row in rows]
        more = str(rows[-1]["seq"]) if len(rows) == limit else None
    else:
        top = world.posts.count(index, world.now())
        found = world.posts.latest(index, before=min(before, top) if cursor else top, limit=limit)
        more = str(found[-1].number) if found and found[-1].number > 0 else None
    return Page([views.post_view(world, caller, post) for post in found], more)


def hashtags(world: World) -> list[dict[str, Any]]:
    now = world.now()
    return [
        {"tag": tag, "author_count": len(world.posts.tag_authors(tag)), "as_of": to_text(now)}
        for tag in HASHTAGS
    ]


def recent_by_tag(
    world: World, caller: Caller, tag: str, *, cursor: str | None, limit: int
) -> Page:
    """Newest first; the cursor is the time of the last post, so new posts move nothing."""
    tag = known_tag(tag)
    now = world.now()
    before = now if cursor is None else _time_cursor(cursor)
    wanted = heapq.nlargest(
        limit + 1, _tag_posts(world, tag, before, now, limit + 1), key=lambda post: post.posted_at
    )
    wanted += [
        views.from_publication(row)
        for row in deeds.publications_by_tag(
            world.db, tag, before_time=to_text(before), limit=limit + 1
        )
    ]
    wanted.sort(key=lambda post: post.posted_at, reverse=True)
    shown = wanted[:limit]
    more = to_text(shown[-1].posted_at) if len(wanted) > limit else None
    return Page([views.post_view(world, caller, post) for post in shown], more)


def top_by_tag(world: World, caller: Caller, tag: str, *, limit: int) -> Page:
    """The most liked posts of the last two weeks. One page."""
    tag = known_tag(tag)
    now = world.now()
    since = now - timedelta(days=_TOP_DAYS)
    recent = (post for post in _tag_posts(world, tag, now, now, 15) if post.posted_at >= since)
    best = heapq.nlargest(limit, recent, key=lambda post: world.posts.like_total(post, now))
    return Page([views.post_view(world, caller, post) for post in best], None)


def comments_of(
    world: World, caller: Caller, post_id: str, *, cursor: str | None, limit: int
) -> Page:
    """What accounts wrote, newest first, then what people of the world wrote."""
    post = views.find_post(world, caller, post_id)
    now = world.now()
    stage, place = views.read_cursor(cursor)
    items: list[dict[str, Any]] = []
    if cursor is None or stage:
        rows = deeds.comments_of_post(world.db, post.id, before=place or _NO_END, limit=limit)
        items = [_stored_comment(world, row) for row in rows]
        if len(rows) == limit:
            return Page(items, f"s{rows[-1]['seq']}")
        # Who wrote to a landmark is not shown.
        place = 0 if post.author == landmarks.INDEX else counts.base_comments(world, post, now)
    start = place - 1
    while start >= 0 and len(items) < limit:
        items.append(_made_comment(world, post, start, now))
        start -= 1
    return Page(items, str(start + 1) if start >= 0 else None)


def my_comments(world: World, caller: Caller, *, cursor: str | None, limit: int) -> Page:
    """Newest first."""
    _, before = views.read_cursor(cursor)
    rows = deeds.comments_of_account(world.db, caller.number, before=before or _NO_END, limit=limit)
    more = str(rows[-1]["seq"]) if len(rows) == limit else None
    return Page([_stored_comment(world, row) for row in rows], more)


def stories_of(world: World, caller: Caller, index: int) -> Page:
    person = views.open_to(world, caller, index)
    now = world.now()
    if index < ACCOUNTS_FROM:
        made = [
            {
                "id": story.id,
                "author": {"id": person.id, "handle": person.handle},
                "media": [f"/media/p/{story.id}-0.jpg"],
                "posted_at": to_text(story.posted_at),
                "expires_at": to_text(story.expires_at),
            }
            for story in world.posts.stories(index, now)
        ]
        return Page(made, None)
    rows = deeds.publications(
        world.db, index - ACCOUNTS_FROM, kind="story", before=_NO_END, limit=100
    )
    fresh = [row for row in rows if from_text(row["at"]) + timedelta(days=1) > now]
    return Page([_published(world, row) for row in fresh], None)


def highlights_of(world: World, caller: Caller, index: int) -> Page:
    views.open_to(world, caller, index)
    if index < ACCOUNTS_FROM:
        return Page([], None)
    rows = deeds.publications(
        world.db, index - ACCOUNTS_FROM, kind="highlight", before=_NO_END, limit=100
    )
    return Page([_published(world, row) for row in rows], None)


def known_tag(tag: str) -> str:
    tag = tag.strip().lstrip("#").lower()
    if tag not in HASHTAGS:
        raise errors.page_missing()
    return tag


def _tag_posts(
    world: World, tag: str, before: datetime, now: datetime, per_author: int
) -> Iterator[Post]:
    for author in world.posts.tag_authors(tag):
        person = world.person(author)
        if person.is_private or person.is_suspended:
            continue
        top = world.posts.count(author, min(before, now))
        for post in world.posts.latest(author, before=top, limit=per_author):
            if post.posted_at < before:
                yield post


def _time_cursor(cursor: str) -> datetime:
    try:
        return from_text(cursor)
    except ValueError as error:
        raise errors.invalid("cursor", "use the next_cursor of the page before") from error


def _published(world: World, row: dict[str, Any]) -> dict[str, Any]:
    person = world.person(ACCOUNTS_FROM + int(row["number"]))
    return {
        "id": row["id"],
        "author": {"id": person.id, "handle": person.handle},
        "text": row["text"],
        "media": [f"/media/u/{media_id}" for media_id in row["media"]],
        "posted_at": row["at"],
    }


def _stored_comment(world: World, row: dict[str, Any]) -> dict[str, Any]:
    person = world.person(ACCOUNTS_FROM + int(row["number"]))
    return {
        "id": f"{row['post_id']}{row['seq'] + _BASE_COMMENT}",
        "post_id": row["post_id"],
        "author": {"id": person.id, "handle": person.handle},
        "text": row["text"],
        "at": row["at"],
    }


def _made_comment(world: World, post: Post, number: int, now: datetime) -> dict[str, Any]:
    found = world.posts.likers(post, now, start=number, limit=1)
    person = world.person(found[0])
    at = post.posted_at + (now - post.posted_at) * ((number + 1) / (number + 8))
    return {
        "id": f"{post.id}{number}",
        "post_id": post.id,
        "author": {"id": person.id, "handle": person.handle},
        "text": world.posts.comment_text(post, number),
        "at": to_text(min(at, post.posted_at + timedelta(hours=2 * number + 1))),
    }
