"""Every table that holds sealed values, and what each value is bound to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, Table

from retinue.capabilities.access.models import Installation, Operator
from retinue.capabilities.accounts.models import (
    SEALED_COLUMNS,
    AccountCredentials,
    AccountImportPart,
)
from retinue.capabilities.alerts.models import AlertChannel
from retinue.capabilities.monitors.models import SourceKey
from retinue.capabilities.proxies.models import Proxy
from retinue.foundation.database import Record, table_of
from retinue.foundation.idempotency.models import IdempotencyKey
from retinue.workflows.connecting.models import AccountGrant, NetworkConnection

Facts = Mapping[str, Any]
"""A row: what its key and the sealed columns are called, and what they hold."""


@dataclass(frozen=True, slots=True)
class Place:
    """A table; `row` and `column` say what a value of it is sealed for."""

    table: Table
    row: Callable[[Facts], str]
    column: Callable[[Facts, str], str]
    binds_account: bool = False
    """The row stands for an account, and its values are bound to that one's `uid`."""
    also: tuple[str, ...] = ()
    """More columns that `row` and `column` look at."""
    most: int = 1000
    """Rows in one transaction, where they are large."""

    @property
    def name(self) -> str:
        return self.table.name

    @property
    def key(self) -> list[ColumnElement[Any]]:
        return list(self.table.primary_key.columns)

    @property
    def sealed(self) -> list[ColumnElement[Any]]:
        return [one for one in self.table.columns if isinstance(one.type, LargeBinary)]


def _of(
    model: type[Record],
    row: Callable[[Facts], str],
    column: str | Callable[[Facts, str], str],
    **more: Any,
) -> Place:
    named = (lambda _facts, _name: column) if isinstance(column, str) else column
    return Place(table_of(model), row, named, **more)


def _name(value: Any) -> str:
    return str(value.value if isinstance(value, Enum) else value)


PLACES = (
    _of(Installation, lambda row: str(row["id"]), "key_check"),
    _of(Operator, lambda row: str(row["id"]), "totp_sealed"),
    _of(
        AccountCredentials,
        lambda row: row["uid"],
        lambda _, column: SEALED_COLUMNS[column],
        binds_account=True,
    ),
    _of(AccountImportPart, lambda row: row["import_id"], lambda row, _: str(row["part"]), most=4),
    _of(Proxy, lambda row: row["uid"], "password", also=("uid",)),
    _of(AlertChannel, lambda row: row["uid"], "url", also=("uid",)),
    _of(SourceKey, lambda row: _name(row["source"]), "sealed"),
    _of(NetworkConnection, lambda row: row["network"], "client_secret"),
    _of(AccountGrant, lambda row: row["uid"], lambda _, column: column, binds_account=True),
    _of(IdempotencyKey, lambda row: f"{row['owner']}\n{row['key']}", "answer", most=20),
)
