"""
Followers who come and go.

Beside the edges that stay, everybody has a few people whom they follow only
while those are in favour. Each such edge has a threshold, and is there while the
favour of the followed is above it: so a count is one look into a sorted list,
and who is in the list is always the first so many of a fixed order.
"""

from array import array
from dataclasses import dataclass
from functools import lru_cache

from sandgram.seeding import Stride, draw, share
from sandgram.world.graph import Graph, places_of
from sandgram.world.movement import favour

SLOTS = 6
_SLOT, _USED, _THRESHOLD = range(811, 814)


@dataclass(frozen=True, slots=True)
class Visitors:
    """All who ever come, the most faithful first, each with the favour that it takes."""

    members: "array[int]"
    thresholds: "array[float]"


class Visits:
    def __init__(self, seed: int, graph: Graph) -> None:
        self.seed = seed
        self._graph = graph
        self._slots = [Stride(graph.size, seed, _SLOT, number) for number in range(SLOTS)]
        self.visitors = lru_cache(maxsize=4_000)(self._visitors)

    def visited(self, index: int) -> tuple[tuple[int, float], ...]:
        """Whom a person follows now and then, with the favour that it takes."""
        lasting = self._graph.following_all(index)
        found: dict[int, float] = {}
        for slot in self._slots[: self._used(index)]:
            followed = self._graph.person_of_place(slot.forward(index))
            if followed != index and followed not in lasting:
                found[followed] = self._threshold(index, followed)
        return tuple(found.items())

    def following(self, index: int, seconds: float) -> list[int]:
        return [one for one, threshold in self.visited(index)
                if threshold < favour(self.seed, one, seconds)]  # fmt: skip

    def _visitors(self, index: int) -> Visitors:
        lasting = set(self._graph.followers(index).members)
        places = places_of(self._graph.rank(index), self._graph.size)
        found: dict[int, float] = {}
        for number, slot in enumerate(self._slots):
            for place in places:
                one = slot.backward(place)
                if one != index and one not in lasting and self._used(one) > number:
                    found[one] = self._threshold(one, index)
        order = sorted(found.items(), key=lambda pair: (pair[1], pair[0]))
        return Visitors(
            array("q", (one for one, _ in order)), array("d", (edge for _, edge in order))
        )

    def _used(self, index: int) -> int:
        return 1 + draw(self.seed, _USED, index) % SLOTS

    def _threshold(self, follower: int, followed: int) -> float:
        return share(self.seed, _THRESHOLD, follower, followed)
