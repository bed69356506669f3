from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account, Health
from retinue.capabilities.accounts.schemas import AccountFilter, SortBy
from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.models import TaskType
from retinue.capabilities.tasks.schemas import BatchCreate, BatchItem
from retinue.foundation.jobs.registry import JobFunction
from retinue.foundation.runtime import Runtime
from retinue.workflows.connecting import service as connecting
from retinue.workflows.validation import rules
from retinue.workflows.validation.ordering import asked_for
from retinue.workflows.validation.writing import ACTOR

_EVERY = 600.0
_AT_ONCE = 100
_PAGES = 20
_PAGE = 500
_FAULTY = AccountFilter(healths=(Health.error,), is_paused=False)


def try_again(runtime: Runtime, payload: dict[str, Any]) -> None:
    """
    Ask the queue for those that only a fault of the line or of the proxy has made `error`.

    A hundred in a run, so that an outage of a whole fleet's way out is not followed by a rush.
    """
    del payload
    with runtime.database.reading() as db:
        found = _due(db, runtime)
    if not found:
        return
    batch = BatchCreate(
        type=TaskType.validate_account,
        name="tried again after a fault",
        tasks=[BatchItem(account_id=one) for one in found],
    )
    with runtime.database.writing() as db:
        tasks.create_batch(db, batch, actor=ACTOR, now=runtime.clock.now())


def _due(db: Session, runtime: Runtime) -> list[int]:
    asked = asked_for(db)
    found: list[int] = []
    after = None
    for _ in range(_PAGES):
        page = accounts.page(db, _FAULTY, sort_by=SortBy.last_validation, after=after, limit=_PAGE)
        for account in page.accounts:
            if account.id not in asked and _is_due(db, runtime, account):
                found.append(account.id)
                if len(found) == _AT_ONCE:
                    return found
        after = page.next
        if after is None:
            break
    return found


def _is_due(db: Session, runtime: Runtime, account: Account) -> bool:
    now = runtime.clock.now()
    if not connecting.is_connected(db, runtime, account.network):
        return False
    evidence, last = account.health_evidence, account.last_validated_at
    if not rules.is_tried_again(evidence, last, now=now):
        return False
    return not rules.is_log_in(evidence) or accounts.may_log_in(db, account.id, now=now)


JOBS = (JobFunction("validation.try_again", try_again, every=_EVERY),)
