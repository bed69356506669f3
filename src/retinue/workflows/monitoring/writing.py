"""What came of the orders, written down in chunks, and told."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from retinue.capabilities.monitors import service as monitors
from retinue.capabilities.monitors.models import MonitorKind
from retinue.capabilities.monitors.schemas import DueMonitor, FailedRead
from retinue.foundation import failpoints
from retinue.foundation.database import DatabaseBusy
from retinue.foundation.events import service as events
from retinue.foundation.runtime import Runtime
from retinue.workflows.monitoring.fetching import NO_BUDGET
from retinue.workflows.monitoring.schemas import Outcome, PutBack
from retinue.workflows.monitoring.troubles import Troubles, tell_anomalies

logger = logging.getLogger(__name__)

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Written:
    read: tuple[int, ...] = ()
    failed: tuple[int, ...] = ()
    moved_on: tuple[int, ...] = ()


def write(runtime: Runtime, outcomes: Sequence[Outcome], troubles: Troubles) -> list[Written]:
    """
    All of them in one transaction; one by one where one of them cannot be written.

    Raises:
        DatabaseBusy: nothing was written; try again.
    """
    failpoints.reach("monitoring.write")
    try:
        written = [_write(runtime, outcomes, troubles)]
    except DatabaseBusy:
        raise
    except Exception:
        logger.exception("%s readings could not be written together", len(outcomes))
        written = [_write_alone(runtime, one, troubles) for one in outcomes]
    subjects = [subject for one in outcomes for subject in _subjects(one)]
    monitors.caching.forget(runtime.cache, subjects)
    return written


def _write(runtime: Runtime, outcomes: Sequence[Outcome], troubles: Troubles) -> Written:
    now, elapsed = runtime.clock.now(), runtime.clock.monotonic()
    reads = [one.read for one in outcomes if one.read is not None]
    failures = [one.failed for one in outcomes if one.failed is not None]
    with runtime.database.writing() as db:
        recorded = monitors.record(db, reads, now=now) if reads else None
        noted = monitors.record_failures(db, failures, now=now) if failures else None
        _give_back(db, outcomes, now=now)
        _charge(db, outcomes, now=now)
        troubles.tell(db, outcomes, now=now, elapsed=elapsed)
        short = [one.price for one in outcomes if one.back and one.back.why == NO_BUDGET]
        troubles.tell_budget(db, short=max(short, default=None), now=now)
        if recorded is not None:
            tell_anomalies(db, recorded.anomalies, now=now)
        written = Written(
            recorded.written if recorded else (),
            noted.written if noted else (),
            (*(recorded.moved_on if recorded else ()), *(noted.moved_on if noted else ())),
        )
        if written.read or written.failed:
            told = {"read": list(written.read), "failed": list(written.failed)}
            events.publish(db, "metrics_update", told, now=now)
    return written


def _subjects(one: Outcome) -> Iterator[tuple[MonitorKind, str]]:
    """Whose kept history is not the last word any more."""
    if one.back is not None:
        return
    if one.monitor.kind is MonitorKind.post:
        yield MonitorKind.post, one.monitor.subject
        return
    known = one.read.subject_id if one.read is not None else one.monitor.subject_id
    if known is not None:
        yield MonitorKind.influencer, known


def _write_alone(runtime: Runtime, one: Outcome, troubles: Troubles) -> Written:
    try:
        return _write(runtime, [one], troubles)
    except DatabaseBusy:
        raise
    except Exception as error:
        logger.exception("what came of monitor %s could not be written", one.monitor.id)
        words = f"What was read could not be written: {type(error).__name__}"
        failed = FailedRead(one.monitor, "not_written", "unknown", words)
        told = replace(one, read=None, failed=failed, back=None)
        return _write(runtime, [told], troubles)


def _give_back(db: Session, outcomes: Sequence[Outcome], *, now: datetime) -> None:
    groups: dict[PutBack, list[DueMonitor]] = defaultdict(list)
    for one in outcomes:
        if one.back is not None:
            until = one.back.until
            # To the minute, so that those that were put back together are written together.
            rounded = until and until.replace(second=0, microsecond=0)
            groups[PutBack(one.back.why, rounded)].append(one.monitor)
    for back, due in groups.items():
        monitors.give_back(db, due, now=now, again_at=back.until, why=back.why)


def _charge(db: Session, outcomes: Sequence[Outcome], *, now: datetime) -> None:
    billed: dict[str, list[Decimal]] = defaultdict(list)
    for one in outcomes:
        if one.is_billed:
            billed[one.source].append(one.cost)
    for source, costs in sorted(billed.items()):
        monitors.charge(db, source=source, calls=len(costs), cost=sum(costs, Decimal(0)), now=now)
