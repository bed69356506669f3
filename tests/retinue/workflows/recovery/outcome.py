"""What a recovery is asked for, and what it has to come to."""

from __future__ import annotations

from retinue.capabilities.accounts.models import Account, Health, ValidationStatus
from retinue.capabilities.tasks.models import TaskStatus, TaskType
from retinue.capabilities.tasks.schemas import TaskRead
from tests.factories.clinic import ACTOR, Clinic


def recovered(clinic: Clinic, account: Account, *, by: str = ACTOR) -> TaskRead:
    return clinic.did(account, TaskType.recover_account, by=by)


def assert_recovered(clinic: Clinic, account: Account, done: TaskRead) -> None:
    assert done.status is TaskStatus.completed, done
    assert done.result is not None
    assert done.result["recovered"] is True
    assert clinic.now(account).health is Health.ok
    assert clinic.now(account).validation_status is ValidationStatus.completed
    known = clinic.opened(account)
    assert clinic.browser.sessions[known.auth_token or ""] == account.login
    assert known.cookies is not None
