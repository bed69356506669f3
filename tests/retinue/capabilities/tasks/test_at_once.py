"""Several workers at the same moment, on every engine."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.models import Task, TaskStatus, TaskType
from retinue.capabilities.tasks.schemas import Settled
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database, DatabaseBusy
from tests.factories.engaging import make_account
from tests.factories.tasking import ask, ask_batch, claim, make_worker_account, statuses

WORKERS = 4


class Crew:
    """Threads that claim and complete until nothing is left; every claim is written down."""

    def __init__(self, database: Database, now: datetime, *, number: int) -> None:
        self.database, self.now, self.number = database, now, number
        self.claimed: Counter[str] = Counter()
        self.together: list[int] = []
        self.at_work: Counter[int] = Counter()
        self.settled = 0
        self.lock = threading.Lock()

    def run(self, *, limit: int) -> None:
        with ThreadPoolExecutor(WORKERS) as pool:
            names = [f"worker-{n}" for n in range(WORKERS)]
            list(pool.map(self._work, names, [limit] * WORKERS, timeout=60))

    def _work(self, holder: str, limit: int) -> None:
        try:
            while self.settled < self.number:
                try:
                    self._turn(holder, limit)
                except DatabaseBusy:
                    continue
        except BaseException:
            # The others have nothing left to wait for.
            self.settled = self.number
            raise

    def _turn(self, holder: str, limit: int) -> None:
        with self.database.writing() as db:
            held = claim(db, now=self.now, limit=limit, holder=holder)
        with self.lock:
            if not held and not sum(self.at_work.values()):
                # Whoever was put aside while the account was being given back is looked at again.
                self.now += timedelta(seconds=1)
            for one in held:
                self.claimed[one.id] += 1
                if one.busy_account_id is not None:
                    self.at_work[one.busy_account_id] += 1
                    self.together.append(self.at_work[one.busy_account_id])
        while held:
            try:
                with self.lock:
                    for one in held:
                        if one.busy_account_id is not None:
                            self.at_work[one.busy_account_id] -= 1
                    with self.database.writing() as db:
                        answers = tasks.complete_many(
                            db, [Settled(one) for one in held], now=self.now
                        )
            except DatabaseBusy:
                with self.lock:
                    for one in held:
                        if one.busy_account_id is not None:
                            self.at_work[one.busy_account_id] += 1
                continue
            assert all(answers)
            with self.lock:
                self.settled += len(held)
            return


class TestClaim:
    def test_nobody_gets_what_another_has(self, database: Database, clock: ManualClock) -> None:
        now = clock.now()
        with database.writing() as db:
            for _ in range(3):
                ask_batch(db, 60, now=now)
        crew = Crew(database, now, number=180)
        crew.run(limit=7)
        assert len(crew.claimed) == 180
        assert set(crew.claimed.values()) == {1}
        assert statuses(database)[TaskStatus.completed] == 180

    def test_an_account_never_does_two_things(self, database: Database, clock: ManualClock) -> None:
        now = clock.now()
        with database.writing() as db:
            ids = [make_account(db, f"ava{n}", now=now).id for n in range(3)]
            for _ in range(8):
                for account_id in ids:
                    ask(db, TaskType.validate_account, account_id, now=now)
        crew = Crew(database, now, number=24)
        crew.run(limit=3)
        assert set(crew.together) == {1}
        assert set(crew.claimed.values()) == {1}
        assert len(crew.claimed) == 24

    def test_look_ups_share_the_worker_accounts_and_none_does_two_things(
        self, database: Database, clock: ManualClock
    ) -> None:
        now = clock.now()
        with database.writing() as db:
            for n in range(9):
                make_worker_account(db, f"scout{n}", now=now)
            ask_batch(db, 60, TaskType.lookup_profile, now=now)
        crew = Crew(database, now, number=60)
        crew.run(limit=4)
        assert set(crew.claimed.values()) == {1}
        assert len(crew.claimed) == 60
        assert set(crew.together) == {1}

    def test_the_database_itself_refuses_a_second_one_of_an_account(
        self, database: Database, clock: ManualClock
    ) -> None:
        now = clock.now()
        with database.writing() as db:
            account = make_account(db, "ava", now=now)
            ask(db, TaskType.validate_account, account.id, now=now)
            claim(db, now=now)
        row = {
            "id": "another",
            "type": TaskType.validate_account,
            "status": TaskStatus.running,
            "priority": 1,
            "lane": "",
            "account_id": account.id,
            "busy_account_id": account.id,
            "params": {},
            "due_at": now,
            "created_at": now,
            "requested_by": "a test",
        }
        with pytest.raises(IntegrityError), database.writing() as db:
            db.execute(insert(Task), [row])
