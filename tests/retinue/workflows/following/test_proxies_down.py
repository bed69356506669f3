"""A follow through a proxy that does not work: nothing leaves by another way, and the account is not blamed."""

from __future__ import annotations

import pytest

from retinue.capabilities.accounts.models import Health
from retinue.capabilities.inbox import service as inbox
from retinue.capabilities.inbox.schemas import ItemFilter
from retinue.capabilities.tasks.models import TaskStatus, TaskType
from tests.factories.crew import Crew

CLOSED = {Health.locked, Health.suspended, Health.needs_human}


@pytest.mark.parametrize("trouble", ["down", "refuse", "fail"])
def test_a_proxy_fault_follows_nobody_and_closes_no_account(crew: Crew, trouble: str) -> None:
    account = crew.account()
    crew.sandgram.trouble(crew.give_proxy(account), trouble)
    task_id = crew.ask(TaskType.follow, account, params={"username": "slow_tram"})

    for _ in range(6):
        crew.work()
        crew.pass_time(minutes=40)

    task = crew.task(task_id)
    assert task.status in {TaskStatus.pending, TaskStatus.failed}, task
    assert crew.effects(account) == []
    assert crew.now(account).health not in CLOSED
    with crew.runtime.database.reading() as db:
        assert inbox.count(db, ItemFilter()) == 0
