"""Accounts and their credentials, one by one and in lists."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    or_,
    select,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from retinue.capabilities.accounts.models import (
    Account,
    AccountCredentials,
    AccountLabel,
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


_accounts, _personas = Account.__table__, Persona.__table__
_SHOWN = (
    select(_accounts, _personas.c.name.label("persona_name"))
    .outerjoin(_personas, _personas.c.id == _accounts.c.persona_id)
    .where(_accounts.c.id == bindparam("account_id"))
)


def get(db: Session, account_id: int, *, for_update: bool = False) -> Account | None:
    return db.get(Account, account_id, with_for_update=for_update or None)


def shown(db: Session, account_id: int) -> Row[Any] | None:
    """
    All columns of one account, with its persona's name as `persona_name`.

    By Core, because it is what programs ask most: loading the object costs twice as much.
    """
    return db.connection().execute(_SHOWN, {"account_id": account_id}).one_or_none()


def of_number(db: Session, account_no: str) -> Account | None:
    return db.scalars(select(Account).where(Account.account_no == account_no)).one_or_none()


def all_of(db: Session) -> Sequence[Account]:
    return db.scalars(
        select(Account)
        .where(Account.is_test.is_(False), Account.lifecycle != Lifecycle.retired)
        .order_by(Account.account_no)
    ).all()


def counts_by_proxy(db: Session, proxy_ids: Collection[int]) -> dict[int, int]:
    """Of accounts in use."""
    statement = (
        select(Account.proxy_id, func.count())
        .where(Account.proxy_id.in_(sorted(proxy_ids)), Account.lifecycle != Lifecycle.retired)
        .group_by(Account.proxy_id)
    )
    return {proxy: number for proxy, number in db.execute(statement) if proxy is not None}


def ids_by_proxy(db: Session, proxy_id: int) -> Sequence[int]:
    """Of accounts in use."""
    statement = (
        select(Account.id)
        .where(Account.proxy_id == proxy_id, Account.lifecycle != Lifecycle.retired)
        .order_by(Account.id)
    )
    return db.scalars(statement).all()


def counts_by_lifecycle(
    db: Session, only_ids: Collection[int] | None
) -> dict[Lifecycle, tuple[int, int]]:
    paused = func.count(case((Account.paused_at.is_not(None), 1)))
    counted = select(Account.lifecycle, func.count(), paused).where(Account.is_test.is_(False))
    if only_ids is not None:
        counted = counted.where(Account.id.in_(only_ids))
    return {row[0]: (row[1], row[2]) for row in db.execute(counted.group_by(Account.lifecycle))}


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
    """The page is found by what the grid's index holds; only its own rows are read whole."""
    key = _SORT_KEYS[sort_by]
    down = order is SortOrder.desc
    ordering = _ordering(db, key, down=down)
    found = _filtered(db, select(Account.id), wanted).order_by(*ordering).limit(limit)
    if after is not None:
        found = found.where(_beyond(key, after, down=down))
    page = found.subquery()
    return db.scalars(select(Account).join(page, page.c.id == Account.id).order_by(*ordering)).all()


def listed_after(
    db: Session, wanted: AccountFilter, *, after_id: int, limit: int
) -> Sequence[Account]:
    """In the order of their ids."""
    statement = _filtered(db, select(Account), wanted).where(Account.id > after_id)
    return db.scalars(statement.order_by(Account.id).limit(limit)).all()


def ids_of(db: Session, wanted: AccountFilter) -> Sequence[int]:
    return db.scalars(_filtered(db, select(Account.id), wanted).order_by(Account.id)).all()


def of_ids_in_order(
    db: Session, ids: Collection[int], *, for_update: bool = False
) -> Sequence[Account]:
    """As they are now, without test accounts. Always in the same order, so that no two callers block each other."""
    statement = (
        select(Account)
        .where(Account.id.in_(ids), Account.is_test.is_(False))
        .order_by(Account.id)
        .execution_options(populate_existing=True)
    )
    return db.scalars(statement.with_for_update() if for_update else statement).all()


def count(db: Session, wanted: AccountFilter) -> int:
    statement: Select[Any] = select(func.count()).select_from(Account)
    return db.scalar(_filtered(db, statement, wanted)) or 0


def add(db: Session, account: Account) -> bool:
    """False when the account number or the login is taken."""
    try:
        with db.begin_nested():
            db.add(account)
            db.flush()
    except IntegrityError:
        return False
    return True


def set_labels(db: Session, labels: Mapping[int, Collection[str]]) -> None:
    """What these accounts are found by from now on."""
    options = {"synchronize_session": False}
    gone = delete(AccountLabel).where(AccountLabel.account_id.in_(labels))
    db.execute(gone, execution_options=options)
    rows = [{"account_id": key, "label": label} for key, given in labels.items() for label in given]
    if rows:
        db.execute(insert(AccountLabel), rows)


def credentials_of(db: Session, account_id: int) -> AccountCredentials | None:
    return db.get(AccountCredentials, account_id)


def add_credentials(db: Session, credentials: AccountCredentials) -> None:
    db.add(credentials)


def _holds(db: Session, text: str) -> ColumnElement[bool]:
    columns: tuple[Any, ...] = (Account.account_no, Account.login_key, Account.email)
    if db.get_bind().dialect.name == "sqlite":
        # Its LIKE does not tell the case of ASCII letters, and folding 50,000 rows first doubles the time.
        return or_(*(column.contains(text, autoescape=True) for column in columns))
    return or_(*(column.icontains(text, autoescape=True) for column in columns))


def _ordering(db: Session, key: Any, *, down: bool) -> tuple[Any, ...]:
    """What was never validated stands before the rest, on every engine."""
    first, then = (key.desc(), Account.id.desc()) if down else (key.asc(), Account.id.asc())
    if db.get_bind().dialect.name == "postgresql":
        first = first.nulls_last() if down else first.nulls_first()
    return first, then


def _beyond(key: Any, after: Position, *, down: bool) -> ColumnElement[bool]:
    next_id = Account.id < after.id if down else Account.id > after.id
    if after.value is None:
        among_the_empty = and_(key.is_(None), next_id)
        return among_the_empty if down else or_(among_the_empty, key.is_not(None))
    further = key < after.value if down else key > after.value
    beyond = or_(further, and_(key == after.value, next_id))
    return or_(beyond, key.is_(None)) if down else beyond


def _filtered(db: Session, statement: Select[Any], wanted: AccountFilter) -> Select[Any]:
    conditions: list[ColumnElement[bool]] = [Account.is_test.is_(False)]
    if wanted.lifecycles:
        conditions.append(Account.lifecycle.in_(wanted.lifecycles))
    else:
        conditions.append(Account.lifecycle != Lifecycle.retired)
    if wanted.search:
        text = wanted.search.strip().removeprefix("@")
        conditions.append(_holds(db, text))
    if wanted.statuses:
        conditions.append(Account.validation_status.in_(wanted.statuses))
    if wanted.healths:
        conditions.append(Account.health.in_(wanted.healths))
    if wanted.kind is not None:
        conditions.append(Account.kind == wanted.kind)
    if wanted.persona is not None:
        personas = select(Persona.id).where(Persona.name_key == wanted.persona.strip().casefold())
        conditions.append(Account.persona_id.in_(personas))
    if wanted.is_paused is not None:
        is_paused = Account.paused_at.is_not(None)
        conditions.append(is_paused if wanted.is_paused else ~is_paused)
    for label in wanted.labels:
        labelled = select(AccountLabel.account_id).where(AccountLabel.label == label)
        conditions.append(Account.id.in_(labelled))
    if wanted.only_ids is not None:
        conditions.append(Account.id.in_(wanted.only_ids))
    return statement.where(*conditions)
