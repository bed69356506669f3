"""Rows 5 to 7 of the failure model: a database that is locked, away, or full."""

from __future__ import annotations

import random
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from retinue.capabilities.plans import service as plans
from retinue.capabilities.sessions.models import SessionStatus
from retinue.capabilities.sessions.schemas import Ending
from retinue.foundation.clock import Clock, ManualClock, SystemClock
from retinue.foundation.database import Database
from retinue.foundation.free_space import Reserve, Room
from retinue.foundation.http import Db, ReadDb, Router, Rt, public
from retinue.foundation.leases import service as leases
from retinue.workflows.engagement import service as engagement
from retinue.workflows.engagement.errors import EngagementEnds
from retinue.workflows.engagement.pacing import Pace
from retinue.workflows.health.endpoints import router as health
from tests.chaos.checking import rounds
from tests.chaos.cutting import Wire
from tests.chaos.gathering import gather
from tests.factories.serving import client, make_app, make_runtime
from tests.factories.staging import make_house, quick, until
from tests.fixtures.sandgram import RunningSandgram

pytestmark = pytest.mark.timeout(900)

router = Router(prefix="/api")
_HOUR = timedelta(hours=1)

SIZE = 1 << 20


@router.post("/leases/{key}", dependencies=[public()])
def take(key: str, db: Db, rt: Rt) -> dict[str, int]:
    lease = leases.acquire(db, key, holder="a test", ttl=_HOUR, now=rt.clock.now())
    return {"fence": lease.fence}


@router.get("/leases/{key}", dependencies=[public()])
def look(key: str, db: ReadDb, rt: Rt) -> dict[str, bool]:
    return {"held": leases.holder_of(db, key, now=rt.clock.now()) is not None}


def serving(database: Database, clock: Clock, data_dir: Path) -> TestClient:
    return client(make_app(make_runtime(database, clock, data_dir), [router, health]))


@pytest.mark.databases("sqlite")
class TestAWriterStorm:
    """Row 5: a stranger holds SQLite's write lock, again and again."""

    def test_a_write_waits_and_is_then_refused_with_503_while_reads_go_on(
        self, database: Database, data_dir: Path
    ) -> None:
        clock = SystemClock()
        caller = serving(database, clock, data_dir)
        times = rounds(1, 20)
        assert caller.post("/api/leases/before").status_code == 200
        for number in range(times):
            slowest = 0.0
            with closing(stranger(database)) as other:
                answers: list[tuple[int, str | None, float]] = []

                def write(number: int = number, answers: list = answers) -> None:
                    began = clock.monotonic()
                    answer = caller.post(f"/api/leases/k{number}")
                    took = clock.monotonic() - began
                    answers.append((answer.status_code, answer.headers.get("Retry-After"), took))

                writers = [threading.Thread(target=write) for _ in range(3)]
                for one in writers:
                    one.start()
                while any(one.is_alive() for one in writers):
                    began = clock.monotonic()
                    assert caller.get("/api/leases/before").json() == {"held": True}
                    slowest = max(slowest, clock.monotonic() - began)
                    clock.sleep(0.05)
                other.rollback()
            assert {status for status, _, _ in answers} == {503}
            assert all(after for _, after, _ in answers)
            assert max(took for _, _, took in answers) < 12
            assert slowest < 2.0, "a read waited as long as a write does"
            assert caller.post(f"/api/leases/k{number}").status_code == 200

    def test_the_control_that_begins_as_a_reader_is_refused_at_once(
        self, database: Database
    ) -> None:
        path = str(database.url.database)
        clock = SystemClock()
        with (
            closing(sqlite3.connect(path, timeout=5, isolation_level=None)) as one,
            closing(sqlite3.connect(path, timeout=5, isolation_level=None)) as other,
        ):
            one.execute("BEGIN")
            one.execute("SELECT count(*) FROM leases").fetchone()
            other.execute("BEGIN IMMEDIATE")
            other.execute("INSERT INTO event_counter (id, last, oldest) VALUES (77, 0, 0)")
            other.execute("COMMIT")
            began = clock.monotonic()
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                one.execute("INSERT INTO event_counter (id, last, oldest) VALUES (78, 0, 0)")
            # It does not even wait: the view it began with is old.
            assert clock.monotonic() - began < 1


def stranger(database: Database) -> sqlite3.Connection:
    connection = sqlite3.connect(str(database.url.database), isolation_level=None, timeout=5)
    connection.execute("BEGIN IMMEDIATE")
    return connection


@pytest.fixture
def wire(database_url: str) -> Iterator[Wire]:
    made = Wire(database_url)
    yield made
    made.close()


@pytest.mark.databases("postgresql", "mariadb")
class TestAServerThatIsAway:
    """Row 6."""

    def test_requests_are_answered_with_503_and_again_with_200_once_it_is_back(
        self, wire: Wire, data_dir: Path, clock: ManualClock
    ) -> None:
        database = Database(wire.url)
        try:
            caller = serving(database, clock, data_dir)
            assert caller.post("/api/leases/k0").status_code == 200
            for number in range(1, rounds(3, 40) + 1):
                wire.cut()
                for answer in (
                    caller.get("/api/leases/k0"),
                    caller.post(f"/api/leases/k{number}"),
                ):
                    assert answer.status_code == 503, answer.text
                    assert answer.headers["Retry-After"]
                    assert answer.json()["code"] == "database_away"
                assert caller.get("/health/ready").status_code == 503
                wire.mend()
                until(
                    lambda: caller.get("/api/leases/k0").status_code == 200,
                    "the recovery",
                    seconds=10,
                )
                assert caller.post(f"/api/leases/k{number}").status_code == 200
        finally:
            database.close()

    @pytest.mark.databases("postgresql")
    def test_a_session_keeps_its_outcome_and_the_ledger_is_exact(
        self, wire: Wire, data_dir: Path, world: RunningSandgram, rng: random.Random
    ) -> None:
        with make_house(wire.url, data_dir, world) as house:
            house.change_settings(
                limits={"like": {"per_hour": 100_000, "per_day": 100_000, "seconds_apart": 0}}
            )
            account = house.add_account(quick(people=rounds(60, 400)))
            with house.agent():
                session = house.order(account)
                until(lambda: len(house.attempts()) > 2, "the first acts")
                for _ in range(rounds(2, 40)):
                    wire.cut()
                    house.runtime.clock.sleep(rng.uniform(0.1, 1.5))
                    wire.mend()
                    house.runtime.clock.sleep(rng.uniform(0.5, 2.0))
                ended = house.wait_for_end(session.id)
            assert ended.status is SessionStatus.completed, ended.last_error
            gather(house).assert_clean()


@pytest.mark.databases("postgresql")
class TestControl:
    def test_a_pool_that_does_not_look_first_hands_out_dead_connections(self, wire: Wire) -> None:
        from sqlalchemy import create_engine, text
        from sqlalchemy.exc import DBAPIError

        careless = create_engine(wire.url, pool_pre_ping=False)
        with careless.connect() as connection:
            connection.execute(text("SELECT 1"))
        wire.cut()
        wire.mend()
        with pytest.raises(DBAPIError), careless.connect() as connection:
            connection.execute(text("SELECT 1"))
        careless.dispose()


@pytest.mark.databases("sqlite")
class TestAFullDisk:
    """Row 7, with a quota on the file's pages in place of a small disk: SQLite says the same words."""

    def test_a_write_is_refused_with_503_and_nothing_of_it_stays(
        self, database: Database, data_dir: Path, clock: ManualClock
    ) -> None:
        caller = serving(database, clock, data_dir)
        with database.writing_core() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        statuses = []
        for number in range(400):
            answer = caller.post(f"/api/leases/{'k' * 180}{number}")
            statuses.append(answer.status_code)
            if answer.status_code != 200:
                break
        assert statuses[-1] == 503, "the quota was never reached"
        assert answer.json()["code"] == "disk_full"
        assert caller.get(f"/api/leases/{'k' * 180}{number}").json() == {"held": False}
        with database.writing_core() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
        assert caller.post(f"/api/leases/{'k' * 180}{number}").status_code == 200
        with database.reading() as db:
            found = db.connection().exec_driver_sql("PRAGMA integrity_check").scalar_one()
        assert found == "ok"


class TestReserve:
    """Row 7: room that was put by for the outcomes of what is under way."""

    def test_it_is_given_up_when_the_disk_is_full_and_made_again(self, data_dir: Path) -> None:
        free = 10 * SIZE
        reserve = Reserve(data_dir, size=SIZE, least=2 * SIZE, look=lambda _: free)
        file = data_dir / "reserve"
        reserve.look_after()
        assert file.stat().st_blocks * 512 >= SIZE, "its room is not really its own"
        assert file.stat().st_mode & 0o777 == 0o600
        free = SIZE
        reserve.look_after()
        assert file.exists()
        free = 0
        reserve.look_after()
        assert not file.exists()
        free = 3 * SIZE - 1
        reserve.look_after()
        assert not file.exists()
        free = 3 * SIZE
        reserve.look_after()
        assert file.exists()

    def test_outcomes_fit_into_it(self, data_dir: Path) -> None:
        """The file and the database share a quota here: what one lets go the other can have."""
        reserve = Reserve(data_dir, size=SIZE, least=0, look=lambda _: left())
        quota, kept = 2 * SIZE, data_dir / "outcomes"

        def left() -> int:
            return quota - sum(one.stat().st_size for one in data_dir.glob("*") if one.is_file())

        def write() -> bool:
            if left() < SIZE // 8:
                return False
            with kept.open("ab") as stream:
                stream.write(bytes(SIZE // 8))
            return True

        reserve.look_after()
        while write():
            pass
        assert not write(), "the control: without giving the reserve up nothing more is written"
        reserve.look_after()
        assert write()

    def test_none_is_kept_where_none_is_wanted(self, data_dir: Path) -> None:
        Reserve(data_dir, size=0, least=0, look=lambda _: 10 * SIZE).look_after()
        assert not (data_dir / "reserve").exists()


class TestLittleRoom:
    """Row 7, before it comes to that: nothing new is begun while there is too little room for outcomes."""

    def test_a_session_waits_for_room_and_goes_on_by_itself(self, clock: ManualClock) -> None:
        left = iter([100, 150, 199])
        room = Room(Path(), least=200, look=lambda _: next(left, 200))
        began = clock.monotonic()
        pace(clock, engagement.Reins(), room).check()
        assert clock.monotonic() - began == 15

    def test_a_stop_ends_the_waiting(self, clock: ManualClock) -> None:
        reins = engagement.Reins()
        looks = 0

        def look(_: Path) -> int:
            nonlocal looks
            looks += 1
            if looks == 2:
                reins.pull(Ending(SessionStatus.stopped, "a test"))
            return 0

        with pytest.raises(EngagementEnds):
            pace(clock, reins, Room(Path(), least=200, look=look)).check()
        assert looks == 2

    def test_the_control_without_it_begins_at_once(self, clock: ManualClock) -> None:
        began = clock.monotonic()
        pace(clock, engagement.Reins(), None).check()
        assert clock.monotonic() == began


def pace(clock: ManualClock, reins: engagement.Reins, room: Room | None) -> Pace:
    hours = plans.parse("working-hours: [00.00-23.59]\n").plan
    assert hours is not None
    progress = engagement.Progress(clock)
    return Pace(
        clock,
        random.Random(7),
        reins=reins,
        progress=progress,
        hours=hours.working_hours,
        room=room,
    )
