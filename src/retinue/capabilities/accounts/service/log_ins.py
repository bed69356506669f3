"""Every log-in is counted, and those that nobody has asked for are bounded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import repository
from retinue.capabilities.accounts.errors import LogInWithheld
from retinue.capabilities.accounts.models import NOT_SENT, Account, AccountLogIn
from retinue.capabilities.accounts.schemas import LogIn, LogInBudget, LogInWish
from retinue.capabilities.accounts.service.credentials import refused_since
from retinue.capabilities.accounts.service.telling import locked
from retinue.foundation.sealing import Sealer

UNASKED = frozenset({"validation", "recovery", "upkeep", "probe", "retinue"})
"""In whose name things are asked for without a person."""

MOST_LOG_INS = 2
"""Of one account within a day, that no person has asked for."""
KEPT = timedelta(days=90)
_DAY = timedelta(days=1)
_REFUSED_LOOK = timedelta(hours=1)


def wish_of(by: str, asked_at: datetime) -> LogInWish:
    return LogInWish(by, None if by in UNASKED else asked_at)


def is_wished(db: Session, account_id: int, wish: LogInWish) -> bool:
    """A person's wish is good for one log-in: what repeats it is nobody's."""
    if wish.asked_at is None:
        return False
    return not any(
        row.is_by_person and row.by == wish.by[:190] and row.outcome != NOT_SENT
        for row in repository.log_ins_since(db, account_id, since=wish.asked_at)
    )


def begin_log_in(
    db: Session, sealer: Sealer, account_id: int, password: str, log_in: LogIn, *, now: datetime
) -> int:
    """
    Commit it before the password is sent; the answer is for `end_log_in`.

    Raises:
        LogInWithheld: the network has refused this password, or nobody has asked and the day's are used up.
    """
    account = locked(db, account_id)
    refused = refused_since(db, sealer, account, password)
    if refused is not None:
        raise _is_refused(account, refused, now=now)
    budget = log_in_budget(db, account_id, now=now)
    if not log_in.is_by_person and budget.left == 0:
        raise _is_spent(account, budget.free_at or now + _DAY)
    return note_log_in(db, account_id, log_in, now=now)


def note_log_in(db: Session, account_id: int, log_in: LogIn, *, now: datetime) -> int:
    """Commit it before the log-in is tried; the answer is for `end_log_in`."""
    row = AccountLogIn(
        account_id=account_id,
        at=now,
        by=log_in.by[:190],
        door=log_in.door[:20],
        outcome=log_in.outcome[:40],
        is_by_person=log_in.is_by_person,
    )
    repository.add_log_in(db, row)
    return row.id


def end_log_in(db: Session, log_in_id: int, *, door: str, outcome: str) -> None:
    repository.end_log_in(db, log_in_id, door=door[:20], outcome=outcome[:40])


def log_ins_since(db: Session, account_id: int, since: datetime) -> Sequence[AccountLogIn]:
    """The newest first."""
    return repository.log_ins_since(db, account_id, since=since)


def log_in_budget(db: Session, account_id: int, *, now: datetime) -> LogInBudget:
    """What is left of two a day without a person."""
    moments = repository.unasked_log_ins(db, account_id, since=now - _DAY)
    left = max(0, MOST_LOG_INS - len(moments))
    return LogInBudget(left, None if left else moments[-MOST_LOG_INS] + _DAY)


def may_log_in(db: Session, account_id: int, *, now: datetime) -> bool:
    """Whether one more may be tried that nobody has asked for."""
    return log_in_budget(db, account_id, now=now).left > 0


def prune_log_ins(db: Session, *, now: datetime) -> int:
    return repository.drop_log_ins(db, before=now - KEPT)


def _is_refused(account: Account, since: datetime, *, now: datetime) -> LogInWithheld:
    message = (
        f"account: the network refused the password of {account.account_no} on {since:%Y-%m-%d}, so it is"
        " not sent again; store the right one, and validate the account."
    )
    return LogInWithheld(message, until=now + _REFUSED_LOOK, is_refused=True)


def _is_spent(account: Account, free_at: datetime) -> LogInWithheld:
    message = (
        f"account: {MOST_LOG_INS} log-ins of {account.account_no} were tried within a day without a"
        f" person; the next one waits until {free_at:%Y-%m-%d %H:%M} UTC. One that you order is tried at"
        f" once: `retinue accounts refresh-cookies {account.account_no}`."
    )
    return LogInWithheld(message, until=free_at)
