"""What was done to keep an account open, read for a page: nothing of it is opened."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account, AccountLogIn
from retinue.capabilities.accounts.schemas import Upkeep
from retinue.capabilities.audit import service as audit
from retinue.capabilities.audit.models import AuditEntry
from retinue.capabilities.audit.schemas import AuditFilter
from retinue.capabilities.evidence import service as evidence
from retinue.capabilities.evidence.schemas import EvidenceFilter
from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.models import TaskType
from retinue.capabilities.tasks.schemas import TaskFilter, TaskRead
from retinue.workflows.recovery.schemas import (
    BackupCodesRead,
    CookiesRead,
    LogInBudgetRead,
    LogInRead,
    OperationsRead,
    OperationStep,
    OperationTask,
    PasswordRead,
)

_ACTIONS = ("recovery.step", "rotation.step", "cookies.step")
_TYPES = (TaskType.recover_account, TaskType.rotate_password, TaskType.refresh_cookies)
_STEPS = 100
_TASKS = 20
_EVIDENCE = 50
_LOG_INS = timedelta(days=7)


def operations(db: Session, account: Account, *, now: datetime) -> OperationsRead:
    known = accounts.upkeep_of(db, account.id)
    budget = accounts.log_in_budget(db, account.id, now=now)
    return OperationsRead(
        account_id=account.id,
        password=PasswordRead(is_stored=known.has_password, pending_since=known.pending_since),
        cookies=_cookies(known, now=now),
        backup_codes=BackupCodesRead(
            is_stored=known.has_backup_codes, used=known.used_backup_codes
        ),
        log_in_budget=LogInBudgetRead(left=budget.left, free_at=budget.free_at),
        log_ins=[_log_in(row) for row in accounts.log_ins_since(db, account.id, now - _LOG_INS)],
        tasks=_tasks(db, account.id),
        steps=_steps(db, account.id),
        evidence=_evidence(db, account.id),
    )


def _cookies(known: Upkeep, *, now: datetime) -> CookiesRead:
    age = (
        None if known.cookies_at is None else max(0, int((now - known.cookies_at).total_seconds()))
    )
    return CookiesRead(
        is_stored=known.has_cookies,
        has_previous=known.has_previous_cookies,
        refreshed_at=known.cookies_at,
        age_seconds=age,
    )


def _log_in(row: AccountLogIn) -> LogInRead:
    return LogInRead(
        at=row.at, by=row.by, door=row.door, outcome=row.outcome, is_by_person=row.is_by_person
    )


def _tasks(db: Session, account_id: int) -> list[OperationTask]:
    wanted = TaskFilter(types=_TYPES, account_id=account_id)
    rows = [tasks.read(row) for row in tasks.page(db, wanted, limit=_TASKS)]
    return [_task(row) for row in rows]


def _task(row: TaskRead) -> OperationTask:
    return OperationTask(
        id=row.id,
        type=row.type,
        status=row.status,
        waiting_for=None if row.waiting_for is None else row.waiting_for.value,
        waiting_why=row.waiting_why,
        created_at=row.created_at,
        end_time=row.metrics.end_time,
        result=row.result,
        error=row.error,
    )


def _steps(db: Session, account_id: int) -> list[OperationStep]:
    found: list[AuditEntry] = []
    for action in _ACTIONS:
        wanted = AuditFilter(action=action, subject_kind="account", subject_id=str(account_id))
        found += audit.newest(db, wanted, limit=_STEPS)
    found.sort(key=lambda entry: entry.id, reverse=True)
    return [_step(entry) for entry in found[:_STEPS]]


def _step(entry: AuditEntry) -> OperationStep:
    before, after = entry.before or {}, entry.after or {}
    return OperationStep(
        at=entry.at,
        action=entry.action,
        by=entry.actor,
        task_id=before.get("task"),
        step=str(after.get("step", "")),
        ok=bool(after.get("ok")),
        message=str(after.get("message", "")),
    )


def _evidence(db: Session, account_id: int) -> list[str]:
    rows = evidence.page(db, EvidenceFilter(account_id=account_id), limit=_EVIDENCE)
    return [row.id for row in rows]
