"""All accounts of a filter, in pieces: the memory it takes does not grow with the pool."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from retinue.capabilities.accounts import repository
from retinue.capabilities.accounts.schemas import AccountFilter, AccountRead
from retinue.capabilities.accounts.service.finding import read_many
from retinue.foundation.runtime import Runtime

_AT_ONCE = 500

EXPORTED = tuple(name for name in AccountRead.model_fields if name != "health_evidence")
"""The columns of the CSV file. Credentials are in no schema that is shown, so they cannot be among them."""


def exported(runtime: Runtime, wanted: AccountFilter) -> Iterator[AccountRead]:
    """
    By id. Each piece is read by itself, so that a slow reader holds no view of the
    database open; what changes meanwhile shows as it is when its turn comes.
    """
    last = 0
    while True:
        with runtime.database.reading() as db:
            found = repository.listed_after(db, wanted, after_id=last, limit=_AT_ONCE)
            rows = read_many(db, found) if found else []
        yield from rows
        if len(rows) < _AT_ONCE:
            return
        last = rows[-1].id


def cells(account: AccountRead) -> list[Any]:
    """One row of the CSV file, in the order of `EXPORTED` and the way an import reads it."""
    values = {name: getattr(account, name) for name in EXPORTED}
    values["persona"] = account.persona.name if account.persona else None
    values["labels"] = "|".join(account.labels)
    return list(values.values())
