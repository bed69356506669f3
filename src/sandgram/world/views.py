"""Reading the world as a logged-in account sees it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sandgram.clock import from_text, to_text
from sandgram.seeding import share
from sandgram.store import deeds
from sandgram.world import counts, errors, landmarks
from sandgram.world.people import ACCOUNTS_FROM, FIXED_HANDLES, Person
from sandgram.world.posts import Post, code_of, seconds_of
from sandgram.world.world import Caller, World

_ACCEPTS, _HIDES = 601, 901
_STORED, _VISITING = "s", "v"
"""Marks of cursors: among the followers in the store, and among those who come and go."""


@dataclass(frozen=True, slots=True)
class Page:
    items: list[dict[str, Any]]
    next_cursor: str | None


def find_handle(world: World, handle: str) -> int:
    index = world.index_by_handle(handle)
    if index is None:
        raise errors.user_not_found()
    return index


def visible(world: World, index: int) -> Person:
    person = world.person(index)
    if person.is_suspended:
        raise errors.user_suspended()
    return person


def open_to(world: World, caller: Caller, index: int) -> Person:
    """The person, if the caller may see what they post and whom they follow."""
    person = visible(world, index)
    if person.is_private and follow_state(world, caller, person) != "following":
        raise errors.private()
    return person


def with_lists(world: World, caller: Caller, index: int) -> Person:
    """As `open_to`, for who follows whom: a landmark's lists are open to nobody."""
    if index == landmarks.INDEX:
        raise errors.private()
    return open_to(world, caller, index)


def follow_state(world: World, caller: Caller, person: Person) -> str:
    row = world.db.row(
        "SELECT at FROM follows WHERE number = ? AND person_id = ?", (caller.number, person.id)
    )
    if row is None:
        return "none"
    if not person.is_private:
        return "following"
    luck = share(world.seed, _ACCEPTS, caller.index, person.index)
    accepted = from_text(row[0]) + timedelta(hours=1 + luck * 60)
    return "following" if luck < 0.7 and accepted <= world.now() else "requested"


def brief(world: World, index: int) -> dict[str, Any]:
    person = world.person(index)
    return {
        "id": person.id,
        "handle": person.handle,
        "name": person.name,
        "is_private": person.is_private,
        "is_business": person.is_business,
        "avatar_url": f"/media/a/{person.id}.jpg",
    }


def profile(world: World, caller: Caller, index: int) -> dict[str, Any]:
    person = visible(world, index)
    now = world.now()
    state = follow_state(world, caller, person)
    numbers = counts.of_person(world, index, now)
    return {
        **brief(world, index),
        "bio": person.bio,
        "link": person.link,
        "location": person.location,
        "joined_at": to_text(person.joined_at),
        "follower_count": numbers.followers,
        "following_count": numbers.following,
        "post_count": numbers.posts,
        "has_story": index < ACCOUNTS_FROM and bool(world.posts.stories(index, now)),
        "relation": {
            "i_follow": state == "following",
            "requested": state == "requested",
            "follows_me": _follows(world, index, caller, now),
            "is_me": index == caller.index,
        },
    }


def followers(world: World, caller: Caller, index: int, *, cursor: str | None, limit: int) -> Page:
    """People of the world first, then accounts; of an account those who came last stand first."""
    person = with_lists(world, caller, index)
    items: list[dict[str, Any]] = []
    stage, after = read_cursor(cursor)
    if stage != _STORED:
        for position, member in _followers_from(world, index, after, stage):
            if len(items) == limit:
                return Page(items, position)
            items.append(brief(world, member))
        after = 0
    rows = deeds.followers(world.db, person.id, after=after, limit=limit - len(items) + 1)
    for number, seq in rows[: limit - len(items)]:
        items.append(brief(world, ACCOUNTS_FROM + number))
        after = seq
    more = len(rows) > 0 and rows[-1][1] > after
    return Page(items, f"{_STORED}{after}" if more else None)


def _followers_from(world: World, index: int, after: int, stage: str) -> Iterator[tuple[str, int]]:
    """Cursor and index of each; those who stay come before those who come and go."""
    now = world.now()
    if index >= ACCOUNTS_FROM:
        for position, member in enumerate(counts.returned(world, index, now)[after:], start=after):
            yield str(position), member
        return
    if stage != _VISITING:
        for position, member in world.graph.followers(index).present(now, start=after):
            yield str(position), member
        after = 0
    there = world.numbers.visitor_count(index, now)
    for position in range(after, there):
        yield f"{_VISITING}{position}", world.visits.visitors(index).members[position]


def following(world: World, caller: Caller, index: int, *, cursor: str | None, limit: int) -> Page:
    with_lists(world, caller, index)
    now = world.now()
    if index < ACCOUNTS_FROM:
        found = world.graph.following(index, now) + world.visits.following(index, seconds_of(now))
    else:
        rows = deeds.following(world.db, index - ACCOUNTS_FROM)
        found = [world.index_of(person_id) for person_id, _ in rows]
    _, start = read_cursor(cursor)
    stop = start + limit
    items = [brief(world, one) for one in found[start:stop]]
    return Page(items, str(stop) if stop < len(found) else None)


def likers(world: World, caller: Caller, post_id: str, *, cursor: str | None, limit: int) -> Page:
    post = find_post(world, caller, post_id)
    now = world.now()
    stage, after = read_cursor(cursor)
    items: list[dict[str, Any]] = []
    if post.author == landmarks.INDEX:
        raise errors.private()
    total = counts.base_likes(world, post, now)
    if stage != _STORED:
        found = world.posts.likers(post, now, start=after, limit=limit) if total else []
        items = [brief(world, one) for one in found]
        if after + len(items) < total:
            return Page(items, str(after + len(items)))
        after = 0
    room = limit - len(items)
    rows = deeds.likers(world.db, post.id, after=after, limit=room + 1)
    items += [brief(world, ACCOUNTS_FROM + number) for number, _ in rows[:room]]
    if len(rows) <= room:
        return Page(items, None)
    return Page(items, f"{_STORED}{rows[room - 1][1] if room else 0}")


def find_post(world: World, caller: Caller, post_id: str) -> Post:
    """
    Raises:
        Refusal: no such post, not posted yet, or not for the caller's eyes.
    """
    place = world.posts.place_of(post_id)
    if place is None:
        raise errors.page_missing()
    author, number = place
    if author >= ACCOUNTS_FROM:
        post = published(world, post_id)
    else:
        known = author < world.size or author == landmarks.INDEX
        if not known or number >= world.posts.count(author, world.now()):
            raise errors.page_missing()
        post = world.posts.get(author, number)
    open_to(world, caller, post.author)
    return post


def published(world: World, post_id: str) -> Post:
    """What an account has posted."""
    row = deeds.publication(world.db, post_id)
    if row is None or row["kind"] != "post":
        raise errors.page_missing()
    return from_publication(row)


def from_publication(row: dict[str, Any]) -> Post:
    tags = tuple(word[1:] for word in row["text"].split() if word.startswith("#"))
    return Post(
        id=row["id"],
        code=code_of(row["id"]),
        author=ACCOUNTS_FROM + int(row["number"]),
        number=int(row["seq"]),
        caption=row["text"],
        hashtags=tags,
        kind="carousel" if len(row["media"]) > 1 else "photo",
        posted_at=from_text(row["at"]),
    )


def post_view(world: World, caller: Caller, post: Post) -> dict[str, Any]:
    person = world.person(post.author)
    numbers = counts.of_post(world, post, world.now())
    return {
        "id": post.id,
        "code": post.code,
        "url": f"/p/{post.code}/",
        "author": {"id": person.id, "handle": person.handle, "is_private": person.is_private},
        "caption": post.caption,
        "hashtags": list(post.hashtags),
        "reply_to": None if post.reply_to is None else world.person(post.reply_to).handle,
        "repost_of": post.repost_of,
        "kind": post.kind,
        "media": media_paths(world, post),
        "posted_at": to_text(post.posted_at),
        "like_count": numbers.likes,
        "comment_count": numbers.comments,
        "play_count": numbers.plays,
        "liked_by_me": deeds.is_liked(world.db, caller.number, post_id=post.id),
    }


def hides_likes(world: World, author: int) -> bool:
    """One person in twenty lets no other surface say how many like their posts."""
    return len(FIXED_HANDLES) <= author < world.size and share(world.seed, _HIDES, author) < 0.05


def media_paths(world: World, post: Post) -> list[str]:
    if post.author >= ACCOUNTS_FROM:
        row = deeds.publication(world.db, post.id)
        return [f"/media/u/{media_id}" for media_id in (row["media"] if row else [])]
    count = 3 if post.kind == "carousel" else 1
    return [f"/media/p/{post.id}-{number}.jpg" for number in range(count)]


def _follows(world: World, index: int, caller: Caller, now: datetime) -> bool:
    if index >= ACCOUNTS_FROM:
        other = index - ACCOUNTS_FROM
        return deeds.is_following(world.db, other, person_id=caller.person_id)
    row = world.db.row(
        "SELECT at FROM follows WHERE number = ? AND person_id = ?",
        (caller.number, world.people.id_of(index)),
    )
    returns_at = counts.returns_at(world, index, caller.index, from_text(row[0])) if row else None
    return returns_at is not None and returns_at <= now


def read_cursor(cursor: str | None) -> tuple[str, int]:
    stage = cursor[0] if cursor and cursor[0] in (_STORED, _VISITING) else ""
    digits = (cursor or "0").removeprefix(stage)
    if not (digits.isascii() and digits.isdigit() and len(digits) < 16):
        raise errors.invalid("cursor", "use the next_cursor of the page before")
    return stage, int(digits)
