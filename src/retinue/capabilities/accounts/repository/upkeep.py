"""Log-ins, backup codes that were used, and whose upkeep is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, and_, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from retinue.capabilities.accounts.models import (
    NOT_SENT,
    Account,
    AccountCredentials,
    AccountLogIn,
    Lifecycle,
    UsedCode,
    UsedKind,
)


def add_log_in(db: Session, row: AccountLogIn) -> None:
    db.add(row)
    db.flush()


def end_log_in(db: Session, log_in_id: int, *, door: str, outcome: str) -> None:
    db.execute(
        update(AccountLogIn)
        .where(AccountLogIn.id == log_in_id)
        .values(door=door, outcome=outcome)
        .execution_options(synchronize_session="fetch")
    )


def log_ins_since(db: Session, account_id: int, *, since: datetime) -> Sequence[AccountLogIn]:
    """The newest first."""
    return db.scalars(
        select(AccountLogIn)
        .where(AccountLogIn.account_id == account_id, AccountLogIn.at > since)
        .order_by(AccountLogIn.at.desc(), AccountLogIn.id.desc())
    ).all()


def unasked_log_ins(db: Session, account_id: int, *, since: datetime) -> Sequence[datetime]:
    """When those were that no person had asked for, the oldest first."""
    return db.scalars(
        select(AccountLogIn.at)
        .where(
            AccountLogIn.account_id == account_id,
            AccountLogIn.at > since,
            AccountLogIn.is_by_person.is_(False),
            AccountLogIn.outcome != NOT_SENT,
        )
        .order_by(AccountLogIn.at)
    ).all()


def drop_log_ins(db: Session, *, before: datetime) -> int:
    return db.execute(delete(AccountLogIn).where(AccountLogIn.at < before)).rowcount  # type: ignore[attr-defined,no-any-return]


def used_codes(db: Session, account_id: int, kind: UsedKind) -> set[str]:
    return set(db.scalars(select(UsedCode.digest).where(_is_used(account_id, kind))))


def count_used_codes(db: Session, account_id: int, kind: UsedKind) -> int:
    return db.scalar(select(func.count()).where(_is_used(account_id, kind))) or 0


def note_used_code(
    db: Session, account_id: int, kind: UsedKind, digest: str, *, now: datetime
) -> None:
    row = {"account_id": account_id, "kind": kind, "digest": digest, "used_at": now}
    db.execute(insert(UsedCode).values(row))


def _is_used(account_id: int, kind: UsedKind) -> ColumnElement[bool]:
    return and_(UsedCode.account_id == account_id, UsedCode.kind == kind)


def kept_up(db: Session, *, after_id: int, limit: int) -> Sequence[Row[Any]]:
    """
    Accounts in use that have something to log in with, by id: with the ages of what is kept up, and of
    no secret more than whether it is there.
    """
    found = AccountCredentials
    rows = db.execute(
        select(
            Account.id,
            Account.uid,
            Account.network,
            Account.health,
            Account.last_validated_at,
            found.cookies_at,
            found.password.is_not(None).label("has_password"),
        )
        .join(found, found.account_id == Account.id)
        .where(
            Account.id > after_id,
            Account.is_test.is_(False),
            Account.lifecycle.not_in([Lifecycle.retired, Lifecycle.imported]),
            Account.paused_at.is_(None),
            or_(found.password.is_not(None), found.auth_token.is_not(None)),
        )
        .order_by(Account.id)
        .limit(limit)
    ).all()
    return cast("Sequence[Row[Any]]", rows)
