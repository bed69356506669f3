"""Asking the queue for a recovery where nobody has asked: once a day, and only where a log-in is left for it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account
from retinue.capabilities.settings import service as settings
from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.models import TaskStatus, TaskType
from retinue.capabilities.tasks.schemas import TaskCreate, TaskFilter
from retinue.drivers.errors import FailureClass
from retinue.foundation.runtime import Runtime
from retinue.workflows.signing_in import places
from retinue.workflows.signing_in.schemas import Outcome, Station, Subject, class_of

_OPEN = (TaskStatus.pending, TaskStatus.running)
_DAY = timedelta(days=1)
_RECOVERY = "recovery"
_MENDED = frozenset({"challenge_required", "email_code_required", "second_factor_required"})
_HOPELESS = frozenset({"wrong_password", "password_refused", "credentials_incomplete"})


def may_be_mended(failure_class: str, code: str | None) -> bool:
    """Whether a recovery has anything to try: a page to look at, a code to give, a person to ask."""
    if code in _HOPELESS:
        return False
    is_code = failure_class == FailureClass.challenge.value or code in {*_MENDED, "wrong_code"}
    return is_code or failure_class == FailureClass.auth_expired.value


def ask_for_recovery(
    db: Session, runtime: Runtime, account: Account, *, by: str, now: datetime
) -> bool:
    """In the transaction in which it was found out. False where it is not to be, or there is one already."""
    if not settings.current(db).recovery.automatic or not places.can_browse(runtime):
        return False
    if not places.has_site(runtime, account.network):
        return False
    if TaskType.recover_account not in tasks.catalogue.runnable():
        return False
    if not accounts.upkeep_of(db, account.id).has_password:
        return False
    if not accounts.may_log_in(db, account.id, now=now) or _was_asked(db, account.id, now=now):
        return False
    wanted = TaskCreate(type=TaskType.recover_account, account_id=account.id)
    tasks.create(db, wanted, actor=by, now=now)
    return True


def ask_to_mend(station: Station, subject: Subject, outcome: Outcome) -> None:
    """As `ask_for_recovery`, for what a log-in that was no recovery has come to."""
    failure, code = class_of(outcome.state)
    if not may_be_mended(failure.value, code):
        return
    runtime = station.runtime
    with runtime.database.writing() as db:
        account = accounts.hold(db, subject.account_id)
        ask_for_recovery(db, runtime, account, by=_RECOVERY, now=runtime.clock.now())


def _was_asked(db: Session, account_id: int, *, now: datetime) -> bool:
    wanted = TaskFilter(types=(TaskType.recover_account,), account_id=account_id)
    rows = tasks.page(db, wanted, limit=5)
    return any(row.status in _OPEN or row.created_at > now - _DAY for row in rows)
