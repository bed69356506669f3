"""What an import asks and writes: a thousand rows at a time, without the ORM's bookkeeping."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from retinue.capabilities.accounts.models import (
    SECRET_FIELDS,
    Account,
    AccountCredentials,
    AccountImport,
    AccountImportPart,
    AccountImportRow,
    AccountLabel,
)
from retinue.capabilities.accounts.schemas import StoredAccount
from retinue.foundation.database import Record, table_of
from retinue.foundation.database.among import Among

_accounts = table_of(Account).c
_STORED = (
    _accounts.id,
    _accounts.uid,
    _accounts.account_no,
    _accounts.network,
    _accounts.login_key,
    _accounts.lifecycle,
    _accounts.import_digest,
    _accounts.revision,
)
_NUMBERS = Among(_accounts.account_no, "numbers")
_LOGIN_KEYS = Among(_accounts.login_key, "login_keys")
_UIDS = Among(_accounts.uid, "uids")


def stored_by_number(db: Session, numbers: Sequence[str]) -> dict[str, StoredAccount]:
    rows = _found(db, _STORED, _NUMBERS, numbers)
    return {row.account_no: StoredAccount(*row) for row in rows}


def locked_revisions(db: Session, ids: Collection[int]) -> dict[int, int]:
    """The revisions of these accounts, held until the transaction ends."""
    rows = db.execute(
        select(Account.id, Account.revision).where(Account.id.in_(ids)).with_for_update()
    )
    return {row.id: row.revision for row in rows}


def stored_by_login(db: Session, network: str, keys: Sequence[str]) -> dict[str, str]:
    """The account numbers behind these case-folded logins of a network, by which alone no index finds them."""
    connection = db.connection()
    statement = select(_accounts.login_key, _accounts.account_no).where(
        _accounts.network == bindparam("network"), _LOGIN_KEYS.on(connection)
    )
    given = {"network": network, **_LOGIN_KEYS.given(connection, keys)}
    return {row.login_key: row.account_no for row in connection.execute(statement, given)}


def ids_by_uid(db: Session, uids: Sequence[str]) -> dict[str, int]:
    rows = _found(db, (_accounts.uid, _accounts.id), _UIDS, uids)
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
    """Every row has the same columns."""
    _insert_many(db, Account, rows)


def insert_credentials(db: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Every row has the same columns."""
    _insert_many(db, AccountCredentials, rows)


def insert_labels(db: Session, labels: Mapping[int, Collection[str]]) -> None:
    """Of accounts that have none yet."""
    rows = [{"account_id": key, "label": label} for key, given in labels.items() for label in given]
    if rows:
        _insert_many(db, AccountLabel, rows)


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
        _insert_many(db, AccountImportRow, rows)


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


def _found(
    db: Session, columns: tuple[Any, ...], among: Among, values: Sequence[str]
) -> Iterable[Any]:
    connection = db.connection()
    statement = select(*columns).where(among.on(connection))
    return connection.execute(statement, among.given(connection, values))


def _insert_many(db: Session, record: type[Record], rows: Sequence[Mapping[str, Any]]) -> None:
    """
    SQLAlchemy prepares every value of every row anew, which takes longer than the insert.
    Here a value that repeats (a time, a state, a list of labels) is prepared once.
    """
    connection = db.connection()
    table = table_of(record)
    compiled = insert(table).compile(dialect=connection.dialect, column_keys=list(rows[0]))
    makers = {
        column.key: column.type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
        for column in table.columns
    }
    names = list(compiled.positiontup or rows[0])
    columns = [_prepared([row[name] for row in rows], makers[name]) for name in names]
    values: list[Any] = list(zip(*columns, strict=True))
    if not compiled.positiontup:
        values = [dict(zip(names, row, strict=True)) for row in values]
    connection.exec_driver_sql(str(compiled), values)


def _prepared(values: list[Any], maker: Callable[[Any], Any] | None) -> list[Any]:
    if maker is None or isinstance(values[0], bytes):
        return values
    if values.count(values[0]) == len(values):
        return [maker(values[0])] * len(values)
    made: dict[Any, Any] = {}
    for value in values:
        if value not in made:
            made[value] = maker(value)
    return [made[value] for value in values]
