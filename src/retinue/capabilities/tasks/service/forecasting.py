"""What can be begun, and when a batch would be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.settings import service as settings
from retinue.capabilities.tasks.models import LOOK_UPS, TaskType
from retinue.capabilities.tasks.repository import facts
from retinue.capabilities.tasks.repository import reading as repository
from retinue.capabilities.tasks.rules import budgets, waiting
from retinue.capabilities.tasks.rules.budgets import Operation
from retinue.capabilities.tasks.schemas import CapacityRead, OperationCapacity
from retinue.capabilities.tasks.service import catalogue
from retinue.capabilities.tasks.service.choosing import facts_in
from retinue.capabilities.tasks.service.watching import workers

_SAMPLES = 50
_WORKERS = 5000
_USUAL_SECONDS = 2.0
"""Of a type that has never run."""
_TYPES = {
    Operation.look_up: sorted(LOOK_UPS),
    Operation.follow: [TaskType.follow],
}


@dataclass(frozen=True, slots=True)
class _Asked:
    number: int
    account_ids: Sequence[int]


def capacity(
    db: Session, *, asked: int = 100, account_ids: Sequence[int] = (), now: datetime
) -> CapacityRead:
    """
    Per kind of work: what can begin now, when the next can, and when a batch of `asked` would be
    done. For follows it needs to know by whom; `account_ids` unless all that may act is meant.
    """
    pending = repository.pending_by_type(db)
    alive = [one for one in workers(db, now=now) if not one.is_lost]
    places = sum(one.places for one in alive)
    free = sum(max(0, one.places - one.busy) for one in alive)
    limited = [
        _limited(db, one, _Asked(asked, account_ids), pending=pending, now=now) for one in Operation
    ]
    drawn = {one for types in _TYPES.values() for one in types}
    plain = [
        _unlimited(db, one, asked, pending=pending.get(one, 0), places=(places, free), now=now)
        for one in catalogue.runnable()
        if one not in drawn
    ]
    return CapacityRead(at=now, operations=[*limited, *plain])


def _limited(
    db: Session,
    operation: Operation,
    asked: _Asked,
    *,
    pending: dict[TaskType, int],
    now: datetime,
) -> OperationCapacity:
    rules = budgets.in_force(settings.current(db))[operation]
    ids = _fit_for(db, operation, asked.account_ids, now)
    found = facts.uses_of(db, operation, ids, since=now - rules.longest) if ids else {}
    uses = [found.get(one, []) for one in ids]
    of_all: list[datetime] = []
    if rules.of_all is not None:
        of_all = facts.uses_of_all(db, operation, since=now - rules.of_all.span)
    first = budgets.done_at(uses, rules, number=1, now=now, of_all=of_all)
    done = budgets.done_at(uses, rules, number=asked.number, now=now, of_all=of_all)
    types = _TYPES[operation]
    return OperationCapacity(
        operation=operation.value,
        types=types,
        accounts=len(ids),
        free_now=budgets.free_in_all(uses, rules, of_all=of_all, now=now),
        next_free_at=first,
        asked=asked.number,
        seconds_until_done=None if done is None else (done - now).total_seconds(),
        pending=sum(pending.get(one, 0) for one in types),
    )


def _fit_for(
    db: Session, operation: Operation, account_ids: Sequence[int], now: datetime
) -> list[int]:
    if operation is Operation.look_up:
        rows = facts.of_workers(db, now=now, limit=_WORKERS)
        return [row.id for row in rows if waiting.may_look_up(facts_in(row), now=now)]
    current = settings.current(db)
    rows = facts.of_accounts(db, account_ids, now=now) if account_ids else facts.of_own(db, now=now)
    return [
        row.id
        for row in rows
        if waiting.may_act(
            facts_in(row), engage_before_warm_up=current.engage_before_warm_up, now=now
        )
    ]


def _unlimited(
    db: Session,
    type: TaskType,  # noqa: A002 - the word of the contract
    asked: int,
    *,
    pending: int,
    places: tuple[int, int],
    now: datetime,
) -> OperationCapacity:
    """By the places there are and what the last ones took: nothing else keeps it back."""
    every, free = places
    took = repository.durations(db, type, limit=_SAMPLES)
    each = sum(took) / len(took) if took else _USUAL_SECONDS
    return OperationCapacity(
        operation=type.value,
        types=[type],
        accounts=None,
        free_now=free,
        next_free_at=now if free else None,
        asked=asked,
        seconds_until_done=(pending + asked) * each / every if every else None,
        pending=pending,
    )
