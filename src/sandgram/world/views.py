"""Reading the world as a logged-in account sees it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sandgram.clock import from_text, to_text
from sandgram.seeding import draw, share
from sandgram.store import deeds
from sandgram.world import errors
from sandgram.world.people import ACCOUNTS_FROM, Person
from sandgram.world.posts import Post, code_of
from sandgram.world.world import Caller, World

_ACCEPTS, _RETURNS = 601, 602
_STORED = "s"


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
    return {
        **brief(world, index),
        "bio": person.bio,
        "link": person.link,
        "location": person.location,
        "joined_at": to_text(person.joined_at),
        "follower_count": follower_count(world, index, now),
        "following_count": following_count(world, index, now),
        "post_count": post_count(world, index, now),
        "has_story": index < ACCOUNTS_FROM and bool(world.posts.stories(index, now)),
        "relation": {
            "i_follow": state == "following",
            "requested": state == "requested",
            "follows_me": _follows(world, index, caller, now),
            "is_me": index == caller.index,
        },
    }


def follower_count(world: World, index: int, now: datetime) -> int:
    stored = deeds.follower_count(world.db, world.people.id_of(index))
    if index < ACCOUNTS_FROM:
        return stored + world.graph.followers(index).count(now)
    return stored + len(_returned(world, index, now))


def following_count(world: World, index: int, now: datetime) -> int:
    if index < ACCOUNTS_FROM:
        return len(world.graph.following(index, now))
    return len(deeds.following(world.db, index - ACCOUNTS_FROM))


def post_count(world: World, index: int, now: datetime) -> int:
    if index < ACCOUNTS_FROM:
        return world.posts.count(index, now)
    return deeds.publication_count(world.db, index - ACCOUNTS_FROM, kind="post")


def followers(world: World, caller: Caller, index: int, *, cursor: str | None, limit: int) -> Page:
    """People of the world first, then accounts; of an account those who came last stand first."""
    person = open_to(world, caller, index)
    now = world.now()
    items: list[dict[str, Any]] = []
    stage, after = read_cursor(cursor)
    if stage != _STORED:
        if index < ACCOUNTS_FROM:
            walk = world.graph.followers(index).present(now, start=after)
        else:
            walk = iter(list(enumerate(_returned(world, index, now)))[after:])
        for position, member in walk:
            if len(items) == limit:
                return Page(items, str(position))
            items.append(brief(world, member))
        after = 0
    rows = deeds.followers(world.db, person.id, after=after, limit=limit - len(items) + 1)
    for number, seq in rows[: limit - len(items)]:
        items.append(brief(world, ACCOUNTS_FROM + number))
        after = seq
    more = len(rows) > 0 and rows[-1][1] > after
    return Page(items, f"{_STORED}{after}" if more else None)


def following(world: World, caller: Caller, index: int, *, cursor: str | None, limit: int) -> Page:
    open_to(world, caller, index)
    if index < ACCOUNTS_FROM:
        found = world.graph.following(index, world.now())
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
    total = base_likes(world, post, now)
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
        row = deeds.publication(world.db, post_id)
        if row is None or row["kind"] != "post":
            raise errors.page_missing()
        post = from_publication(row)
    else:
        if author >= world.size or number >= world.posts.count(author, world.now()):
            raise errors.page_missing()
        post = world.posts.get(author, number)
    open_to(world, caller, post.author)
    return post


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
    now = world.now()
    person = world.person(post.author)
    from_the_world = base_likes(world, post, now)
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
        "media": _media(world, post),
        "posted_at": to_text(post.posted_at),
        "like_count": from_the_world + deeds.like_count(world.db, post.id),
        "comment_count": base_comments(world, post, now) + deeds.comment_count(world.db, post.id),
        "play_count": world.posts.play_total(post, now) if post.author < ACCOUNTS_FROM else None,
        "liked_by_me": deeds.is_liked(world.db, caller.number, post_id=post.id),
    }


def base_likes(world: World, post: Post, now: datetime) -> int:
    return world.posts.like_total(post, now) if post.author < ACCOUNTS_FROM else 0


def base_comments(world: World, post: Post, now: datetime) -> int:
    return world.posts.comment_total(post, now) if post.author < ACCOUNTS_FROM else 0


def _media(world: World, post: Post) -> list[str]:
    if post.author >= ACCOUNTS_FROM:
        row = deeds.publication(world.db, post.id)
        return [f"/media/u/{media_id}" for media_id in (row["media"] if row else [])]
    count = 3 if post.kind == "carousel" else 1
    return [f"/media/p/{post.id}-{number}.jpg" for number in range(count)]


def _returned(world: World, index: int, now: datetime) -> list[int]:
    """The people who follow an account back by now, the newest first."""
    return [other for other, _, at in reversed(follow_backs(world, index)) if at <= now]


def follow_backs(world: World, index: int) -> list[tuple[int, datetime, datetime]]:
    """
    Who follows an account back, since when it follows them, and when they do, in the order of that.

    One in five of those whom it follows does, after ten minutes to a day; also those who are yet to do it.
    """
    found = []
    for person_id, at in deeds.following(world.db, index - ACCOUNTS_FROM):
        other = world.people.index_of(person_id)
        if other is not None:
            since = from_text(at)
            returns_at = _returns_at(world, other, index, since)
            if returns_at is not None:
                found.append((other, since, returns_at))
    return sorted(found, key=lambda one: (one[2], one[0]))


def _returns_at(world: World, person: int, account: int, since: datetime) -> datetime | None:
    bits = draw(world.seed, _RETURNS, person, account)
    if person >= ACCOUNTS_FROM or bits % 5:
        return None
    return since + timedelta(minutes=10 + (bits >> 8) % 1_430)


def _follows(world: World, index: int, caller: Caller, now: datetime) -> bool:
    if index >= ACCOUNTS_FROM:
        other = index - ACCOUNTS_FROM
        return deeds.is_following(world.db, other, person_id=caller.person_id)
    row = world.db.row(
        "SELECT at FROM follows WHERE number = ? AND person_id = ?",
        (caller.number, world.people.id_of(index)),
    )
    returns_at = _returns_at(world, index, caller.index, from_text(row[0])) if row else None
    return returns_at is not None and returns_at <= now


def read_cursor(cursor: str | None) -> tuple[str, int]:
    stage = _STORED if cursor and cursor.startswith(_STORED) else ""
    digits = (cursor or "0").removeprefix(_STORED)
    if not (digits.isascii() and digits.isdigit() and len(digits) < 16):
        raise errors.invalid("cursor", "use the next_cursor of the page before")
    return stage, int(digits)
