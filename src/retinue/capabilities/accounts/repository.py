from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from retinue.capabilities.accounts.models import (
    SECRET_FIELDS,
    Account,
    AccountCredentials,
    AccountImport,
    AccountImportPart,
    AccountImportRow,
    Lifecycle,
)
from retinue.capabilities.accounts.schemas import (
    AccountFilter,
    Position,
    SortBy,
    SortOrder,
    StoredAccount,
)
from retinue.capabilities.personas.models import Persona

_SORT_KEYS: Mapping[SortBy, Any] = {
    SortBy.account_no: Account.account_no,
    SortBy.login: Account.login_key,
    SortBy.created_at: Account.created_at,
    SortBy.last_validation: Account.last_validated_at,
}


_STORED = (
    Account.id,
    Account.uid,
    Account.account_no,
    Account.network,
    Account.login_key,
    Account.lifecycle,
    Account.import_digest,
    Account.revision,
)


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


# The import works on a thousand rows at a time, without the ORM's bookkeeping.


def stored_by_number(db: Session, numbers: Collection[str]) -> dict[str, StoredAccount]:
    rows = db.execute(select(*_STORED).where(Account.account_no.in_(numbers)))
    return {row.account_no: StoredAccount(*row) for row in rows}


def locked_revisions(db: Session, ids: Collection[int]) -> dict[int, int]:
    """The revisions of these accounts, held until the transaction ends."""
    rows = db.execute(
        select(Account.id, Account.revision).where(Account.id.in_(ids)).with_for_update()
    )
    return {row.id: row.revision for row in rows}


def stored_by_login(db: Session, keys: Collection[str]) -> dict[tuple[str, str], str]:
    """The account numbers behind these case-folded logins, by network and login."""
    rows = db.execute(
        select(Account.network, Account.login_key, Account.account_no).where(
            Account.login_key.in_(keys)
        )
    )
    return {(network, key): number for network, key, number in rows}


def ids_by_uid(db: Session, uids: Collection[str]) -> dict[str, int]:
    rows = db.execute(select(Account.uid, Account.id).where(Account.uid.in_(uids)))
    return {row.uid: row.id for row in rows}


def sealed_by_account(db: Session, ids: Collection[int]) -> dict[int, dict[str, bytes | None]]:
    columns = [getattr(AccountCredentials, name) for name in SECRET_FIELDS]
    rows = db.execute(
        select(AccountCredentials.account_id, *columns).where(
            AccountCredentials.account_id.in_(ids)
        )
    )
    return {row[0]: dict(zip(SECRET_FIELDS, row[1:], strict=True)) for row in rows}


def insert_accounts(db: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    db.connection().execute(insert(Account), rows)


def insert_credentials(db: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    db.connection().execute(insert(AccountCredentials), rows)


def update_account(db: Session, account_id: int, values: Mapping[str, Any]) -> None:
    db.execute(
        update(Account).where(Account.id == account_id).values(**values),
        execution_options={"synchronize_session": False},
    )


def update_credentials(db: Session, account_id: int, values: Mapping[str, Any]) -> None:
    db.execute(
        update(AccountCredentials)
        .where(AccountCredentials.account_id == account_id)
        .values(**values),
        execution_options={"synchronize_session": False},
    )


def get_import(db: Session, import_id: str) -> AccountImport | None:
    return db.get(AccountImport, import_id)


def import_parts(db: Session, import_id: str) -> Sequence[tuple[int, bytes]]:
    rows = db.execute(
        select(AccountImportPart.part, AccountImportPart.sealed)
        .where(AccountImportPart.import_id == import_id)
        .order_by(AccountImportPart.part)
    )
    return [(part, sealed) for part, sealed in rows]


def drop_import_parts(db: Session, import_id: str) -> None:
    db.execute(delete(AccountImportPart).where(AccountImportPart.import_id == import_id))


def insert_import_rows(db: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        db.connection().execute(insert(AccountImportRow), rows)


def drop_import_rows(db: Session, import_id: str) -> None:
    db.execute(delete(AccountImportRow).where(AccountImportRow.import_id == import_id))


def import_rows(
    db: Session, import_id: str, *, after: int, limit: int, outcome: str | None = None
) -> Sequence[AccountImportRow]:
    statement = select(AccountImportRow).where(
        AccountImportRow.import_id == import_id, AccountImportRow.seq > after
    )
    if outcome is not None:
        statement = statement.where(AccountImportRow.outcome == outcome)
    return db.scalars(statement.order_by(AccountImportRow.seq).limit(limit)).all()


def last_import_row(db: Session, import_id: str) -> int:
    statement = select(func.max(AccountImportRow.seq)).where(
        AccountImportRow.import_id == import_id
    )
    return db.scalar(statement) or 0


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
