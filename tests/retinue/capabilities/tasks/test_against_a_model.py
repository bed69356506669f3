"""The queue and a model of it are led through the same days, and must say the same about every task."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.models import TaskStatus, TaskType, WaitingFor
from retinue.capabilities.tasks.schemas import ClaimedTask, TaskFailure, TaskFilter
from retinue.drivers.errors import CallPhase, FailureClass
from retinue.foundation.database import Database
from tests.factories import tasking
from tests.factories.engaging import make_account
from tests.fixtures.databases import open_database, sqlite_file, sqlite_template

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
LEASE = timedelta(seconds=30)
VALIDATE = TaskType.validate_account
BROKEN = TaskFailure(FailureClass.transient, "broke", CallPhase.sent)
LIMITED = TaskFailure(FailureClass.rate_limit, "slow down")
WRONG = TaskFailure(FailureClass.invalid_input, "no")


@dataclass
class Modelled:
    """What a person would say of a task: no queries, no leases, no fences."""

    account: int | None
    status: TaskStatus = TaskStatus.pending
    retries: int = 0
    attempts: int = 0
    lease_until: datetime = START
    is_cancelled: bool = False


class QueueMachine(RuleBasedStateMachine):
    directory: Path

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.rng = random.Random(5)
        self.model: dict[str, Modelled] = {}
        self.held: list[ClaimedTask] = []
        """Also of those who have lost theirs and do not know it."""
        self.scene = opened(self.directory)
        self.database: Database = self.scene.__enter__()
        with self.database.writing() as db:
            self.accounts = [make_account(db, f"ava{n}", now=START).id for n in range(2)]

    def teardown(self) -> None:
        self.scene.__exit__(None, None, None)

    @rule(which=st.sampled_from([None, 0, 1]))
    def ask(self, which: int | None) -> None:
        account = None if which is None else self.accounts[which]
        kind = tasking.PLAIN if account is None else VALIDATE
        with self.database.writing() as db:
            self.model[tasking.ask(db, kind, account, now=self.now)] = Modelled(account)

    @rule(limit=st.integers(1, 4))
    def claim(self, limit: int) -> None:
        with self.database.writing() as db:
            claimed = tasking.claim(db, now=self.now, limit=limit)
        assert len(claimed) <= limit
        for one in claimed:
            task = self.model[one.id]
            assert task.status is TaskStatus.pending
            busy = {t.account for t in self.model.values() if t.status is TaskStatus.running}
            assert task.account is None or task.account not in busy
            task.status, task.lease_until = TaskStatus.running, self.now + LEASE
            task.attempts += 1
            assert (one.attempts, one.retries) == (task.attempts, task.retries)
        self.held += claimed

    @precondition(lambda self: self.held)
    @rule(data=st.data(), how=st.sampled_from(["complete", "broken", "limited", "wrong", "wait"]))
    def settle(self, data: st.DataObject, how: str) -> None:
        one = data.draw(st.sampled_from(self.held))
        self.held.remove(one)
        task = self.model[one.id]
        is_ours = task.status is TaskStatus.running and task.attempts == one.attempts
        is_ours = is_ours and self._fence(one.id) == one.fence
        with self.database.writing() as db:
            if how == "complete":
                answer = tasks.complete(db, one, {"by": one.fence}, now=self.now)
            elif how == "wait":
                until = self.now + timedelta(seconds=5)
                answer = tasks.wait(db, one, WaitingFor.person, until, "x", now=self.now)
            else:
                failure = {"broken": BROKEN, "limited": LIMITED, "wrong": WRONG}[how]
                answer = tasks.fail(db, one, failure, rng=self.rng, now=self.now)
        assert answer is is_ours
        if is_ours:
            self._settled(task, how)

    def _settled(self, task: Modelled, how: str) -> None:
        if how == "complete":
            task.status = TaskStatus.completed
        elif task.is_cancelled or how == "wrong" or (how == "broken" and task.retries == 3):
            task.status = TaskStatus.failed
        else:
            task.status = TaskStatus.pending
            task.retries += how == "broken"
            task.attempts -= how == "wait"

    @precondition(lambda self: self.held)
    @rule()
    def renew(self) -> None:
        with self.database.writing() as db:
            answers = tasks.renew(db, self.held, now=self.now)
        for one, is_ours in zip(self.held, answers, strict=True):
            if is_ours:
                assert self.model[one.id].status is TaskStatus.running
                self.model[one.id].lease_until = self.now + LEASE

    @rule()
    def settle_lost(self) -> None:
        lost = [
            task
            for task in self.model.values()
            if task.status is TaskStatus.running and task.lease_until <= self.now
        ]
        with self.database.writing() as db:
            assert tasks.settle_lost(db, rng=self.rng, now=self.now) == len(lost)
        for task in lost:
            self._settled(task, "broken")

    @precondition(lambda self: self.model)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.model)))
        task = self.model[key]
        if task.status not in {TaskStatus.pending, TaskStatus.running}:
            return
        with self.database.writing() as db:
            tasks.cancel(db, key, actor="x", now=self.now)
        if task.status is TaskStatus.pending:
            task.status = TaskStatus.failed
        else:
            task.is_cancelled = True

    @precondition(lambda self: self.model)
    @rule(data=st.data())
    def retry(self, data: st.DataObject) -> None:
        failed = sorted(k for k, t in self.model.items() if t.status is TaskStatus.failed)
        if not failed:
            return
        key = data.draw(st.sampled_from(failed))
        with self.database.writing() as db:
            tasks.retry(db, key, actor="x", now=self.now)
        self.model[key].status, self.model[key].retries = TaskStatus.pending, 0
        self.model[key].is_cancelled = False

    @rule(seconds=st.sampled_from([1, 20, 31, 300, 3600]))
    def pass_time(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @invariant()
    def the_queue_says_what_the_model_says(self) -> None:
        with self.database.reading() as db:
            rows = {row.id: row for row in tasks.page(db, TaskFilter(), limit=1000)}
        assert rows.keys() == self.model.keys()
        for key, task in self.model.items():
            row = rows[key]
            assert (row.status, row.retries, row.attempts) == (
                task.status,
                task.retries,
                task.attempts,
            )
            assert (row.busy_account_id is not None) == (
                task.status is TaskStatus.running and task.account is not None
            )

    def _fence(self, task_id: str) -> int:
        with self.database.reading() as db:
            return int(tasks.get(db, task_id).fence)


@contextmanager
def opened(directory: Path) -> Iterator[Database]:
    with sqlite_file(directory, f"{os.getpid()}-model.db") as path, tasking.everything_runs():
        path.write_bytes(sqlite_template(directory).read_bytes())
        database = open_database(f"sqlite:///{path}")
        try:
            yield database
        finally:
            database.close()


@pytest.mark.slow
def test_the_queue_and_its_model_agree(run_directory: Path) -> None:
    machine: Any = type("Machine", (QueueMachine,), {"directory": run_directory})
    case = machine.TestCase
    case.settings = settings(
        max_examples=40,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    case().runTest()
