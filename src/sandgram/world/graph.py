"""
Who follows whom, without a table of edges.

Every person has up to `SLOTS` slots. Slot k shuffles everybody with its own
reversible stride and gives place u the person of rank u*u // size, so low ranks
are followed by many (a heavy tail). Both directions are computed: from a person
to those they follow, and, as the shuffle is reversible, back.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from math import isqrt

from sandgram.seeding import Stride, draw, share
from sandgram.world.people import EPOCH, FIXED_HANDLES

SLOTS = 40
_FEWEST = 4
_GROWTH_DAYS = 730
_OLD_SHARE = 0.6
_SLOT, _DEGREE, _BORN, _RANK = range(201, 205)


def _root_up(value: int) -> int:
    root = isqrt(value)
    return root if root * root == value else root + 1


def places_of(rank: int, size: int) -> range:
    """The places of a shuffle that lead to the person of a rank."""
    return range(_root_up(rank * size), min(_root_up((rank + 1) * size), size))


@dataclass(frozen=True, slots=True)
class Followers:
    """Everybody who ever follows one person, in a fixed order, and when they begin."""

    members: "array[int]"
    births: "array[int]"
    sorted_births: "array[int]"

    def count(self, now: datetime) -> int:
        return bisect_right(self.sorted_births, _seconds(now))

    def present(self, now: datetime, *, start: int = 0) -> Iterator[tuple[int, int]]:
        """Position and index of those who follow by now, from a position on."""
        limit = _seconds(now)
        for position in range(start, len(self.members)):
            if self.births[position] <= limit:
                yield position, self.members[position]


def _seconds(moment: datetime) -> int:
    # Before the epoch those follow who always have.
    return max(0, int((moment - EPOCH).total_seconds()))


class Graph:
    def __init__(self, seed: int, size: int) -> None:
        self.seed = seed
        self.size = size
        self._fixed = min(len(FIXED_HANDLES), size)
        self._ranks = Stride(size - self._fixed, seed, _RANK)
        self._slots = [Stride(size, seed, _SLOT, number) for number in range(SLOTS)]
        self.followers = lru_cache(maxsize=4_000)(self._followers)
        self.following_all = lru_cache(maxsize=20_000)(self._following)

    def rank(self, index: int) -> int:
        if index < self._fixed:
            return index
        return self._ranks.forward(index - self._fixed) + self._fixed

    def following_births(self, index: int) -> list[int]:
        """When they begin to follow each of those whom they ever follow for good."""
        return [self._born(index, one) for one in self.following_all(index)]

    def following(self, index: int, now: datetime) -> list[int]:
        limit = _seconds(now)
        return [one for one in self.following_all(index) if self._born(index, one) <= limit]

    def person_of_place(self, place: int) -> int:
        return self._person_at(place * place // self.size)

    def _person_at(self, rank: int) -> int:
        if rank < self._fixed:
            return rank
        return self._ranks.backward(rank - self._fixed) + self._fixed

    def _degree(self, index: int) -> int:
        return _FEWEST + int((SLOTS - _FEWEST) * share(self.seed, _DEGREE, index) ** 2)

    def _born(self, follower: int, followed: int) -> int:
        """When an edge begins, in seconds after the epoch; old ones have 0 or less."""
        number = draw(self.seed, _BORN, follower, followed)
        if (number & 1023) < _OLD_SHARE * 1024:
            return -1
        day, rest = divmod((number >> 10) % (_GROWTH_DAYS * 86_400), 86_400)
        # Squeezing the day into 07:00-23:00 UTC gives the counts a daily rhythm.
        return day * 86_400 + 25_200 + rest * 57_600 // 86_400

    def _followers(self, index: int) -> Followers:
        rank = self.rank(index)
        places = places_of(rank, self.size)
        members: dict[int, None] = {}
        for number, slot in enumerate(self._slots):
            for place in places:
                follower = slot.backward(place)
                if follower != index and self._degree(follower) > number:
                    members[follower] = None
        births = array("q", (self._born(one, index) for one in members))
        return Followers(array("q", members), births, array("q", sorted(births)))

    def _following(self, index: int) -> tuple[int, ...]:
        found: dict[int, None] = {}
        for slot in self._slots[: self._degree(index)]:
            followed = self.person_of_place(slot.forward(index))
            if followed != index:
                found[followed] = None
        return tuple(found)
