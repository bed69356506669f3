"""Accounts and their credentials, one by one and in lists."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    func,
    or_,
    select,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from retinue.capabilities.accounts.models import (
    Account,
    AccountCredentials,
    Lifecycle,
)
from retinue.capabilities.accounts.schemas import (
    AccountFilter,
    Position,
    SortBy,
    SortOrder,
)
from retinue.capabilities.personas.models import Persona

_SORT_KEYS: Mapping[SortBy, Any] = {
    SortBy.account_no: Account.account_no,
    SortBy.login: Account.login_key,
    SortBy.created_at: Account.created_at,
    SortBy.last_validation: Account.last_validated_at,
}


def get(db: Session, account_id: int, *, for_update: bool = False) -> Account | None:
    return db.get(Account, account_id, with_for_update=for_update or None)


def of_number(db: Session, account_no: str) -> Account | None:
    return db.scalars(select(Account).where(Account.account_no == account_no)).one_or_none()


def all_of(db: Session) -> Sequence[Account]:
    return db.scalars(
        select(Account)
        .where(Account.is_test.is_(False), Account.lifecycle != Lifecycle.retired)
        .order_by(Account.account_no)
    ).all()


def of_login(db: Session, login_key: str) -> Sequence[Account]:
    return db.scalars(
        select(Account).where(Account.login_key == login_key).order_by(Account.id)
    ).all()


def of_network_login(db: Session, network: str, login_key: str) -> Account | None:
    return db.scalars(
        select(Account).where(Account.network == network, Account.login_key == login_key)
    ).one_or_none()


def of_ids(db: Session, ids: Collection[int]) -> Sequence[Account]:
    return db.scalars(select(Account).where(Account.id.in_(ids))).all()


def test_account(db: Session, network: str) -> Account | None:
    return db.scalars(
        select(Account).where(Account.is_test.is_(True), Account.network == network)
    ).first()


def login_keys(db: Session, network: str) -> Sequence[str]:
    """Of every account that was ever ours, the retired ones included."""
    return db.scalars(select(Account.login_key).where(Account.network == network)).all()


def listed(
    db: Session,
    wanted: AccountFilter,
    *,
    sort_by: SortBy,
    order: SortOrder,
    after: Position | None,
    limit: int,
) -> Sequence[Account]:
    key = _SORT_KEYS[sort_by]
    down = order is SortOrder.desc
    statement = _filtered(select(Account), wanted).limit(limit)
    if after is not None:
        statement = statement.where(_beyond(key, after, down=down))
    # What was never validated stands before the rest, on every engine.
    ordering: tuple[Any, ...] = (key.is_not(None), key, Account.id)
    return db.scalars(
        statement.order_by(*(column.desc() if down else column.asc() for column in ordering))
    ).all()


def count(db: Session, wanted: AccountFilter) -> int:
    statement: Select[Any] = select(func.count()).select_from(Account)
    return db.scalar(_filtered(statement, wanted)) or 0


def add(db: Session, account: Account) -> bool:
    """False when the account number or the login is taken."""
    try:
        with db.begin_nested():
            db.add(account)
            db.flush()
    except IntegrityError:
        return False
    return True


def credentials_of(db: Session, account_id: int) -> AccountCredentials | None:
    return db.get(AccountCredentials, account_id)


def add_credentials(db: Session, credentials: AccountCredentials) -> None:
    db.add(credentials)


def _beyond(key: Any, after: Position, *, down: bool) -> ColumnElement[bool]:
    next_id = Account.id < after.id if down else Account.id > after.id
    if after.value is None:
        among_the_empty = and_(key.is_(None), next_id)
        return among_the_empty if down else or_(among_the_empty, key.is_not(None))
    further = key < after.value if down else key > after.value
    beyond = or_(further, and_(key == after.value, next_id))
    return or_(beyond, key.is_(None)) if down else beyond


def _filtered(statement: Select[Any], wanted: AccountFilter) -> Select[Any]:
    conditions: list[ColumnElement[bool]] = [Account.is_test.is_(False)]
    if wanted.lifecycles:
        conditions.append(Account.lifecycle.in_(wanted.lifecycles))
    else:
        conditions.append(Account.lifecycle != Lifecycle.retired)
    if wanted.search:
        text = wanted.search.strip().removeprefix("@")
        conditions.append(
            or_(
                Account.account_no.icontains(text, autoescape=True),
                Account.login_key.icontains(text, autoescape=True),
                Account.email.icontains(text, autoescape=True),
            )
        )
    if wanted.statuses:
        conditions.append(Account.validation_status.in_(wanted.statuses))
    if wanted.healths:
        conditions.append(Account.health.in_(wanted.healths))
    if wanted.kind is not None:
        conditions.append(Account.kind == wanted.kind)
    if wanted.persona is not None:
        personas = select(Persona.id).where(Persona.name_key == wanted.persona.strip().casefold())
        conditions.append(Account.persona_id.in_(personas))
    if wanted.only_ids is not None:
        conditions.append(Account.id.in_(wanted.only_ids))
    return statement.where(*conditions)
