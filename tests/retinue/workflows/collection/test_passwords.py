"""Whatever task needs a password: it is sent within the day's budget, and the task waits for its turn."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account, AccountLogIn
from retinue.capabilities.accounts.schemas import LogIn
from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.models import TaskStatus, TaskType, WaitingFor
from retinue.capabilities.tasks.schemas import BatchItem
from retinue.workflows.following import service as following
from retinue.workflows.profile_update import service as profile_update
from tests.factories.crew import Crew

OURS = LogIn("probe", "password", is_by_person=False)


def log_ins(crew: Crew, account: Account) -> list[AccountLogIn]:
    with crew.runtime.database.reading() as db:
        since = crew.clock.now() - timedelta(days=30)
        return list(accounts.log_ins_since(db, account.id, since))


def teach(crew: Crew) -> None:
    crew.functions = (*following.TASKS, *profile_update.TASKS)
    tasks.catalogue.install({one.type: one.lint for one in crew.functions})


def refuse(crew: Crew, account: Account) -> None:
    with crew.runtime.database.writing() as db:
        row = accounts.hold(db, account.id)
        sealer = crew.runtime.sealer
        password = accounts.open_credentials(db, sealer, row).password or ""
        accounts.note_refused_password(db, sealer, row, password, now=crew.clock.now())


class TestLookUp:
    def test_a_batch_is_one_wish_and_then_there_are_two_a_day(self, crew: Crew) -> None:
        worker = crew.worker(ct0="stale")
        item = BatchItem(params={"username": "harbour_lights"})
        batch = crew.ask_batch(TaskType.lookup_profile, item, item, item, item)
        for _ in range(5):
            crew.pass_time(seconds=1)
            crew.work()
        rows = crew.of_batch(batch)
        assert sorted(row.status.value for row in rows) == ["completed"] * 3 + ["pending"]
        (waiting,) = [row for row in rows if row.status is TaskStatus.pending]
        assert waiting.waiting_for is WaitingFor.account_backoff
        assert "2 log-ins" in str(waiting.waiting_why)
        assert waiting.waiting_until is not None
        made = log_ins(crew, worker)
        assert sorted(one.is_by_person for one in made) == [False, False, True]
        assert {one.outcome for one in made} == {"passed"}
        crew.pass_time(days=1, minutes=10)
        crew.work()
        assert {row.status for row in crew.of_batch(batch)} == {TaskStatus.completed}

    def test_with_cookies_that_open_nothing_is_counted(self, crew: Crew) -> None:
        worker = crew.worker()
        crew.ask(TaskType.lookup_profile, params={"username": "harbour_lights"})
        crew.work()
        assert log_ins(crew, worker) == []


class TestTasksOfAnAccount:
    @pytest.mark.parametrize(
        ("kind", "params"),
        [
            (TaskType.follow, {"username": "harbour_lights"}),
            (TaskType.update_profile, {"fields": {"description": "Night trams"}}),
        ],
    )
    def test_a_refused_password_is_not_sent_and_the_task_says_how_to_mend_it(
        self, crew: Crew, kind: TaskType, params: dict[str, Any]
    ) -> None:
        teach(crew)
        account = crew.account(ct0="stale")
        refuse(crew, account)
        task_id = crew.ask(kind, account, params=params)
        crew.work()
        task = crew.task(task_id)
        assert (task.status, task.waiting_for) == (TaskStatus.pending, WaitingFor.person)
        assert "store the right one" in str(task.waiting_why)
        assert task.waiting_until is not None
        assert log_ins(crew, account) == []
        made = crew.sandgram.control.get(f"/accounts/{account.login}/logins").json()["items"]
        assert "wrong_password" not in {one["outcome"] for one in made}

    def test_a_retry_is_nobodys_wish(self, crew: Crew) -> None:
        teach(crew)
        account = crew.account(ct0="stale")
        with crew.runtime.database.writing() as db:
            for _ in range(2):
                accounts.note_log_in(db, account.id, OURS, now=crew.clock.now())
        # Both doors answer so: the cookies once, and then the password.
        crew.sandgram.fault("server_error", account=account.login, count=1)
        task_id = crew.ask(TaskType.follow, account, params={"username": "harbour_lights"})
        crew.pass_time(seconds=1)
        crew.work()
        with crew.runtime.database.reading() as db:
            assert tasks.get(db, task_id).retries == 1
        crew.pass_time(minutes=30)
        crew.work()
        assert crew.task(task_id).waiting_for is WaitingFor.account_backoff
        assert len(log_ins(crew, account)) == 2
