from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Lifecycle
from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.models import EventStatus
from retinue.capabilities.ledger.schemas import CacheCounts
from retinue.capabilities.safety import service as safety
from retinue.capabilities.sessions.models import SessionStatus
from retinue.capabilities.settings import service as settings
from retinue.workflows.metrics import repository
from retinue.workflows.metrics.schemas import (
    AccountFigures,
    CacheFigures,
    Figures,
    HourFigures,
    Latency,
    LimitFigures,
    Metrics,
    SessionFigures,
    StatusCounts,
    UnknownFigures,
)

LIMITED = ("like", "follow", "comment", "view")
_HOUR, _DAY, _WEEK = timedelta(hours=1), timedelta(hours=24), timedelta(days=7)


def read(db: Session, *, accounts: frozenset[int] | None, now: datetime) -> Metrics:
    """All numbers of the overview, of these accounts only where they are given."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    until = hour + _HOUR
    day = ledger.counts_between(db, accounts=accounts, since=now - _DAY, until=until)
    before = ledger.counts_between(db, accounts=accounts, since=now - _WEEK, until=now - _DAY)
    count, oldest_at = repository.open_unknowns(db, accounts)
    sessions = repository.open_sessions(db, accounts)
    return Metrics(
        generated_at=now,
        last_24h=_figures(day),
        last_7d=_figures([*before, *day]),
        hours=_hours(day, [until - back * _HOUR for back in range(24, 0, -1)]),
        latency_ms=_latency(ledger.latencies(db, accounts=accounts, since=now - _DAY)),
        cache=_cache(db, accounts, now=now),
        accounts=_accounts(db, accounts, now=now),
        open_unknowns=UnknownFigures(count=count, oldest_at=oldest_at),
        limits_today=_limits(db, accounts, now=now),
        sessions=SessionFigures(
            running=sessions.get(SessionStatus.running, 0),
            starting=sessions.get(SessionStatus.starting, 0),
            stopping=sessions.get(SessionStatus.stopping, 0),
        ),
    )


def _figures(counted: Iterable[Any]) -> Figures:
    by_action: dict[str, Counter[str]] = {}
    by_status: Counter[EventStatus] = Counter()
    for one in counted:
        by_action.setdefault(one.action, Counter())[one.status.value] += one.number
        by_status[one.status] += one.number
    return Figures(
        total=by_status.total(),
        success_rate=ledger.success_rate(by_status),
        dedupe_hits=by_status[EventStatus.dedupe_hit],
        by_action={action: StatusCounts(**of) for action, of in sorted(by_action.items())},
    )


def _hours(counted: Iterable[Any], hours: Sequence[datetime]) -> list[HourFigures]:
    by_hour: dict[datetime, Counter[str]] = {hour: Counter() for hour in hours}
    for one in counted:
        # The oldest hour of the 24 that were counted is only in part within them.
        if one.hour in by_hour:
            by_hour[one.hour][one.status.value] += one.number
    return [HourFigures(hour=hour, **counts) for hour, counts in by_hour.items()]


def _latency(found: Sequence[int]) -> Latency:
    ordered = sorted(found)

    def at(share: float) -> int | None:
        return ordered[math.ceil(share * len(ordered)) - 1] if ordered else None

    return Latency(p50=at(0.5), p95=at(0.95), samples=len(ordered))


def _cache(db: Session, accounts: frozenset[int] | None, *, now: datetime) -> CacheFigures:
    """Nothing for those who see some accounts only: it is counted for all together."""
    found = CacheCounts() if accounts is not None else ledger.cache_counts(db, since=now - _DAY)
    return CacheFigures(hits=found.hits, misses=found.misses, hit_rate=found.hit_rate)


def _accounts(db: Session, only_ids: frozenset[int] | None, *, now: datetime) -> AccountFigures:
    found = accounts.counts_by_lifecycle(db, only_ids=only_ids)
    in_use = [both for lifecycle, both in found.items() if lifecycle is not Lifecycle.retired]
    return AccountFigures(
        by_state=safety.counts_by_state(db, now=now, account_ids=only_ids),
        by_lifecycle={one: found.get(one, (0, 0))[0] for one in Lifecycle},
        paused=sum(paused for _, paused in in_use),
        total=sum(number for number, _ in in_use),
    )


def _limits(db: Session, only_ids: frozenset[int] | None, *, now: datetime) -> list[LimitFigures]:
    """Plans may set tighter limits; these are the settings' own, and of young accounts their share."""
    current = settings.current(db)
    active, _ = accounts.counts_by_lifecycle(db, only_ids=only_ids).get(Lifecycle.active, (0, 0))
    shares = safety.shares(db, settings=current, now=now, account_ids=only_ids)
    used = repository.acts_since(db, now - _DAY, actions=LIMITED, accounts=only_ids)
    return [
        LimitFigures(
            action=action,
            used=used.get(action, 0),
            limit=safety.limit_of_all(current.limit_for(action).per_day, active, shares),
        )
        for action in LIMITED
    ]
