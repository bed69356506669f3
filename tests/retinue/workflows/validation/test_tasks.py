"""Validation as the queue runs it."""

from __future__ import annotations

from typing import Any

import pytest

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account, Health
from retinue.capabilities.accounts.schemas import BulkAction, BulkRequest
from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.models import TaskStatus, TaskType
from retinue.capabilities.tasks.schemas import TaskCreate
from retinue.foundation.errors import Invalid
from retinue.workflows.validation import functions, service
from retinue.workflows.validation.gate import Gate
from retinue.workflows.working.service import Worker
from tests.retinue.workflows.validation.conftest import ACTOR, Ward


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    from retinue.entrypoints import tasks as entry

    tasks.catalogue.install({one.type: one.lint for one in (*service.TASKS, *entry.TASKS)})
    monkeypatch.setattr(functions, "_gate", Gate())


def ordered(ward: Ward, *found: Account) -> str:
    wanted = BulkRequest(action=BulkAction.validate, ids=[one.id for one in found])
    return service.order(ward.runtime, wanted, by=accounts.Initiator(ACTOR)).batch_ids[0]


def work(ward: Ward) -> None:
    Worker(ward.runtime, service.TASKS).step()


def ends(ward: Ward, batch_id: str) -> list[Any]:
    with ward.runtime.database.reading() as db:
        return list(tasks.results(db, batch_id))


class TestValidateTask:
    def test_a_verdict_completes_the_task_whatever_it_is(self, ward: Ward) -> None:
        good, bad = ward.account(), ward.account()
        ward.trouble(bad, "suspended")
        batch_id = ordered(ward, good, bad)
        work(ward)
        rows = ends(ward, batch_id)
        assert [row.status for row in rows] == [TaskStatus.completed] * 2
        assert [row.result["validation_status"] for row in rows] == ["completed", "failed"]
        assert rows[1].result["health"] == "suspended"
        assert rows[0].result["account_no"] == good.account_no

    def test_what_may_pass_is_tried_again_and_the_account_is_told_meanwhile(
        self, ward: Ward
    ) -> None:
        account = ward.account()
        ward.sandgram.fault("server_error", account=account.login, count=2)
        batch_id = ordered(ward, account)
        for expected in (Health.error, Health.error, Health.ok):
            work(ward)
            assert ward.now(account).health is expected
            (row,) = ends(ward, batch_id)
            ward.clock.sleep(1900)
        assert (row.status, row.retries) == (TaskStatus.completed, 2)

    def test_a_refused_proxy_ends_the_task_with_its_source(self, ward: Ward) -> None:
        account = ward.account()
        _, made = ward.proxy(account)
        ward.sandgram.trouble(made, "refuse")
        batch_id = ordered(ward, account)
        work(ward)
        (row,) = ends(ward, batch_id)
        assert row.status is TaskStatus.failed
        assert (row.error["class"], row.error["source"]) == ("permission", "proxy")
        assert made["password"] not in str(row.error)

    def test_a_rate_limit_uses_up_no_retry_and_waits_for_the_network(self, ward: Ward) -> None:
        account = ward.account()
        ward.sandgram.fault("rate_limit_429", account=account.login, retry_after=600, count=1)
        batch_id = ordered(ward, account)
        work(ward)
        (row,) = ends(ward, batch_id)
        assert (row.status, row.retries) == (TaskStatus.pending, 0)
        assert row.due_at.timestamp() >= ward.clock.now().timestamp() + 600
        ward.clock.sleep(700)
        work(ward)
        assert ends(ward, batch_id)[0].status is TaskStatus.completed
        assert ward.now(account).health is Health.ok

    def test_params_are_refused(self, ward: Ward) -> None:
        account = ward.account()
        wanted = TaskCreate(
            type=TaskType.validate_account, account_id=account.id, params={"colour": "red"}
        )
        with pytest.raises(Invalid, match="colour"), ward.runtime.database.writing() as db:
            tasks.create(db, wanted, actor=ACTOR, now=ward.clock.now())


class TestCheckProxyTask:
    def test_it_is_checked(self, ward: Ward) -> None:
        proxy_id, made = ward.proxy()
        wanted = TaskCreate(type=TaskType.check_proxy, params={"proxy": proxy_id})
        with ward.runtime.database.writing() as db:
            task_id = tasks.create(db, wanted, actor=ACTOR, now=ward.clock.now()).id
        work(ward)
        with ward.runtime.database.reading() as db:
            row = tasks.get(db, task_id)
        assert (row.status, row.result["exit_address"]) == (TaskStatus.completed, made["exit"])

    @pytest.mark.parametrize(
        "params", [{}, {"proxy": "1"}, {"proxy": True}, {"proxy": 999}, {"proxy": 2**70}]
    )
    def test_a_proxy_that_is_none_is_named(self, ward: Ward, params: dict[str, Any]) -> None:
        wanted = TaskCreate(type=TaskType.check_proxy, params=params)
        with pytest.raises(Invalid, match="proxy"), ward.runtime.database.writing() as db:
            tasks.create(db, wanted, actor=ACTOR, now=ward.clock.now())
