"""Which items of a pool come into question, the best first, without reading the pool."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from retinue.capabilities.content.repository.choosing import Pool
from retinue.capabilities.content.rules import scoring
from retinue.capabilities.content.rules.scoring import Parts
from retinue.capabilities.content.schemas.choosing import Candidate

FIRST_LOOK, LONG_LOOK = 32, 512
_OF_EACH_TAG = 500
_MOST_SETS = 48
_OF_EACH_SET = 2
_MORE_OF_A_SET = 8
_MORE_LOOKS = 12


@dataclass(frozen=True, slots=True)
class Scored:
    score: float
    item: Candidate
    relevance: float


class Ranking:
    """
    Candidates of one pool.

    The first of them is the best of the pool wherever the bound falls within what is looked at; see
    docs/decisions/0014-choosing-from-a-large-pool.md for what it is otherwise.
    """

    def __init__(self, pool: Pool, *, now: datetime) -> None:
        self._pool = pool
        self._now_s = now.timestamp()
        self._is_exact = pool.category == pool.wanted.category
        self._tags = set(pool.wanted.tags)
        self._shared: dict[int, int] = {}
        self._knows_all_sets = True
        self._found: dict[int, Scored] = {}
        self._best = 0.0

    def look(self, number: int = FIRST_LOOK) -> list[Scored]:
        """So many of the smallest shortfall, and the best of the tag sets that share tags with the account."""
        items = self._pool.best(number)
        if items and self._tags:
            self._learn_sets()
            self._learn_shared(items)
        self._take(items)
        if items and self._tags:
            self._look_into_sets(scoring.bound(items[0].shortfall))
        else:
            self._look_further(items, number)
        return sorted(self._found.values(), key=_order)

    def parts(self, one: Scored) -> Parts:
        item = one.item
        return Parts(
            quality=item.quality / 100,
            freshness=scoring.freshness(item.last_used_s, now_s=self._now_s),
            success_rate=scoring.success_rate(uses=item.use_count, successes=item.success_count),
            relevance=one.relevance,
        )

    def _learn_sets(self) -> None:
        """Which sets share tags with the account; of a tag that stands in very many, some of them."""
        for tag in self._tags:
            ids = self._pool.sets_of_tag(tag, at_most=_OF_EACH_TAG)
            self._knows_all_sets = self._knows_all_sets and len(ids) < _OF_EACH_TAG
            for tag_set_id in ids:
                self._shared[tag_set_id] = self._shared.get(tag_set_id, 0) + 1

    def _learn_shared(self, items: Iterable[Candidate]) -> None:
        if not self._knows_all_sets:
            by_shared = sorted(self._shared, key=lambda one: -self._shared[one])[:_MOST_SETS]
            ids = {item.tag_set_id for item in items} | set(by_shared)
            self._shared = self._pool.tags_shared(ids)

    def _look_further(self, items: list[Candidate], number: int) -> None:
        for _ in range(_MORE_LOOKS):
            if len(items) < number or not self._may_hold_better(items[-1], 1.0):
                return
            items = self._pool.best(number, after=items[-1].shortfall)
            self._take(items)

    def _look_into_sets(self, top: float) -> None:
        """Those that share the most tags first, until no other can hold a better one."""
        by_shared = sorted(self._shared.items(), key=lambda one: (-one[1], one[0]))
        for tag_set_id, shared in by_shared[:_MOST_SETS]:
            relevance = shared / len(self._tags)
            if top - scoring.OF_RELEVANCE * (1 - relevance) <= self._best:
                return
            items = self._pool.best_of_set(tag_set_id, _OF_EACH_SET)
            self._take(items)
            if len(items) == _OF_EACH_SET and self._may_hold_better(items[-1], relevance):
                after = items[-1].shortfall
                self._take(self._pool.best_of_set(tag_set_id, _MORE_OF_A_SET, after=after))

    def _may_hold_better(self, last: Candidate, relevance: float) -> bool:
        """
        Whether something with a larger shortfall could be better than the best so far. What has the same
        comes after it because it was used later, and scores no more than it.
        """
        if not self._tags:
            relevance = scoring.relevance(0, 0, is_exact=self._is_exact)
        lost = scoring.OF_RELEVANCE * (1 - relevance)
        return scoring.bound(last.shortfall + 1) - lost > self._best

    def _take(self, items: Iterable[Candidate]) -> None:
        for item in items:
            shared = self._shared.get(item.tag_set_id, 0)
            relevance = scoring.relevance(shared, len(self._tags), is_exact=self._is_exact)
            score = (
                scoring.bound(item.shortfall)
                - scoring.OF_FRESHNESS
                * (1 - scoring.freshness(item.last_used_s, now_s=self._now_s))
                - scoring.OF_RELEVANCE * (1 - relevance)
            )
            self._best = max(self._best, score)
            self._found[item.id] = Scored(score, item, relevance)


def _order(one: Scored) -> tuple[float, int, int]:
    """Of equals the one that has lain longest."""
    return -one.score, one.item.last_used_s, one.item.id
