"""Accounts that only a fault has stopped are validated again by themselves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account, Health
from retinue.capabilities.accounts.schemas import AccountChange
from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.models import TaskStatus, TaskType, WaitingFor
from retinue.capabilities.tasks.schemas import TaskFilter
from retinue.workflows.validation import functions, service
from retinue.workflows.validation.gate import Gate
from retinue.workflows.validation.jobs import try_again
from retinue.workflows.working.service import Worker
from tests.retinue.workflows.validation.conftest import ACTOR, Ward

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    tasks.catalogue.install({one.type: one.lint for one in service.TASKS})
    monkeypatch.setattr(functions, "_gate", Gate())


def run(ward: Ward) -> int:
    """How many the job has asked for; they are done at once, retries and all."""
    before = asked(ward)
    try_again(ward.runtime, {})
    new = asked(ward) - before
    for _ in range(5):
        Worker(ward.runtime, service.TASKS).step()
        ward.clock.advance(timedelta(minutes=10))
    return new


def asked(ward: Ward) -> int:
    with ward.runtime.database.reading() as db:
        return len(tasks.page(db, TaskFilter(types=(TaskType.validate_account,)), limit=1000))


def unasked(ward: Ward, account: Account) -> int:
    since = ward.clock.now() - 365 * 24 * HOUR
    with ward.runtime.database.reading() as db:
        found = accounts.log_ins_since(db, account.id, since)
        return sum(not one.is_by_person for one in found)


def failed(ward: Ward, account: Account | None = None, *, through_proxy: bool = False) -> Account:
    account = account or ward.account()
    if through_proxy:
        _, made = ward.proxy(account)
        ward.sandgram.trouble(made, "down")
    else:
        ward.sandgram.fault("server_error", account=account.login)
    ward.validate(account)
    assert ward.now(account).health is Health.error
    return account


class TestTryAgain:
    def test_a_fault_that_has_passed_is_found_out(self, ward: Ward) -> None:
        account = failed(ward)
        assert run(ward) == 0
        ward.clock.advance(HOUR)
        ward.sandgram.control.delete("/faults")
        assert run(ward) == 1
        assert ward.now(account).health is Health.ok
        ward.clock.advance(HOUR)
        assert run(ward) == 0

    def test_at_most_two_log_ins_a_day_that_nobody_asked_for(self, ward: Ward) -> None:
        account = failed(ward, ward.account(auth_token=None, ct0=None))
        ward.sandgram.fault("server_error", account=account.login, count=100)
        for _ in range(5):
            ward.clock.advance(HOUR)
            run(ward)
        assert unasked(ward, account) == 2
        for _ in range(10):
            ward.clock.advance(HOUR)
            run(ward)
        assert unasked(ward, account) <= 4

    def test_behind_a_dead_proxy_one_task_waits_for_it_and_nobody_sees_a_log_in(
        self, ward: Ward
    ) -> None:
        account = failed(ward, through_proxy=True)
        counts = []
        for _ in range(4):
            ward.clock.advance(HOUR)
            counts.append(run(ward))
        assert counts == [1, 0, 0, 0]
        with ward.runtime.database.reading() as db:
            (waiting,) = tasks.page(db, TaskFilter(statuses=(TaskStatus.pending,)), limit=2)
        assert waiting.waiting_for is WaitingFor.proxy
        assert "is down since" in str(waiting.waiting_why)
        assert ward.log_ins(account) == []

    def test_a_verdict_is_left_to_people_and_so_is_a_paused_account(self, ward: Ward) -> None:
        wrong = ward.account(password="hunter2hunter2", ct0="stale")
        ward.validate(wrong)
        paused = failed(ward)
        change = AccountChange(paused=True, reason="x")
        with ward.runtime.database.writing() as db:
            accounts.change(db, paused.id, change, actor=ACTOR, now=ward.clock.now())
        ward.clock.advance(HOUR)
        assert run(ward) == 0
