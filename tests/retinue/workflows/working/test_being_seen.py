"""Whoever is at work is seen, whoever stands still is not, and a pause that has ended is noticed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.schemas import AccountChange
from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.models import TaskStatus, TaskType, WaitingFor
from retinue.foundation.clock import ManualClock, SystemClock
from retinue.foundation.database import Database
from retinue.foundation.runtime import Runtime
from retinue.workflows.pausing import service as pausing
from retinue.workflows.pausing.schemas import PauseScope, Switch
from retinue.workflows.working.service import Worker
from tests.factories import serving
from tests.factories.engaging import make_account
from tests.factories.tasking import PLAIN, ask, shown
from tests.retinue.workflows.working.stopped import function

ROOT = Path(__file__).resolve().parents[4]
VALIDATE = TaskType.validate_account


@pytest.fixture
def runtime(database: Database, clock: ManualClock, data_dir: Path) -> Runtime:
    return serving.make_runtime(database, clock, data_dir)


class TestWorkOn:
    def test_whoever_works_on_a_message_is_seen_as_a_worker(self, runtime: Runtime) -> None:
        seen: list[int] = []

        def body() -> None:
            with runtime.database.reading() as db:
                seen.extend(one.pid for one in tasks.workers(db, now=runtime.clock.now()))

        with runtime.database.writing() as db:
            task = ask(db, now=runtime.clock.now())
        worker = Worker(runtime, [function(body)])
        assert worker.work_on([task]) == 1
        assert seen == [os.getpid()]
        with runtime.database.reading() as db:
            assert tasks.workers(db, now=runtime.clock.now()) == []

    def test_it_is_seen_between_messages_too_while_it_is_at_hand(self, runtime: Runtime) -> None:
        worker = Worker(runtime, [function(lambda: None)])
        with worker.at_hand():
            worker.work_on([])
            with runtime.database.reading() as db:
                (seen,) = tasks.workers(db, now=runtime.clock.now())
            assert (seen.pid, seen.is_lost) == (os.getpid(), False)
        with runtime.database.reading() as db:
            assert tasks.workers(db, now=runtime.clock.now()) == []


class TestPauses:
    @pytest.mark.parametrize(
        "wanted",
        [
            Switch(scope=PauseScope.fleet, reason="storm"),
            Switch(scope=PauseScope.account, name="ava", reason="storm"),
        ],
        ids=["fleet", "account"],
    )
    def test_what_has_waited_for_a_pause_begins_at_once_when_it_ends(
        self, runtime: Runtime, wanted: Switch
    ) -> None:
        task = self._paused(runtime, wanted)
        now = runtime.clock.now()
        with runtime.database.writing() as db:
            pausing.switch(db, wanted, is_paused=False, actor="x", now=now)
        with runtime.database.reading() as db:
            assert shown(db, task).due_at <= now
        assert Worker(runtime, [function(lambda: None, VALIDATE)]).work_on([task]) == 1

    def test_a_pause_that_was_taken_back_by_another_route_is_noticed(
        self, runtime: Runtime
    ) -> None:
        task = self._paused(runtime, Switch(scope=PauseScope.account, name="ava", reason="storm"))
        with runtime.database.writing() as db:
            account = accounts.find(db, "ava")
            change = AccountChange(paused=False, reason="over")
            accounts.change(db, account.id, change, actor="x", now=runtime.clock.now())
        assert Worker(runtime, [function(lambda: None, VALIDATE)]).step() == 1
        with runtime.database.reading() as db:
            assert shown(db, task).status is TaskStatus.completed

    def test_what_another_pause_still_holds_waits_on(self, runtime: Runtime) -> None:
        task = self._paused(runtime, Switch(scope=PauseScope.account, name="ava", reason="storm"))
        now = runtime.clock.now()
        for is_paused in (True, False):
            with runtime.database.writing() as db:
                fleet = Switch(scope=PauseScope.fleet, reason="more")
                pausing.switch(db, fleet, is_paused=is_paused, actor="x", now=now)
        with runtime.database.reading() as db:
            assert shown(db, task).due_at > now

    @staticmethod
    def _paused(runtime: Runtime, wanted: Switch) -> str:
        now = runtime.clock.now()
        with runtime.database.writing() as db:
            account = make_account(db, "ava", now=now)
            pausing.switch(db, wanted, is_paused=True, actor="x", now=now)
            task = ask(db, VALIDATE, account.id, now=now)
        assert Worker(runtime, [function(lambda: None, VALIDATE)]).step() == 0
        with runtime.database.reading() as db:
            assert shown(db, task).waiting_for is WaitingFor.paused
        return task


@contextmanager
def _child(url: str) -> Iterator[subprocess.Popen[str]]:
    """A worker in a process of its own; killed with the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.retinue.workflows.working.stopped", url],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


class TestStoppedProcess:
    def test_its_task_moves_on_within_45_seconds_and_it_writes_nothing_when_it_goes_on(
        self, database: Database, data_dir: Path
    ) -> None:
        clock = ManualClock(SystemClock().now())
        runtime = serving.make_runtime(database, clock, data_dir)
        with database.writing() as db:
            task = ask(db, PLAIN, now=clock.now())
        with _child(database.url.render_as_string(hide_password=False)) as child:
            assert _line(child) == f"at work on {task}"
            os.kill(child.pid, signal.SIGSTOP)
            worker, waited = Worker(runtime, [function(lambda: None)]), 0
            clock.set(SystemClock().now())
            while self._status(database, task) is not TaskStatus.completed:
                assert waited < 45
                clock.advance(timedelta(seconds=5))
                waited += 5
                worker.step()
            with database.reading() as db:
                before = shown(db, task)
            os.kill(child.pid, signal.SIGCONT)
            assert child.stdin is not None
            child.stdin.write("go on\n")
            child.stdin.flush()
            assert json.loads(_line(child)) == {"ran": 1}
            with database.reading() as db:
                assert shown(db, task) == before
        assert before.result == {"by": os.getpid()}

    @staticmethod
    def _status(database: Database, task: str) -> TaskStatus:
        with database.reading() as db:
            return shown(db, task).status
