"""New tasks and new batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.accounts.errors import AccountNotFound
from retinue.capabilities.accounts.models import AccountKind, Lifecycle
from retinue.capabilities.audit import service as audit
from retinue.capabilities.tasks.models import (
    LOOK_UPS,
    NO_LANE,
    TaskStatus,
    TaskType,
)
from retinue.capabilities.tasks.repository import facts, writing
from retinue.capabilities.tasks.rules.priorities import chunk_of, priority_of
from retinue.capabilities.tasks.schemas import BatchCreate, BatchItem, TaskCreate
from retinue.capabilities.tasks.service import catalogue, reading, telling
from retinue.capabilities.tasks.service.reading import FoundBatch, FoundTask
from retinue.capabilities.tasks.service.telling import News
from retinue.foundation.bell import Bell
from retinue.foundation.errors import Forbidden, Invalid, Problem
from retinue.foundation.randomness import new_id

asked = Bell("tasks.asked")
"""Rings when a transaction that asked for work has committed; told are the ids of the tasks."""

_ABOUT_AN_ACCOUNT = frozenset(TaskType) - LOOK_UPS - {TaskType.check_proxy}
_PROBLEMS_SHOWN = 100


def create(
    db: Session,
    wanted: TaskCreate,
    *,
    actor: str,
    now: datetime,
    account_ids: frozenset[int] | None = None,
) -> FoundTask:
    """
    Put one task into the queue.

    Raises:
        TypeNotRunnable: nothing in this installation runs the type; names what can be run.
        Invalid: an account is not known, or the params do not fit; every place is named.
        AccountNotFound: it is none of `account_ids`.
    """
    rows = _checked(db, wanted.type, [wanted], only=account_ids, is_batch=False)
    priority = wanted.priority or priority_of(wanted.type)
    row = _row(wanted.type, rows[0], priority=int(priority), actor=actor, now=now)
    writing.add_tasks(db, [row])
    _news(db, row, now=now)
    audit.record(
        db,
        actor=actor,
        action="task.created",
        subject=("task", row["id"]),
        now=now,
        after={"type": wanted.type.value, "account_id": row["account_id"], "priority": priority},
    )
    asked.ring_on_commit(db, [row["id"]])
    return reading.get(db, row["id"])


def create_batch(
    db: Session,
    wanted: BatchCreate,
    *,
    actor: str,
    now: datetime,
    account_ids: frozenset[int] | None = None,
) -> FoundBatch:
    """
    Put up to a thousand tasks of one type into the queue, all of them or none.

    Raises:
        TypeNotRunnable: nothing in this installation runs the type; names what can be run.
        Invalid: something does not fit; the first hundred places are named.
    """
    checked = _checked(db, wanted.type, wanted.tasks, only=account_ids, is_batch=True)
    batch_id, priority = new_id(), int(wanted.priority)
    batch = {
        "id": batch_id,
        "type": wanted.type,
        "name": wanted.name,
        "priority": priority,
        "size": len(checked),
        "served_at": now,
        "requested_by": actor[:190],
        "created_at": now,
    }
    writing.add_batch(db, batch)
    rows = [
        _row(
            wanted.type,
            one,
            priority=priority,
            actor=actor,
            now=now,
            place=(batch_id, position),
        )
        for position, one in enumerate(checked)
    ]
    writing.add_tasks(db, rows)
    audit.record(
        db,
        actor=actor,
        action="batch.created",
        subject=("batch", batch_id),
        now=now,
        after={"type": wanted.type.value, "name": wanted.name, "size": len(rows)},
    )
    asked.ring_on_commit(db, [row["id"] for row in rows])
    return reading.batch(db, batch_id)


@dataclass(frozen=True, slots=True)
class _Checked:
    account_id: int | None
    worker_wish: int | None
    params: dict[str, Any]


def _checked(
    db: Session,
    type: TaskType,  # noqa: A002 - the word of the contract
    items: Sequence[BatchItem],
    *,
    only: frozenset[int] | None,
    is_batch: bool,
) -> list[_Checked]:
    lint = catalogue.lint_of(type)
    known = _Known(db, items, only=only)
    problems: list[Problem] = []
    checked: list[_Checked] = []
    for index, item in enumerate(items):
        where: tuple[str | int, ...] = ("tasks", index) if is_batch else ()
        account_id, faults = known.account(item, is_needed=type in _ABOUT_AN_ACCOUNT)
        worker, more = known.worker(item, type)
        faults += more
        faults += [
            Problem(("params", *one.loc), one.msg, one.type) for one in lint(db, item.params)
        ]
        problems += [Problem((*where, *one.loc), one.msg, one.type) for one in faults]
        checked.append(_Checked(account_id, worker, item.params))
    if problems:
        first = problems[0]
        place = ".".join(str(part) for part in first.loc)
        more_text = f" ({len(problems)} places in all)" if len(problems) > 1 else ""
        raise Invalid(f"{place}: {first.msg}{more_text}", problems=problems[:_PROBLEMS_SHOWN])
    if only is not None and any(one.account_id is None for one in checked):
        # What is about no account in particular draws on everybody's.
        raise Forbidden("This caller is restricted to some accounts, and this concerns others too.")
    return checked


class _Known:
    """The accounts that are named, found with one question."""

    def __init__(
        self, db: Session, items: Sequence[BatchItem], *, only: frozenset[int] | None
    ) -> None:
        keys = {one.account.strip() for one in items if one.account} | {
            one.worker_account.strip() for one in items if one.worker_account
        }
        ids = {one.account_id for one in items if one.account_id}
        rows = facts.named(db, keys, ids) if keys or ids else ()
        self._only = only
        in_use = [row for row in rows if row.lifecycle is not Lifecycle.retired]
        may = [row for row in in_use if only is None or row.id in only]
        self._by_id = {row.id: row for row in may}
        self._by_number = {row.account_no: row for row in may}
        self._by_login: dict[str, list[Any]] = {}
        for row in may:
            self._by_login.setdefault(row.login_key, []).append(row)

    def account(self, item: BatchItem, *, is_needed: bool) -> tuple[int | None, list[Problem]]:
        if item.account_id is not None:
            if item.account_id in self._by_id:
                return item.account_id, []
            if self._only is not None:
                raise AccountNotFound.named(str(item.account_id))
            return None, [Problem(("account_id",), "no account in use has this id")]
        if item.account is not None:
            row, why = self._named(item.account)
            if row is None and self._only is not None:
                raise AccountNotFound.named(item.account)
            return (None, [Problem(("account",), why)]) if row is None else (row.id, [])
        if is_needed:
            return None, [Problem(("account",), "say which account, by login, number or id")]
        return None, []

    def worker(
        self,
        item: BatchItem,
        type: TaskType,  # noqa: A002
    ) -> tuple[int | None, list[Problem]]:
        if item.worker_account is None:
            return None, []
        if type not in LOOK_UPS:
            return None, [Problem(("worker_account",), "is for look-ups only")]
        row, why = self._named(item.worker_account)
        if row is None:
            return None, [Problem(("worker_account",), why)]
        if row.kind is not AccountKind.worker:
            return None, [Problem(("worker_account",), f"{row.account_no} is no worker account")]
        return row.id, []

    def _named(self, name: str) -> tuple[Any | None, str]:
        text = name.strip()
        if (row := self._by_number.get(text)) is not None:
            return row, ""
        found = self._by_login.get(text.removeprefix("@").casefold(), [])
        if len(found) == 1:
            return found[0], ""
        if found:
            numbers = ", ".join(row.account_no for row in found)
            return None, f"several accounts have this login; use a number: {numbers}"
        return None, "no account in use has this login or number"


def _row(
    type: TaskType,  # noqa: A002
    one: _Checked,
    *,
    priority: int,
    actor: str,
    now: datetime,
    place: tuple[str, int] | None = None,
) -> dict[str, Any]:
    """`place` is the batch and the position within it."""
    batch_id, position = place or (None, None)
    return {
        "id": new_id(),
        "type": type,
        "status": TaskStatus.pending,
        "priority": priority,
        "lane": batch_id or NO_LANE,
        "account_id": one.account_id,
        "worker_wish": one.worker_wish,
        "batch_id": batch_id,
        "chunk": None if position is None else chunk_of(position),
        "position": position,
        "params": one.params,
        "progress": 0,
        "due_at": now,
        "attempts": 0,
        "retries": 0,
        "backoff_step": 0,
        "fence": 0,
        "is_cancel_asked": False,
        "requested_by": actor[:190],
        "created_at": now,
    }


def _news(db: Session, row: dict[str, Any], *, now: datetime) -> None:
    news = News(row["id"], row["type"], TaskStatus.pending, row["account_id"], None, 0)
    telling.tell(db, [news], now=now)
