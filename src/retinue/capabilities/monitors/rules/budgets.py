"""Months and money. Money is whole millionths of a dollar inside, so that nothing is lost by adding up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal

_MICROS = Decimal(1_000_000)
_DAY = 86_400


def month_of(now: datetime) -> str:
    return now.astimezone(UTC).strftime("%Y-%m")


def month_ends(now: datetime) -> datetime:
    """The first moment of the next month, UTC."""
    moment = now.astimezone(UTC)
    year, month = (moment.year + 1, 1) if moment.month == 12 else (moment.year, moment.month + 1)
    return datetime(year, month, 1, tzinfo=UTC)


def micros(cost: Decimal) -> int:
    return int((cost * _MICROS).to_integral_value(ROUND_HALF_UP))


def money(of_micros: int) -> Decimal:
    return Decimal(of_micros) / _MICROS


def projected(
    *,
    spent: int,
    calls: int,
    price: int,
    intervals: Iterable[tuple[int, int]],
    now: datetime,
) -> int:
    """
    What will be spent by the end of the month, in micros: what was, and each active monitor's runs
    until then. `intervals` are (seconds, how many monitors); `price` stands where nothing was bought yet.
    """
    left = (month_ends(now) - now).total_seconds()
    runs = sum(number * left / seconds for seconds, number in intervals)
    each = spent / calls if calls else price
    return spent + round(runs * each)
