"""Rows 21 to 24 of the failure model: who may act, when, and what becomes of whoever overslept."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import psutil
import pytest
from sqlalchemy import select

from retinue.capabilities.accounts.models import Account
from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.models import Attempt, AttemptState
from retinue.capabilities.ledger.schemas import Declined, DeclineKind, Outcome, Reserved
from retinue.capabilities.sessions import service as sessions
from retinue.capabilities.sessions.errors import SessionOver
from retinue.capabilities.sessions.models import EngagementSession, SessionStatus
from retinue.capabilities.sessions.schemas import Ending
from retinue.capabilities.settings import service as settings
from retinue.foundation.database import Database
from retinue.foundation.errors import Refusal
from retinue.foundation.leases import service as leases
from tests.chaos.acting import PLAN, begin, intend
from tests.chaos.checking import rounds
from tests.factories.staging import House, until

pytestmark = pytest.mark.timeout(600)


def settle(house: House, attempt_id: str, state: AttemptState, *, later: timedelta) -> bool:
    with house.runtime.database.writing() as db:
        return ledger.settle(
            db,
            attempt_id,
            Outcome(state),
            settings=settings.current(db),
            rng=house.runtime.rng,
            now=house.runtime.clock.now() + later,
        ).changed


@pytest.mark.databases("sqlite", "postgresql")
class TestStopAtARandomMoment:
    """Row 23: no intent is committed after the stop was."""

    def test_no_intent_is_committed_after_the_stop(self, ready: House, rng: random.Random) -> None:
        for _ in range(rounds(6, 500)):
            assert self.intents_after_stop(ready, rng, asks_first=True) == 0

    def test_the_control_that_does_not_ask_commits_some(
        self, ready: House, rng: random.Random
    ) -> None:
        assert self.intents_after_stop(ready, rng, asks_first=False) > 0

    @staticmethod
    def intents_after_stop(house: House, rng: random.Random, *, asks_first: bool) -> int:
        account = house.add_account(PLAN)
        session = begin(house, account)
        over = threading.Event()

        def act() -> None:
            number = 0
            while not over.is_set():
                number += 1
                try:
                    intend(house, session, f"{session.id}-{number}", asks_first=asks_first)
                except SessionOver:
                    return

        with ThreadPoolExecutor(1) as pool:
            acting = pool.submit(act)
            house.runtime.clock.sleep(rng.uniform(0.0, 0.15))
            database = house.runtime.database
            mine = select(Attempt.id).where(Attempt.session_id == session.id)
            with database.writing() as db:
                now = house.runtime.clock.now()
                sessions.request_stop(db, account, requested_by="a test", now=now)
                before = set(db.scalars(mine))
            if not asks_first:
                until(lambda: len(_ids(database, mine)) > len(before), "an act after the stop")
            else:
                acting.result(30)
            over.set()
            acting.result(30)
        with database.writing() as db:
            ended = Ending(SessionStatus.stopped, "a test")
            sessions.end(db, session.id, ended, now=house.runtime.clock.now())
        return len(_ids(database, mine) - before)


def _ids(database: Database, mine: Any) -> set[str]:
    with database.reading() as db:
        return set(db.scalars(mine))


@pytest.mark.databases("sqlite", "postgresql")
class TestAPausePastTheLease:
    """Row 22: a machine sleeps on an intent, another takes over, and the first wakes up."""

    def test_nothing_is_done_twice_and_the_late_answer_is_taken(self, ready: House) -> None:
        for number in range(rounds(3, 500)):
            account = ready.add_account(PLAN)
            person = f"p{number}"
            asleep = begin(ready, account)
            promise = intend(ready, asleep, person)
            assert isinstance(promise, Reserved)
            done = 1

            woken = self.taken_over(ready, account, asleep)
            again = intend(ready, woken, person)
            done += isinstance(again, Reserved)

            assert done == 1
            assert isinstance(again, Declined)
            assert again.kind is DeclineKind.dedupe_hit
            assert settle(ready, promise.attempt_id, AttemptState.confirmed, later=_AN_HOUR)
            with pytest.raises(SessionOver):
                intend(ready, asleep, f"{person}-next")
            stale = intend(ready, asleep, f"{person}-next", asks_first=False)
            assert isinstance(stale, Declined)
            assert stale.kind is DeclineKind.lease_lost
            self.end(ready, woken)

    def test_the_control_that_runs_an_expired_intent_again_does_it_twice(
        self, ready: House
    ) -> None:
        account = ready.add_account(PLAN)
        asleep = begin(ready, account)
        promise = intend(ready, asleep, "p")
        assert isinstance(promise, Reserved)
        woken = self.taken_over(ready, account, asleep)
        # "Its lease is gone, so it has not happened": the window is given back.
        with ready.runtime.database.writing() as db:
            ledger.resolve(
                db,
                promise.attempt_id,
                Outcome(AttemptState.absent),
                actor="a careless policy",
                now=ready.runtime.clock.now(),
            )
        again = intend(ready, woken, "p")
        assert isinstance(again, Reserved), "the control showed no second act"

    @staticmethod
    def taken_over(house: House, account: Account, asleep: EngagementSession) -> EngagementSession:
        TestAPausePastTheLease.end(house, asleep)
        return begin(house, account)

    @staticmethod
    def end(house: House, session: EngagementSession) -> None:
        with house.runtime.database.writing() as db:
            lost = Ending(SessionStatus.lost, "no sign of life")
            sessions.end(db, session.id, lost, now=house.runtime.clock.now())


_AN_HOUR = timedelta(hours=1)


@pytest.mark.databases("sqlite", "postgresql")
class TestManyForOneAccount:
    """Row 21: twenty ask for a session of the same account."""

    def test_one_gets_it_each_time(self, ready: House) -> None:
        account = ready.add_account(PLAN)
        for _ in range(rounds(2, 200)):
            got = self.starters(ready, account)
            assert len(got) == 1
            TestAPausePastTheLease.end(ready, got[0])

    @pytest.mark.databases("sqlite")
    def test_the_control_without_the_lease_gives_it_to_several(
        self, ready: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from retinue.capabilities.sessions.service import asking

        account = ready.add_account(PLAN)

        def give_to_anybody(db: Any, account: Account, **_: Any) -> leases.Lease:
            return leases.Lease("nothing", "anybody", 1, ready.runtime.clock.now())

        monkeypatch.setattr(asking, "_take_account", give_to_anybody)
        assert len(self.starters(ready, account)) > 1

    @staticmethod
    def starters(house: House, account: Account) -> list[EngagementSession]:
        gate = threading.Barrier(20)

        def start(_: int) -> EngagementSession | None:
            gate.wait()
            try:
                return house.order(account)
            except Refusal:
                return None

        with ThreadPoolExecutor(20) as pool:
            return [one for one in pool.map(start, range(20)) if one is not None]


class TestAnOrphan:
    """Row 24's control; the rule itself is in test_supervision."""

    def test_the_control_without_a_life_line_outlives_its_parent(self) -> None:
        program = (
            "import subprocess, sys\n"
            "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
            "print(child.pid, flush=True)\n"
            "child.wait()\n"
        )
        parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
        assert parent.stdout is not None
        orphan = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
        parent.wait()
        parent.stdout.close()
        try:
            assert orphan.is_running()
        finally:
            orphan.kill()
