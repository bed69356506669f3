"""A hundred thousand monitors of an installation, and as many of them due as a round wants."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import bench_fetch
from pydantic import SecretStr
from sqlalchemy import delete, func, insert, select, update

from retinue.capabilities.access import service as access
from retinue.capabilities.monitors import service as monitors
from retinue.capabilities.monitors.models import (
    InfluencerMetricsHistory,
    Monitor,
    MonitorKind,
    MonitorStatus,
    SourceName,
)
from retinue.capabilities.settings import service as settings
from retinue.foundation.clock import SystemClock
from retinue.foundation.configuration import Configuration
from retinue.foundation.database import Database, migrations
from retinue.foundation.key_file import create_key, load_keys
from retinue.foundation.randomness import new_id, seeded_random
from retinue.foundation.runtime import Runtime
from retinue.foundation.sealing import Sealer

ALL = 100_000
DUE = 30_000
_AT_ONCE = 5000


def make_runtime(directory: Path, url: str | None = None) -> Runtime:
    key_file = directory / "keys" / "sealing.key"
    create_key(key_file)
    given = {} if url is None else {"database_url": url}
    configuration = Configuration(data_dir=directory, **given)
    lock = directory / "write.lock" if url is None else None
    database = Database(configuration.effective_database_url, lock_path=lock)
    migrations.upgrade(database)
    return Runtime(
        configuration=configuration,
        database=database,
        clock=SystemClock(),
        rng=seeded_random(1),
        sealer=Sealer.of(*load_keys(key_file)),
        incarnation=new_id(),
    )


def prepare(runtime: Runtime, vendor_url: str) -> None:
    now = runtime.clock.now()
    with runtime.database.writing() as db:
        access.initialise(db, runtime.sealer, is_demo=False, now=now)
        wanted = settings.current(db).monitors.model_dump()
        wanted |= {"tikhub_url": vendor_url, "tikhub_version": "v1", "requests_per_second": 0}
        settings.update(db, {"monitors": wanted}, actor="bench", now=now)
        key = SecretStr(bench_fetch.KEY)
        monitors.put_key(db, runtime.sealer, SourceName.tikhub, key, actor="bench", now=now)
    later = now + timedelta(days=1)
    for start in range(0, ALL, _AT_ONCE):
        rows = [row(n, later) for n in range(start, start + _AT_ONCE)]
        with runtime.database.writing() as db:
            db.execute(insert(Monitor), rows)


def row(number: int, due_at: datetime) -> dict[str, Any]:
    return {
        "kind": MonitorKind.influencer,
        "subject": f"person_{number:06}",
        "interval_seconds": 86_400,
        "status": MonitorStatus.active,
        "due_at": due_at,
        "is_spread": False,
        "fence": 0,
        "failures": 0,
        "created_at": due_at,
        "updated_at": due_at,
    }


def start_over(runtime: Runtime, *, due: int, over: float = 0.0) -> datetime:
    """So many are due, scattered over the table, at once or over so many seconds from now on."""
    now = runtime.clock.now()
    with runtime.database.writing() as db:
        db.execute(delete(InfluencerMetricsHistory))
        later = now + timedelta(days=1)
        db.execute(update(Monitor).values(due_at=later, claimed_by=None, claimed_until=None))
    now = runtime.clock.now()
    chosen = [1 + (n * 7919) % ALL for n in range(due)]
    with runtime.database.writing() as db:
        connection = db.connection()
        table = Monitor.__table__
        if not over:
            connection.execute(update(table).where(table.c.id.in_(chosen)).values(due_at=now))
        for place, one in enumerate(chosen if over else ()):
            at = now + timedelta(seconds=1 + over * place / due)
            connection.execute(update(table).where(table.c.id == one).values(due_at=at))
    return now


def written(runtime: Runtime) -> int:
    with runtime.database.reading() as db:
        return db.scalar(select(func.count()).select_from(InfluencerMetricsHistory)) or 0
