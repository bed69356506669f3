from __future__ import annotations

from pathlib import Path

import pytest

from retinue.capabilities.settings import service as settings
from retinue.capabilities.tasks.models import TaskType, WaitingFor
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.runtime import Runtime
from retinue.workflows.working.keeping import Keeper
from tests.factories import serving
from tests.factories.tasking import ask, claim, make_worker_account, shown

LOOK = TaskType.lookup_profile


@pytest.fixture
def runtime(database: Database, clock: ManualClock, data_dir: Path) -> Runtime:
    return serving.make_runtime(database, clock, data_dir)


def allow(runtime: Runtime, number: int) -> None:
    with runtime.database.writing() as db:
        wanted = {"lookups_per_15_minutes": number}
        settings.update(db, wanted, actor="x", now=runtime.clock.now())


class TestWakeBudgeted:
    def test_a_higher_budget_lets_what_waits_begin_at_once(self, runtime: Runtime) -> None:
        now = runtime.clock.now()
        keeper = Keeper(runtime, types=list(TaskType), held={}, places=lambda: 6)
        allow(runtime, 1)
        with runtime.database.writing() as db:
            for login in ("scout", "ranger"):
                make_worker_account(db, login, now=now)
            for name in ("otter", "heron"):
                ask(db, LOOK, params={"username": name}, now=now)
        keeper.turn()
        with runtime.database.writing() as db:
            assert len(claim(db, now=now)) == 1
            assert claim(db, now=now) == []
        keeper.wake_budgeted()
        with runtime.database.writing() as db:
            assert claim(db, now=now) == []

        allow(runtime, 2)
        keeper.wake_budgeted()
        with runtime.database.writing() as db:
            (held,) = claim(db, now=now)
            assert held.params["username"] in {"otter", "heron"}

    def test_another_setting_wakes_nobody(self, runtime: Runtime) -> None:
        now = runtime.clock.now()
        allow(runtime, 1)
        keeper = Keeper(runtime, types=list(TaskType), held={}, places=lambda: 6)
        keeper.wake_budgeted()
        with runtime.database.writing() as db:
            make_worker_account(db, "scout", now=now)
            asked = [ask(db, LOOK, params={"username": n}, now=now) for n in ("otter", "heron")]
            claim(db, now=now)
            claim(db, now=now)
            settings.update(db, {"trace_days": 31}, actor="x", now=now)
        keeper.wake_budgeted()
        with runtime.database.reading() as db:
            (waiting,) = [
                one
                for one in (shown(db, task_id) for task_id in asked)
                if one.waiting_for is WaitingFor.rate_budget
            ]
            assert waiting.due_at > now
