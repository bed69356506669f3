"""Sealing and opening. A value stays bound to the column it was written for, also as the previous one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import repository
from retinue.capabilities.accounts.models import SECRET_FIELDS, Account, AccountCredentials
from retinue.capabilities.accounts.schemas import CredentialRead, CredentialsRead, OpenCredentials
from retinue.foundation.sealing import Sealer

_TABLE = "account_credentials"
_MARK = 32
"""Characters of a refused password's digest: two of them are kept."""


def open_credentials(db: Session, sealer: Sealer, account: Account) -> OpenCredentials:
    """
    Everything that is stored, in the clear, for a driver and for nobody else.

    Raises:
        SealBroken: a value was not sealed for this account and column.
    """
    row = repository.credentials_of(db, account.id)
    if row is None:
        return OpenCredentials()
    opened = {
        name: unsealed(sealer, account.uid, name, sealed)
        for name in SECRET_FIELDS
        if (sealed := getattr(row, name)) is not None
    }
    if row.password_pending is not None:
        opened["password_pending"] = unsealed(sealer, account.uid, "password", row.password_pending)
    codes = opened.pop("backup_codes", None)
    return OpenCredentials(**opened, backup_codes=tuple(json.loads(codes)) if codes else ())


def stored_credentials(db: Session, account: Account) -> CredentialsRead:
    """Which secrets there are; nothing is opened."""
    row = repository.credentials_of(db, account.id)
    return CredentialsRead(
        updated_at=None if row is None else row.updated_at,
        items=[
            CredentialRead(
                name=name,
                is_stored=getattr(row, name, None) is not None,
                has_previous=getattr(row, f"{name}_previous", None) is not None,
            )
            for name in SECRET_FIELDS
        ],
    )


def store_credentials(
    db: Session, sealer: Sealer, account: Account, secrets: Mapping[str, str], *, now: datetime
) -> list[str]:
    """
    Seal what differs from what is stored and keep the value before it. Answers the names that changed.

    `secrets` is by the names of `SECRET_FIELDS`; what is not named stays.
    """
    row = repository.credentials_of(db, account.id)
    if row is None:
        row = AccountCredentials(account_id=account.id, updated_at=now)
        repository.add_credentials(db, row)
    stored = {name: getattr(row, name) for name in SECRET_FIELDS}
    changes = changed_columns(sealer, account.uid, secrets, stored)
    for column, value in changes.items():
        setattr(row, column, value)
    if changes:
        row.updated_at = now
    db.flush()
    return [name for name in changes if not name.endswith("_previous")]


def note_refused_password(
    db: Session, sealer: Sealer, account: Account, password: str, *, now: datetime
) -> None:
    """
    Remember that the network does not take this password, nor the one that it refused before it: of an
    account in the midst of a change there are two.
    """
    row = repository.credentials_of(db, account.id)
    if row is not None:
        mark = _mark(sealer, account, password)
        before = [one for one in _marks(row.refused_password) if one != mark]
        row.refused_password = "".join([mark, *before[:1]])
        row.refused_at = now
        db.flush()


def refused_since(
    db: Session, sealer: Sealer, account: Account, password: str | None
) -> datetime | None:
    """When the network refused exactly this password; None where it may be sent."""
    row = repository.credentials_of(db, account.id)
    if row is None or password is None or row.refused_password is None:
        return None
    is_one = _mark(sealer, account, password) in _marks(row.refused_password)
    return row.refused_at if is_one else None


def _mark(sealer: Sealer, account: Account, password: str) -> str:
    return sealer.digest(_TABLE, account.uid, password)[:_MARK]


def _marks(refused: str | None) -> list[str]:
    return [(refused or "")[at : at + _MARK] for at in range(0, len(refused or ""), _MARK)]


def changed_columns(
    sealer: Sealer, uid: str, secrets: Mapping[str, str], stored: Mapping[str, bytes | None]
) -> dict[str, bytes | None]:
    """The columns to write so that `secrets` are what is stored: new values, and the ones before them."""
    changes: dict[str, bytes | None] = {}
    for name, text in secrets.items():
        before = stored.get(name)
        # Only compared, never handed on: an import would fill the redaction with a whole pool.
        if before is not None and unsealed(sealer, uid, name, before, is_used=False) == text:
            continue
        changes[name] = sealed(sealer, uid, name, text)
        if before is not None:
            changes[f"{name}_previous"] = before
    return changes


def sealed(sealer: Sealer, uid: str, name: str, text: str) -> bytes:
    return sealer.seal(text, table=_TABLE, row=uid, column=name)


def sealed_row(sealer: Sealer, uid: str, texts: Mapping[str, str]) -> dict[str, bytes]:
    """By column."""
    return sealer.seal_row(texts, table=_TABLE, row=uid)


def unsealed(sealer: Sealer, uid: str, name: str, blob: bytes, *, is_used: bool = True) -> str:
    return sealer.open(blob, table=_TABLE, row=uid, column=name, is_secret=is_used)


def as_stored(credentials: OpenCredentials) -> dict[str, str]:
    """By column, as text; what is empty is left out."""
    texts = {
        name: value
        for name in SECRET_FIELDS
        if name != "backup_codes" and (value := getattr(credentials, name))
    }
    if credentials.backup_codes:
        texts["backup_codes"] = json.dumps(list(credentials.backup_codes))
    return texts
