"""
The one truth about every count, at any time.

All surfaces and the oracle ask here: what the seed says about a moment, and on
top of it what accounts have really done.
"""

from array import array
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from sandgram.world import landmarks
from sandgram.world.graph import Graph
from sandgram.world.movement import favour
from sandgram.world.people import EPOCH
from sandgram.world.posts import Post, Posts, seconds_of
from sandgram.world.visits import Visits

SUBJECTS_KEPT = 150_000
"""Standings held at once, a few hundred bytes each: memory stays flat however many are asked for."""


class PersonNumbers(NamedTuple):
    followers: int
    following: int
    posts: int


class PostNumbers(NamedTuple):
    likes: int
    comments: int
    plays: int | None


@dataclass(slots=True)
class Standing:
    """What the counts of one person are computed from."""

    old_followers: int
    follower_births: "array[int]"
    thresholds: "array[float]"
    old_following: int
    following_births: "array[int]"
    visited: tuple[tuple[int, float], ...]
    posts: tuple[float, float, int]
    """From when until when so many posts were there. Replaced as a whole."""


class Numbers:
    """The seed's share of the counts of people of the world; accounts are not among them."""

    def __init__(self, seed: int, graph: Graph, visits: Visits, posts: Posts) -> None:
        self._seed = seed
        self._graph = graph
        self._visits = visits
        self._posts = posts
        self._standing = lru_cache(maxsize=SUBJECTS_KEPT)(self._make)

    def of_person(self, index: int, now: datetime) -> PersonNumbers:
        seconds = seconds_of(now)
        if index == landmarks.INDEX:
            return PersonNumbers(
                landmarks.follower_count(self._seed, seconds),
                landmarks.following_count(self._seed, seconds),
                landmarks.post_count(seconds),
            )
        found = self._standing(index)
        seed = self._seed
        held = favour(seed, index, seconds) if found.thresholds else 0.0
        return PersonNumbers(
            found.old_followers
            + bisect_right(found.follower_births, seconds)
            + bisect_left(found.thresholds, held),
            found.old_following
            + bisect_right(found.following_births, seconds)
            + sum(edge < favour(seed, one, seconds) for one, edge in found.visited),
            self._post_count(index, found, seconds),
        )

    def of_post(self, post: Post, now: datetime) -> PostNumbers:
        posts = self._posts
        return PostNumbers(
            posts.like_total(post, now), posts.comment_total(post, now), posts.play_total(post, now)
        )

    def visitor_count(self, index: int, now: datetime) -> int:
        """How many of those who come and go are there."""
        if index == landmarks.INDEX:
            return 0
        thresholds = self._standing(index).thresholds
        return bisect_left(thresholds, favour(self._seed, index, seconds_of(now)))

    def _post_count(self, index: int, found: Standing, seconds: float) -> int:
        since, until, count = found.posts
        if since <= seconds < until:
            return count
        now = EPOCH + timedelta(seconds=seconds)
        count = self._posts.count(index, now)
        found.posts = (*self._posts.span_of_count(index, count), count)
        return count

    def _make(self, index: int) -> Standing:
        followers = self._graph.followers(index).sorted_births
        following = sorted(self._graph.following_births(index))
        old_followers, old_following = bisect_right(followers, 0), bisect_right(following, 0)
        return Standing(
            old_followers=old_followers,
            follower_births=followers[old_followers:],
            thresholds=self._visits.visitors(index).thresholds,
            old_following=old_following,
            following_births=array("q", following[old_following:]),
            visited=self._visits.visited(index),
            posts=(0.0, 0.0, 0),
        )
