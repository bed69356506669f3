"""Secrets in the clear, for a person: one account's, or rows that an import takes. Who asks writes it down first."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import repository
from retinue.capabilities.accounts.models import (
    SEALED_COLUMNS,
    SECRET_FIELDS,
    Account,
    AccountCredentials,
)
from retinue.capabilities.accounts.rules import csv_rows
from retinue.capabilities.accounts.schemas import AccountFilter, AccountRead
from retinue.capabilities.accounts.service.credentials import unsealed
from retinue.capabilities.accounts.service.finding import read_many
from retinue.capabilities.proxies import service as proxies
from retinue.foundation.runtime import Runtime
from retinue.foundation.sealing import Sealer
from retinue.kit.csv_table import neutralise

_AT_ONCE = 200

SECRET_COLUMNS = (*csv_rows.REQUIRED, *csv_rows.OPTIONAL)
"""The columns of a file with secrets: those that an import knows."""


def reveal(db: Session, sealer: Sealer, account: Account) -> dict[str, Any]:
    """
    By the names of the sealed columns: what is stored, what was before it, what is pending. Codes as a list.

    Raises:
        SealBroken: a value was not sealed for this account and column.
    """
    row = repository.credentials_of(db, account.id)
    return {} if row is None else _opened(sealer, account.uid, row)


def secret_rows(runtime: Runtime, wanted: AccountFilter) -> Iterator[list[str]]:
    """
    Rows of `SECRET_COLUMNS`, by id. Each piece is read by itself; secrets stand in them as they are, for
    nobody's eyes but an import's.

    Raises:
        SealBroken: a value was not sealed for its account and column.
    """
    last = 0
    while True:
        with runtime.database.reading() as db:
            found = repository.listed_after(db, wanted, after_id=last, limit=_AT_ONCE)
            shown = read_many(db, found) if found else []
            cells = [
                _cells(db, runtime.sealer, account, read)
                for account, read in zip(found, shown, strict=True)
            ]
        yield from cells
        if len(found) < _AT_ONCE:
            return
        last = found[-1].id


def _opened(sealer: Sealer, uid: str, row: AccountCredentials) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for column, name in SEALED_COLUMNS.items():
        blob = getattr(row, column)
        if blob is not None:
            # A person asked for it; the redaction need not learn a whole pool of secrets.
            text = unsealed(sealer, uid, name, blob, is_used=False)
            found[column] = json.loads(text) if name == "backup_codes" else text
    return found


def _cells(db: Session, sealer: Sealer, account: Account, read: AccountRead) -> list[str]:
    row = repository.credentials_of(db, account.id)
    opened = {} if row is None else _opened(sealer, account.uid, row)
    secrets = {name: opened.get(name) for name in SECRET_FIELDS}
    codes = secrets.pop("backup_codes")
    values: Mapping[str, Any] = {
        **secrets,
        "account_no": account.account_no,
        "login": account.login,
        "email": account.email,
        "network": account.network,
        "kind": account.kind.value,
        "persona": read.persona.name if read.persona else None,
        "labels": "|".join(account.labels),
        "timezone": account.timezone,
        "user_agent": account.user_agent,
        "two_fa": secrets["totp_secret"],
        "backup_codes": json.dumps(codes) if codes else None,
        **_proxy(db, sealer, account.proxy_id),
    }
    return [
        neutralise(values[name] or "") if name in csv_rows.RESTORED else values[name] or ""
        for name in SECRET_COLUMNS
    ]


def _proxy(db: Session, sealer: Sealer, proxy_id: int | None) -> dict[str, str | None]:
    if proxy_id is None:
        return dict.fromkeys(csv_rows.PROXY)
    proxy, opened = proxies.get(db, proxy_id), proxies.open(db, sealer, proxy_id)
    if opened.username is None or opened.password is None:
        # A file says all four or none; an import leaves what is bound where it says none.
        return dict.fromkeys(csv_rows.PROXY)
    cells = (opened.url, str(proxy.port), opened.username, opened.password)
    return dict(zip(csv_rows.PROXY, cells, strict=True))
