"""Tasks of a test: types that anybody may run, and short ways to ask for them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.accounts.models import Account, AccountKind
from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.models import TaskStatus, TaskType
from retinue.capabilities.tasks.schemas import (
    BatchCreate,
    BatchItem,
    ClaimedTask,
    TaskCreate,
    TaskFilter,
    TaskRead,
)
from retinue.capabilities.tasks.service import catalogue
from retinue.foundation.database import Database
from tests.factories.engaging import make_account

ALL = list(TaskType)
PLAIN = TaskType.check_proxy
"""A type that is about no account."""


@contextmanager
def everything_runs() -> Iterator[None]:
    """Any type can be asked for, with any params."""
    before = dict(catalogue._lints)
    catalogue.install({kind: lambda _db, _params: [] for kind in TaskType})
    try:
        yield
    finally:
        catalogue.install(before)


def ask(
    db: Session, kind: TaskType = PLAIN, account: int | None = None, *, now: datetime, **more: Any
) -> str:
    wanted = TaskCreate(type=kind, account_id=account, **more)
    return str(tasks.create(db, wanted, actor="a test", now=now).id)


def ask_batch(
    db: Session, number: int, kind: TaskType = PLAIN, *, now: datetime, **more: Any
) -> str:
    items = [BatchItem(params={"n": n}) for n in range(number)]
    wanted = BatchCreate(type=kind, tasks=more.pop("tasks", items), **more)
    return str(tasks.create_batch(db, wanted, actor="a test", now=now).id)


def claim(
    db: Session, *, now: datetime, limit: int = 6, holder: str = "worker", **more: Any
) -> list[ClaimedTask]:
    return tasks.claim(db, more.pop("types", ALL), holder=holder, now=now, limit=limit, **more)


def make_worker_account(db: Session, login: str, *, now: datetime) -> Account:
    account = make_account(db, login, now=now)
    account.kind = AccountKind.worker
    db.flush()
    return account


def shown(db: Session, task_id: str) -> TaskRead:
    return tasks.read(tasks.get(db, task_id))


def statuses(database: Database) -> dict[TaskStatus, int]:
    with database.reading() as db:
        return {
            status: tasks.count(db, TaskFilter(statuses=(status,))) or 0 for status in TaskStatus
        }
