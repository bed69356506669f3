from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from retinue.capabilities.access.models import (
    ApiToken,
    Installation,
    Login,
    LoginFailure,
    Operator,
    Role,
)
from retinue.foundation.database.rows import changed

_ONLY = 1


def installation(db: Session) -> Installation | None:
    return db.get(Installation, _ONLY)


def locked_installation(db: Session) -> Installation | None:
    """Held until the commit: set-up, log-in attempts and changes of admins take turns here."""
    return db.execute(
        select(Installation).where(Installation.id == _ONLY).with_for_update(),
        execution_options={"populate_existing": True},
    ).scalar_one_or_none()


def insert_installation(db: Session, row: Installation) -> bool:
    """False when another process has just made it."""
    try:
        with db.begin_nested():
            db.add(row)
    except IntegrityError:
        return False
    return True


def operator_by_id(db: Session, operator_id: int) -> Operator | None:
    return db.get(Operator, operator_id)


def operator_by_name(db: Session, username: str) -> Operator | None:
    return db.execute(select(Operator).where(Operator.username == username)).scalar_one_or_none()


def insert_operator(db: Session, operator: Operator) -> bool:
    """False when the name is taken."""
    try:
        with db.begin_nested():
            db.add(operator)
    except IntegrityError:
        return False
    return True


def operators_by_name(db: Session) -> list[Operator]:
    return list(db.execute(select(Operator).order_by(Operator.username)).scalars())


def count_other_admins(db: Session, operator_id: int | None = None) -> int:
    """Admins who may log in, without this one."""
    query = select(func.count()).where(Operator.role == Role.admin, Operator.disabled_at.is_(None))
    if operator_id is not None:
        query = query.where(Operator.id != operator_id)
    return db.execute(query).scalar_one()


def token_by_id(db: Session, token_id: str) -> ApiToken | None:
    return db.get(ApiToken, token_id)


def token_by_hash(db: Session, token_hash: str) -> ApiToken | None:
    return db.execute(
        select(ApiToken).where(ApiToken.token_hash == token_hash)
    ).scalar_one_or_none()


def tokens_newest_first(db: Session) -> list[ApiToken]:
    return list(db.execute(select(ApiToken).order_by(ApiToken.id.desc())).scalars())


def revoke_tokens_made_by(db: Session, actor: str, *, now: datetime) -> int:
    return changed(
        db,
        update(ApiToken)
        .where(ApiToken.created_by == actor, ApiToken.revoked_at.is_(None))
        .values(revoked_at=now),
    )


def set_last_used(db: Session, token_id: str, *, at: datetime) -> None:
    changed(db, update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=at))


def set_last_seen(db: Session, operator_id: int, *, at: datetime) -> None:
    changed(db, update(Operator).where(Operator.id == operator_id).values(last_seen_at=at))


def login_with_operator(
    db: Session, cookie_hash: str, *, now: datetime
) -> tuple[Login, Operator] | None:
    row = db.execute(
        select(Login, Operator)
        .join(Operator, Operator.id == Login.operator_id)
        .where(
            Login.cookie_hash == cookie_hash,
            Login.expires_at > now,
            Operator.disabled_at.is_(None),
        )
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def delete_login(db: Session, cookie_hash: str) -> int:
    return changed(db, delete(Login).where(Login.cookie_hash == cookie_hash))


def delete_logins_of(db: Session, operator_id: int) -> int:
    return changed(db, delete(Login).where(Login.operator_id == operator_id))


def delete_expired_logins(db: Session, *, now: datetime) -> int:
    return changed(db, delete(Login).where(Login.expires_at <= now))


def failures_of_username(
    db: Session, username: str, *, since: datetime
) -> list[tuple[datetime, str]]:
    """When and from where, oldest first."""
    rows = db.execute(
        select(LoginFailure.at, LoginFailure.address)
        .where(LoginFailure.username == username, LoginFailure.at > since)
        .order_by(LoginFailure.at)
    )
    return [(row.at, row.address) for row in rows]


def failures_of_address(db: Session, address: str, *, since: datetime) -> list[datetime]:
    """Oldest first."""
    query = (
        select(LoginFailure.at)
        .where(LoginFailure.address == address, LoginFailure.at > since)
        .order_by(LoginFailure.at)
    )
    return list(db.execute(query).scalars())


def delete_failure(db: Session, failure_id: int) -> None:
    changed(db, delete(LoginFailure).where(LoginFailure.id == failure_id))


def delete_failures_before(db: Session, moment: datetime) -> int:
    return changed(db, delete(LoginFailure).where(LoginFailure.at <= moment))
