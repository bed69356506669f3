"""What happens to the tasks that waited for a pause, a budget or an answer when a person has acted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.settings import service as settings
from retinue.capabilities.tasks.repository import waking
from retinue.capabilities.tasks.rules import budgets
from retinue.capabilities.tasks.service.asking import asked

_WOKEN_AT_ONCE = 10_000


def wake_resumed(db: Session, *, now: datetime) -> int:
    """Whoever waits for the end of a pause that is over is due again, where it stood before."""
    woken = waking.wake_resumed(db, now=now, limit=_WOKEN_AT_ONCE)
    if woken:
        asked.ring_on_commit(db)
    return woken


def wake_of_person(db: Session, account_id: int) -> int:
    """A person has decided something about the account: whoever waits for one looks again, now."""
    woken = waking.wake_of_person(db, account_id)
    if woken:
        asked.ring_on_commit(db)
    return woken


def has_resumed(db: Session, *, now: datetime) -> bool:
    return waking.has_resumed(db, now=now)


def budgets_in_force(db: Session) -> Mapping[budgets.Operation, budgets.Budgets]:
    """To be compared with what they were: what a wait was reckoned with may hold no longer."""
    return budgets.in_force(settings.current(db))


def wake_budgeted(db: Session, *, now: datetime) -> int:
    """Whoever waits for a budget is due again, and waits on where it is still used up."""
    woken = waking.wake_budgeted(db, now=now, limit=_WOKEN_AT_ONCE)
    if woken:
        asked.ring_on_commit(db)
    return woken
