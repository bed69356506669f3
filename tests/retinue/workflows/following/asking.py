"""What the tests of a follow ask for, and whom an account follows by Sandgram's own count."""

from __future__ import annotations

from retinue.capabilities.accounts.models import Account
from retinue.capabilities.tasks.models import TaskType
from retinue.capabilities.tasks.schemas import TaskRead
from tests.factories.crew import Crew

FOLLOW = TaskType.follow


def ask(crew: Crew, account: Account, username: str) -> str:
    return crew.ask(FOLLOW, account, params={"username": username})


def follows(crew: Crew, account: Account) -> list[str]:
    return [one["handle"] for one in crew.effects(account, action="follow")]


def done(crew: Crew, account: Account, username: str) -> TaskRead:
    task_id = ask(crew, account, username)
    crew.work()
    return crew.task(task_id)
