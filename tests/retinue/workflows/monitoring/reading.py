"""A source that a test fills and watches, and monitors for it to be asked about."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, insert, select, update

from retinue.capabilities.alerts.models import Alert, AlertKind
from retinue.capabilities.monitors.models import (
    InfluencerMetricsHistory,
    Monitor,
    MonitorKind,
    MonitorStatus,
)
from retinue.capabilities.settings import service as settings
from retinue.drivers.metrics.bucket import OpenGate, RateGate
from retinue.drivers.metrics.errors import MetricsError
from retinue.drivers.metrics.protocol import MetricsSource, Reading, SourceSettings, Subject
from retinue.foundation.clock import Clock
from retinue.foundation.database import Database
from retinue.foundation.events.models import Event
from retinue.foundation.randomness import new_id
from retinue.foundation.runtime import Runtime
from retinue.workflows.monitoring.service import Scheduler


@dataclass
class Numbers:
    """Answers with its counts, or with what it is told to; counts what it was asked, by name."""

    clock: Clock
    name: str = "tikhub"
    followers: int = 100
    seconds: float = 0.0
    fails: Callable[[str], MetricsError | None] = lambda name: None
    cost: Decimal = Decimal("0.002")
    asked: Counter[str] = field(default_factory=Counter)
    opened: list[SourceSettings] = field(default_factory=list)
    begun: threading.Event = field(default_factory=threading.Event)
    gate: RateGate | None = None

    def price(self, subject: Subject) -> Decimal:
        return self.cost

    async def read(self, subject: Subject) -> Reading:
        if self.gate is not None:
            await self.gate.acquire()
        self.asked[subject.name] += 1
        self.begun.set()
        await asyncio.sleep(self.seconds)
        error = self.fails(subject.name)
        if error is not None:
            raise error
        return Reading(
            kind=subject.kind,
            name=subject.name,
            source=self.name,
            read_at=self.clock.now(),
            user_id=f"id-{subject.name}",
            follower_count=self.followers,
            following_count=None,
            post_count=7,
        )

    @asynccontextmanager
    async def opener(self, wanted: SourceSettings, gate: RateGate) -> AsyncIterator[MetricsSource]:
        self.opened.append(wanted)
        self.gate = gate
        yield self

    @asynccontextmanager
    async def open_gate(self, wanted: SourceSettings) -> AsyncIterator[RateGate]:
        yield OpenGate(clock=self.clock, sleep=asyncio.sleep)


def scheduler_of(runtime: Runtime, source: Numbers, **more: Any) -> Scheduler:
    return Scheduler(
        runtime, open_source=source.opener, open_gate=source.open_gate, **{"patience": 5.0, **more}
    )


def another(runtime: Runtime) -> Runtime:
    return replace(runtime, incarnation=new_id())


def watch(
    database: Database, number: int, *, due_at: datetime, interval: int = 1800, prefix: str = "p"
) -> None:
    """So many monitors of people, all due at the same moment."""
    rows = [
        {
            "kind": MonitorKind.influencer,
            "subject": f"{prefix}{n}",
            "interval_seconds": interval,
            "status": MonitorStatus.active,
            "due_at": due_at,
            "is_spread": False,
            "fence": 0,
            "failures": 0,
            "created_at": due_at,
            "updated_at": due_at,
        }
        for n in range(number)
    ]
    with database.writing() as db:
        db.execute(insert(Monitor), rows)


def set_settings(runtime: Runtime, **changes: Any) -> None:
    with runtime.database.writing() as db:
        now = settings.current(db).monitors.model_dump()
        settings.update(
            db, {"monitors": {**now, **changes}}, actor="a test", now=runtime.clock.now()
        )


def set_status(database: Database, status: MonitorStatus) -> None:
    with database.writing() as db:
        db.execute(update(Monitor).values(status=status))


def rows(database: Database) -> int:
    with database.reading() as db:
        return db.scalar(select(func.count()).select_from(InfluencerMetricsHistory)) or 0


def rows_each(database: Database) -> dict[int, int]:
    with database.reading() as db:
        counted = select(InfluencerMetricsHistory.monitor_id, func.count())
        found = db.execute(counted.group_by(InfluencerMetricsHistory.monitor_id))
        return {one[0]: one[1] for one in found}


def all_monitors(database: Database) -> Sequence[Monitor]:
    with database.reading() as db:
        found = db.scalars(select(Monitor).order_by(Monitor.id)).all()
        db.expunge_all()
        return found


def told(database: Database) -> list[dict[str, Any]]:
    with database.reading() as db:
        found = select(Event.data).where(Event.type == "metrics_update").order_by(Event.id)
        return list(db.scalars(found))


def raised(database: Database) -> list[tuple[AlertKind, bool, int]]:
    with database.reading() as db:
        found = db.scalars(select(Alert).order_by(Alert.id)).all()
        return [(one.kind, one.resolved_at is None, one.times) for one in found]
