"""Rows 5 and 6 of the failure model: a database that is locked, or away."""

from __future__ import annotations

import random
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from retinue.capabilities.sessions.models import SessionStatus
from retinue.foundation.clock import ManualClock, SystemClock
from retinue.foundation.database import Database
from tests.chaos.checking import rounds
from tests.chaos.cutting import Wire
from tests.chaos.gathering import gather
from tests.chaos.leasing import serving
from tests.factories.staging import make_house, quick, until
from tests.fixtures.sandgram import RunningSandgram

pytestmark = pytest.mark.timeout(900)


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
