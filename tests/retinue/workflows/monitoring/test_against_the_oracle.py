"""Monitors of Sandgram's world while it moves six hundred times as fast as ours."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from retinue.capabilities.access import service as access
from retinue.capabilities.alerts.models import Alert, AlertKind
from retinue.capabilities.monitors import service as monitors
from retinue.capabilities.monitors.models import (
    InfluencerMetricsHistory,
    Monitor,
    MonitorKind,
    MonitorStatus,
    PostMetricsHistory,
)
from retinue.foundation.database import Database
from retinue.foundation.runtime import Runtime
from retinue.workflows.monitoring.service import Scheduler
from tests.factories.comparing import check, subjects
from tests.factories.serving import make_runtime
from tests.factories.staging import until
from tests.fixtures.sandgram import RunningSandgram, start_sandgram
from tests.retinue.workflows.monitoring.reading import set_settings, set_status

FACTOR = 15
PEOPLE, POSTS = 180, 20
SPEED = 600


@dataclass
class FastClock:
    """Half a minute passes in two seconds."""

    begun: datetime = field(default_factory=lambda: datetime.now(UTC))
    ticks: float = field(default_factory=time.monotonic)

    def _passed(self) -> float:
        return (time.monotonic() - self.ticks) * FACTOR

    def now(self) -> datetime:
        return self.begun + timedelta(seconds=self._passed())

    def monotonic(self) -> float:
        return self.ticks + self._passed()

    def since_boot(self) -> float:
        return self.monotonic()

    def wall_now(self) -> datetime:
        return datetime.now(UTC)

    def sleep(self, seconds: float, *, until: threading.Event | None = None) -> bool:
        if until is not None:
            return until.wait(seconds / FACTOR)
        time.sleep(seconds / FACTOR)
        return False

    def wall(self, moment: datetime) -> datetime:
        return self.begun + (moment - self.begun) / FACTOR


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandgram]:
    """One of this module's own, because its clock is fast."""
    running = start_sandgram(tmp_path_factory.mktemp("fast"), "--speed", str(SPEED))
    yield running
    running.close()


@pytest.fixture
def fast() -> FastClock:
    return FastClock()


@pytest.fixture
def runtime(
    database: Database, fast: FastClock, data_dir: Path, world: RunningSandgram
) -> Iterator[Runtime]:
    world.control.patch("/tikhub", json={"rate": 0}).raise_for_status()
    runtime = make_runtime(database, fast, data_dir, sandgram_url=world.url)
    with database.writing() as db:
        access.initialise(db, runtime.sealer, is_demo=True, now=fast.now())
    set_settings(runtime, requests_per_second=0, places=20)
    yield runtime
    world.control.delete("/faults")


def watch_the_world(runtime: Runtime, world: RunningSandgram) -> None:
    now = runtime.clock.now()
    names = [(MonitorKind.influencer, one) for one in subjects(world.control, "influencer", PEOPLE)]
    names += [(MonitorKind.post, one) for one in subjects(world.control, "post", POSTS)]
    values = [
        {
            "kind": kind,
            "subject": name,
            "interval_seconds": 30,
            "status": MonitorStatus.active,
            "due_at": now,
            "is_spread": False,
            "fence": 0,
            "failures": 0,
            "created_at": now,
            "updated_at": now,
        }
        for kind, name in dict.fromkeys(names)
    ]
    assert len(values) == PEOPLE + POSTS
    with runtime.database.writing() as db:
        db.execute(insert(Monitor), values)


def people_rows(database: Database) -> list[InfluencerMetricsHistory]:
    with database.reading() as db:
        found = list(db.scalars(select(InfluencerMetricsHistory)))
        db.expunge_all()
        return found


def post_rows(database: Database) -> list[PostMetricsHistory]:
    with database.reading() as db:
        found = list(db.scalars(select(PostMetricsHistory)))
        db.expunge_all()
        return found


@pytest.fixture
def at_work(runtime: Runtime) -> Iterator[threading.Event]:
    stop = threading.Event()
    engine = Scheduler(runtime, patience=5)
    thread = threading.Thread(target=engine.run, args=(stop,))
    thread.start()
    yield stop
    stop.set()
    thread.join(30)
    assert not thread.is_alive()


@pytest.mark.usefixtures("at_work")
def test_charts_follow_the_world_through_an_outage_and_a_pause(
    runtime: Runtime, world: RunningSandgram, fast: FastClock
) -> None:
    database = runtime.database
    watch_the_world(runtime, world)
    until(lambda: len(people_rows(database)) >= 2 * PEOPLE, "two rounds", seconds=60)

    # TikHub is away: no row, one alert, and whoever reads is told that the numbers are old.
    world.fault("server_error", surface="tikhub")
    until(lambda: all_failed(database), "an outage that everybody has met", seconds=60)
    before = len(people_rows(database))
    fast.sleep(60)
    assert len(people_rows(database)) == before
    assert open_alerts(database) == [AlertKind.source_down]
    with database.reading() as db:
        assert all(monitors.is_stale(one, now=fast.now()) for one in db.scalars(select(Monitor)))

    world.control.delete("/faults")
    back_at = fast.now()
    until(lambda: len(people_rows(database)) >= before + PEOPLE, "a round more", seconds=90)
    assert open_alerts(database) == []
    per_second: dict[int, int] = defaultdict(int)
    for row in people_rows(database):
        if row.recorded_at > back_at:
            per_second[int((row.recorded_at - back_at).total_seconds())] += 1
    assert max(per_second.values()) < PEOPLE / 3, "they did not all come at once"

    set_status(database, MonitorStatus.paused)
    fast.sleep(15)
    paused_at = len(people_rows(database))
    fast.sleep(45)
    assert len(people_rows(database)) == paused_at

    for row in people_rows(database)[::7]:
        told = {
            name: getattr(row, name) for name in ("follower_count", "following_count", "post_count")
        }
        check(world.control, {"username": row.username}, told, fast.wall(row.recorded_at))
    posts = post_rows(database)
    assert posts
    for post in posts[::3]:
        told = {name: getattr(post, name) for name in ("like_count", "comment_count", "play_count")}
        check(world.control, {"post": post.post_code}, told, fast.wall(post.recorded_at))


def all_failed(database: Database) -> bool:
    with database.reading() as db:
        return all(one.failures for one in db.scalars(select(Monitor)))


def open_alerts(database: Database) -> list[AlertKind]:
    with database.reading() as db:
        return list(db.scalars(select(Alert.kind).where(Alert.resolved_at.is_(None))))
