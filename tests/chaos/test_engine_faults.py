"""Rows 9 to 11 of the failure model: a worker that is lost, and messages that come late or often."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

import retinue
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.jobs import service as jobs
from retinue.foundation.jobs.executor import SWEEP_SECONDS, Executor
from retinue.foundation.jobs.registry import JobFunction
from tests.chaos.checking import rounds
from tests.factories.serving import make_runtime

pytestmark = pytest.mark.timeout(600)


class TestALostWorker:
    """Rows 9 to 11: a job is a row with a due time; messages only wake somebody up."""

    def test_its_job_is_taken_over_and_its_late_word_changes_nothing(
        self, database: Database, clock: ManualClock
    ) -> None:
        for number in range(rounds(3, 200)):
            name = "tests.work"
            with database.writing() as db:
                jobs.defer(db, name, {"number": number}, now=clock.now())
            (lost,) = claim(database, clock, "the lost one")
            assert not claim(database, clock, "somebody else")
            clock.advance(jobs.LEASE + timedelta(seconds=1))
            (taken,) = claim(database, clock, "somebody else")
            with database.writing() as db:
                assert not jobs.finish(db, lost, now=clock.now())
                assert jobs.finish(db, taken, now=clock.now())
            assert not claim(database, clock, "a third")

    def test_somebody_else_has_it_within_45_seconds(
        self, database: Database, clock: ManualClock, data_dir: Path
    ) -> None:
        runtime, ran = make_runtime(database, clock, data_dir), []
        work = JobFunction("tests.work", lambda _, payload: ran.append(payload["n"]))
        with runtime.database.writing() as db:
            jobs.defer(db, "tests.work", {"n": 1}, now=clock.now())
        assert claim(runtime.database, clock, "the lost one")
        waited = 0.0
        while not ran and waited < 120:
            Executor(runtime, [work]).step()
            clock.sleep(SWEEP_SECONDS)
            waited += SWEEP_SECONDS  # The pauses between two looks of whoever is left.
        assert ran == [1]
        assert waited <= 45

    def test_a_doorbell_that_rings_five_times_runs_it_once(
        self, database: Database, clock: ManualClock
    ) -> None:
        for number in range(20):
            with database.writing() as db:
                jobs.defer(db, "tests.work", {"number": number}, now=clock.now())
        ran: list[int] = []
        lock = threading.Lock()

        def hear(ring: int) -> None:
            for job in claim(database, clock, f"ring {ring}"):
                with lock:
                    ran.append(job.id)
                with database.writing() as db:
                    jobs.finish(db, job, now=clock.now())

        with ThreadPoolExecutor(5) as pool:
            list(pool.map(hear, range(5)))
        hear(6)
        assert len(ran) == 20
        assert len(set(ran)) == 20

    def test_no_message_carries_a_time(self) -> None:
        """Row 11: a broker that is told to wait forgets, or does it twice. `due_at` is a column."""
        delays = re.compile(r"\b(eta|countdown|apply_async)\s*[=(]")
        root = Path(retinue.__file__).parent
        found = [
            f"{path.name}: {line}"
            for path in root.rglob("*.py")
            for line in path.read_text(encoding="utf-8").splitlines()
            if delays.search(line)
        ]
        assert not found
        assert delays.search("task.apply_async(args, countdown=240)"), "the lint sees nothing"


def claim(database: Database, clock: ManualClock, holder: str) -> list[jobs.ClaimedJob]:
    with database.writing() as db:
        return jobs.claim(db, ["tests.work"], holder=holder, now=clock.now(), limit=100)
