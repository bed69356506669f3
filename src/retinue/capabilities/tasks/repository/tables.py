"""The tables as Core knows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Connection, CursorResult, Executable, Table, literal_column
from sqlalchemy.orm import Session

from retinue.capabilities.accounts.models import Account
from retinue.capabilities.personas.models import Persona
from retinue.capabilities.proxies.models import Proxy
from retinue.capabilities.safety.models import AccountSafety, Pause
from retinue.capabilities.tasks import models
from retinue.foundation.database.among import Among
from retinue.foundation.database.spelled import family_of
from retinue.foundation.leases.models import LeaseRow


def _table(record: Any) -> Table:
    return cast("Table", record.__table__)


Rows = Sequence[Any]
"""What a question of several columns is answered with: each column is an attribute."""

tasks = _table(models.Task)
batches = _table(models.Batch)
uses = _table(models.TaskUse)
workers = _table(models.Worker)
accounts = _table(Account)
personas = _table(Persona)
proxies = _table(Proxy)
account_safety = _table(AccountSafety)
pauses = _table(Pause)
leases = _table(LeaseRow)

# In the words of the partial indexes, because SQLite uses those for a question that repeats
# them, and for no other.
PENDING = tasks.c.status == literal_column("'pending'")
RUNNING = tasks.c.status == literal_column("'running'")

_ID_AMONG = Among(tasks.c.id, "ids")


def core(db: Session) -> Connection:
    return db.connection()


def of_ids(connection: Connection) -> Any:
    """The condition that a task is one of those which `given_ids` names."""
    return _ID_AMONG.condition(family_of(connection.dialect))


def given_ids(connection: Connection, ids: Sequence[str]) -> dict[str, Any]:
    return _ID_AMONG.given(connection, ids)


def changed(
    connection: Connection,
    statement: Executable,
    values: dict[str, Any] | Sequence[dict[str, Any]] | None = None,
) -> int:
    """How many rows the statement has changed."""
    result = connection.execute(statement, values) if values else connection.execute(statement)
    return cast("CursorResult[Any]", result).rowcount
