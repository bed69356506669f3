"""The base of every table, and the column types that mean the same on all three engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import BigInteger, Connection, Enum, Integer, MetaData, String, Table, event
from sqlalchemy.dialects import mysql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import DateTime, TypeDecorator, TypeEngine

from retinue.foundation.database.partial import tell_postgresql

_FAMILY = ("mysql", "mariadb")


class UtcDateTime(TypeDecorator[datetime]):
    """
    A moment with microseconds. Takes aware values only, gives UTC.

    MySQL and MariaDB round to seconds unless told, and neither they nor SQLite
    keep a zone, so the zone is dropped on the way in and set on the way out.
    """

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return _MomentAsText()  # type: ignore[no-untyped-call]  # SQLAlchemy has left it so.
        if dialect.name in _FAMILY:
            return dialect.type_descriptor(mysql.DATETIME(fsp=6))
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            message = "a moment needs a zone; naive datetimes are refused"
            raise ValueError(message)
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name in _FAMILY else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is UTC:
            return value
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class _MomentAsText(sqlite.DATETIME):
    """
    UTC as SQLite keeps it: without a zone, to the microsecond.

    The zone is cut off and put on as text. `datetime.replace` would take five times as long,
    and a row of the ledger has several moments.
    """

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], str | None]:
        del dialect
        return _as_text

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[str | None], datetime | None]:
        del dialect, coltype
        return _as_moment


def _as_text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(" ", "microseconds")[:26]


def _as_moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text + "Z")


big_id = BigInteger().with_variant(Integer, "sqlite")
"""A number that grows by itself; SQLite numbers only its own INTEGER."""

id_text = String(36)
"""A UUIDv7 as text."""


# The text of the member, checked by us: a native enum would need a migration for each new member.
_enum_as_text = Enum(StrEnum, native_enum=False, length=20)


class Record(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime(), StrEnum: _enum_as_text}  # noqa: RUF012 - SQLAlchemy reads it as a class attribute


def table_of(record: type[Record]) -> Table:
    """Its table as Core knows it."""
    return cast("Table", record.__table__)


TABLE_OPTIONS = {
    f"{name}_{option}": value
    for name in _FAMILY
    for option, value in {
        "engine": "InnoDB",
        "charset": "utf8mb4",
        "collate": "utf8mb4_bin",
    }.items()
}
"""MariaDB's default charset loses emoji, and its default collation takes `É` for `e`."""


@event.listens_for(Record.metadata, "before_create")
def _complete(target: MetaData, connection: Connection, **_: Any) -> None:
    if connection.dialect.name == "postgresql":
        tell_postgresql(target)
    for table in target.tables.values():
        _apply_options(table)


def _apply_options(table: Table) -> None:
    for key, value in TABLE_OPTIONS.items():
        table.kwargs.setdefault(key, value)
