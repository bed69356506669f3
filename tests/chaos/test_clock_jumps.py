"""Row 12: somebody moves the wall clock while accounts are at work."""

from __future__ import annotations

import sys
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from retinue.capabilities.ledger.schemas import Declined, DeclineKind, Reserved
from retinue.capabilities.sessions import service as sessions
from retinue.entrypoints.agent import Agent
from retinue.foundation import clock_jumps
from retinue.foundation.clock import ManualClock, SystemClock
from retinue.foundation.clock_jumps import Jump, Jumps
from retinue.foundation.database import Database
from retinue.foundation.events.models import Event
from retinue.foundation.jobs import service as jobs
from retinue.foundation.jobs.executor import Executor
from retinue.foundation.jobs.registry import JobFunction
from retinue.foundation.randomness import new_id
from tests.chaos.acting import PLAN, begin, intend
from tests.factories.serving import make_runtime
from tests.factories.staging import House, is_gone

FIVE_AN_HOUR = {"like": {"per_hour": 5, "per_day": 8, "seconds_apart": 0}}


class TestClockJump:
    """Row 12: the wall clock is moved while accounts are at work."""

    @pytest.mark.databases("sqlite", "postgresql")
    @pytest.mark.parametrize("hours", [-1, -3])
    def test_a_clock_that_goes_back_gives_nothing_away(self, ready: House, hours: int) -> None:
        ready.change_settings(limits=FIVE_AN_HOUR)
        session = begin(ready, ready.add_account(PLAN))
        answers = [intend(ready, session, f"p{number}") for number in range(5)]
        assert all(isinstance(one, Reserved) for one in answers)
        jumped = timedelta(hours=hours)
        late = intend(ready, session, "p9", later=jumped, asks_first=False)
        assert isinstance(late, Declined)
        assert late.kind is DeclineKind.limit

    @pytest.mark.databases("sqlite", "postgresql")
    def test_one_that_goes_forward_begins_no_new_hour(self, ready: House) -> None:
        clock = self.moved(ready)
        assert self.acts(ready, clock, jumps=[1, 1, 2]) == 5
        clock.advance(timedelta(minutes=61))
        assert self.acts(ready, clock, jumps=[0]) == 3, "the day has eight"

    @pytest.mark.databases("sqlite", "postgresql")
    def test_nor_a_new_day(self, ready: House) -> None:
        clock = self.moved(ready)
        assert self.acts(ready, clock, jumps=[1, 30]) == 5
        clock.advance(timedelta(hours=2))
        assert self.acts(ready, clock, jumps=[0]) == 3

    @pytest.mark.databases("sqlite")
    def test_the_control_that_believes_the_clock_passes_the_limit(self, ready: House) -> None:
        clock = self.moved(ready)
        assert self.acts(ready, clock, jumps=[1, 1, 2], believes=True) > 5

    def moved(self, house: House) -> ManualClock:
        """The house with a clock that can be moved, and an account at work."""
        clock = ManualClock(house.runtime.clock.now())
        house.runtime = replace(house.runtime, clock=clock)
        house.change_settings(limits=FIVE_AN_HOUR)
        self.session = begin(house, house.add_account(PLAN))
        self.jumps = Jumps(clock)
        return clock

    def acts(
        self, house: House, clock: ManualClock, *, jumps: list[int], believes: bool = False
    ) -> int:
        """How many acts were allowed of six that are tried after each jump of so many hours."""
        session, done = self.session, 0
        for number in range(-1, len(jumps)):
            if number >= 0:
                clock.set(clock.now() + timedelta(hours=jumps[number]))
            self.jumps.look()
            with house.runtime.database.writing() as db:
                assert sessions.keep_account(
                    db,
                    session.id,
                    fence=session.fence,
                    account_id=session.account_id,
                    now=clock.now(),
                )
            for _ in range(6):
                seen = None if believes else self.jumps
                answer = intend(house, session, new_id(), asks_first=False, jumps=seen)
                done += isinstance(answer, Reserved)
        return done


class TestJumps:
    """What is counted back and forth over a jump."""

    def test_a_span_is_longer_by_the_jumps_within_it(self, clock: ManualClock) -> None:
        jumps, began = Jumps(clock), clock.now()
        clock.advance(timedelta(minutes=10))
        clock.set(clock.now() + timedelta(hours=3))
        assert jumps.look() is not None
        clock.advance(timedelta(minutes=40))
        hour = timedelta(hours=1)
        assert jumps.start_of(hour, end=clock.now()) == began - timedelta(minutes=10)
        assert jumps.end_of(hour, start=began) == clock.now() + timedelta(minutes=10)
        clock.advance(timedelta(minutes=30))
        assert jumps.start_of(hour, end=clock.now()) == clock.now() - hour
        assert jumps.end_of(hour, start=clock.now()) == clock.now() + hour

    def test_a_slow_correction_and_a_sleep_are_no_jumps(self, clock: ManualClock) -> None:
        jumps = Jumps(clock)
        clock.set(clock.now() + timedelta(seconds=4))
        assert jumps.look() is None
        clock.sleep(7200)
        assert jumps.look() is None

    def test_they_are_handed_on_to_who_begins_later(
        self, clock: ManualClock, data_dir: Path
    ) -> None:
        seen = Jump(clock.now(), timedelta(hours=1))
        clock_jumps.write_down(data_dir, seen)
        clock_jumps.write_down(data_dir, seen)
        assert clock_jumps.read(data_dir) == [seen, seen]
        assert clock_jumps.read(data_dir / "nowhere") == []

    def test_a_worker_takes_nothing_over_right_after_one(
        self, database: Database, clock: ManualClock, data_dir: Path
    ) -> None:
        runtime = make_runtime(database, clock, data_dir)
        ran: list[str] = []
        work = JobFunction("tests.work", lambda _, __: ran.append("twice"))
        executor = Executor(runtime, [work], threads=1)
        with database.writing() as db:
            jobs.defer(db, "tests.work", {}, now=clock.now())
        (held,) = claim(database, clock, "somebody at work")
        clock.set(clock.now() + timedelta(hours=1))
        stop = threading.Event()
        thread = threading.Thread(target=executor.run, args=(stop,))
        thread.start()
        try:
            for _ in range(5):
                jobs.deferred.ring()
                SystemClock().sleep(0.05)
            assert not ran
            with database.writing() as db:
                assert jobs.renew(db, [held], now=clock.now()) == 1
                assert jobs.finish(db, held, now=clock.now())
        finally:
            stop.set()
            thread.join()
        assert not ran


def claim(database: Database, clock: ManualClock, holder: str) -> list[jobs.ClaimedJob]:
    with database.writing() as db:
        return jobs.claim(db, ["tests.work"], holder=holder, now=clock.now(), limit=100)


@pytest.mark.databases("sqlite")
class TestAnAgent:
    def test_ends_no_session_and_tells_everybody(self, house: House) -> None:
        clock = ManualClock(SystemClock().now())
        house.runtime = replace(house.runtime, clock=clock)
        command = (sys.executable, "-c", "import time; time.sleep(600)")
        agent = Agent(house.runtime, name="local", session_command=command)
        agent.step()
        session = house.order(house.add_account(PLAN))
        agent.step()
        pid = house.session(session.id).pid
        assert pid is not None
        try:
            clock.set(clock.now() + timedelta(hours=1))
            agent.step()
            assert agent.running == (session.id,)
            assert not is_gone(pid)
            with house.runtime.database.reading() as db:
                assert not sessions.is_agent_silent(db, "local", now=clock.now())
                told = db.scalars(select(Event).where(Event.type == "clock_jump")).one()
            assert told.data["seconds"] == 3600
            (known,) = clock_jumps.read(house.runtime.configuration.data_dir)
            assert known.by == timedelta(hours=1)
        finally:
            clock.advance(timedelta(seconds=200))
            while agent.running:
                agent.step()
