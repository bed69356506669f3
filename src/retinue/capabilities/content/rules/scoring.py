"""
The score of an item for an account, and what of it can be sorted by beforehand.

    score = 0.30 quality + 0.25 freshness + 0.25 success rate + 0.20 relevance

Quality and success rate change with the item alone. What they leave to be desired is its
*shortfall*, stored in millionths; no item scores above `1 - shortfall`. Freshness takes away
nothing from what was never used, and relevance nothing from what is wholly relevant, so whoever
goes through a pool from the smallest shortfall on may stop as soon as that bound falls below
the best score seen.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal

OF_QUALITY, OF_FRESHNESS, OF_SUCCESS, OF_RELEVANCE = 0.30, 0.25, 0.25, 0.20
_MILLION = 1_000_000
_HALF_LIFE = 14 * 86_400.0
_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Parts:
    """Each from 0 to 1, before it is weighed."""

    quality: float
    freshness: float
    success_rate: float
    relevance: float

    @property
    def score(self) -> float:
        return (
            OF_QUALITY * self.quality
            + OF_FRESHNESS * self.freshness
            + OF_SUCCESS * self.success_rate
            + OF_RELEVANCE * self.relevance
        )

    def as_json(self) -> dict[str, float]:
        return {
            "quality": round(self.quality, 4),
            "freshness": round(self.freshness, 4),
            "success_rate": round(self.success_rate, 4),
            "relevance": round(self.relevance, 4),
        }


def success_rate(*, uses: int, successes: int) -> float:
    return (successes + 1) / (uses + 2)


def freshness(last_used_s: float, *, now_s: float) -> float:
    """Both in seconds since 1970; 0 for what was never used."""
    if not last_used_s:
        return 1.0
    return 1.0 - math.pow(0.5, max(0.0, now_s - last_used_s) / _HALF_LIFE)


def relevance(shared: int, wanted: int, *, is_exact: bool) -> float:
    """Of so many wanted tags. Where none is wanted, the exact category counts for all and `any` for half."""
    if wanted:
        return shared / wanted
    return 1.0 if is_exact else 0.5


def shortfall(
    *, quality: int, uses: int, successes: int, held: int, max_usage: int | None
) -> int | None:
    """In millionths, rounded down so that the bound holds; none where every use is gone or promised."""
    if max_usage is not None and uses + held >= max_usage:
        return None
    missing = OF_QUALITY * (1 - quality / 100) + OF_SUCCESS * (
        1 - success_rate(uses=uses, successes=successes)
    )
    return int(missing * _MILLION)


def bound(shortfall: int) -> float:
    """No item of this shortfall, or of a larger one, scores above it."""
    return 1.0 - shortfall / _MILLION


def shown(score: float) -> Decimal:
    """Times 100, with two decimals."""
    return Decimal(str(score * 100)).quantize(_HUNDREDTH)
