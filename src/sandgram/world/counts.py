"""
Every count of people and posts, own accounts among them, as it is now.

What the seed says (`world.numbers`) and what accounts have done, together.
"""

from datetime import datetime, timedelta

from sandgram.clock import from_text, to_text
from sandgram.seeding import draw
from sandgram.store import deeds, history
from sandgram.world.numbers import PersonNumbers, PostNumbers
from sandgram.world.people import ACCOUNTS_FROM
from sandgram.world.posts import Post
from sandgram.world.world import World

_RETURNS = 602


def of_person(world: World, index: int, now: datetime) -> PersonNumbers:
    stored = deeds.follower_count(world.db, world.people.id_of(index))
    if index < ACCOUNTS_FROM:
        made = world.numbers.of_person(index, now)
        return made._replace(followers=made.followers + stored) if stored else made
    number = index - ACCOUNTS_FROM
    return PersonNumbers(
        stored + len(returned(world, index, now)),
        len(deeds.following(world.db, number)),
        deeds.publication_count(world.db, number, kind="post"),
    )


def of_post(world: World, post: Post, now: datetime) -> PostNumbers:
    likes, comments = deeds.post_counts(world.db, post.id)
    if post.author >= ACCOUNTS_FROM:
        return PostNumbers(likes, comments, None)
    made = world.numbers.of_post(post, now)
    return PostNumbers(made.likes + likes, made.comments + comments, made.plays)


def base_likes(world: World, post: Post, now: datetime) -> int:
    """Likes of people of the world, without those of accounts."""
    return world.posts.like_total(post, now) if post.author < ACCOUNTS_FROM else 0


def base_comments(world: World, post: Post, now: datetime) -> int:
    return world.posts.comment_total(post, now) if post.author < ACCOUNTS_FROM else 0


def returned(world: World, index: int, now: datetime) -> list[int]:
    """The people who follow an account back by now, the newest first."""
    return [other for other, _, at in reversed(follow_backs(world, index)) if at <= now]


def follow_backs(world: World, index: int) -> list[tuple[int, datetime, datetime]]:
    """
    Who follows an account back, since when it follows them, and when they do, in the order of that.

    One in five of those whom it follows does, after ten minutes to a day; also those who are yet to do it.
    """
    followed = deeds.following(world.db, index - ACCOUNTS_FROM)
    return follow_backs_of(world, index, followed)


def follow_backs_of(
    world: World, index: int, followed: list[tuple[str, str]]
) -> list[tuple[int, datetime, datetime]]:
    """The same for people whom the account follows, by id and time."""
    found = []
    for person_id, at in followed:
        other = world.people.index_of(person_id)
        if other is not None:
            since = from_text(at)
            moment = returns_at(world, other, index, since)
            if moment is not None:
                found.append((other, since, moment))
    return sorted(found, key=lambda one: (one[2], one[0]))


def returns_at(world: World, person: int, account: int, since: datetime) -> datetime | None:
    """When a person follows an account back that follows them since then; None for never."""
    bits = draw(world.seed, _RETURNS, person, account)
    if person >= ACCOUNTS_FROM or bits % 5:
        return None
    return since + timedelta(minutes=10 + (bits >> 8) % 1_430)


def of_person_at(world: World, index: int, at: datetime) -> PersonNumbers:
    """The same for any moment: what the effects say that accounts had done by then."""
    moment = to_text(at)
    stored = history.followers_at(world.db, world.people.id_of(index), at=moment)
    if index < ACCOUNTS_FROM:
        made = world.numbers.of_person(index, at)
        return made._replace(followers=made.followers + stored)
    number = index - ACCOUNTS_FROM
    followed = history.following_at(world.db, world.credentials(number).login, at=moment)
    back = [one for one in follow_backs_of(world, index, followed) if one[2] <= at]
    return PersonNumbers(
        stored + len(back),
        len(followed),
        history.publications_at(world.db, number, at=moment),
    )


def of_post_at(world: World, post: Post, at: datetime) -> PostNumbers:
    author_id = world.people.id_of(post.author)
    likes, comments = history.post_counts_at(world.db, post.id, author_id=author_id, at=to_text(at))
    if post.author >= ACCOUNTS_FROM:
        return PostNumbers(likes, comments, None)
    made = world.numbers.of_post(post, at)
    return PostNumbers(made.likes + likes, made.comments + comments, made.plays)
