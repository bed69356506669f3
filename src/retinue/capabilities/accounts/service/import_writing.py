"""Writing judged rows, a thousand at a time: first sealed, then written in one short transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from retinue.capabilities.accounts import repository
from retinue.capabilities.accounts.errors import ImportRaced
from retinue.capabilities.accounts.models import (
    SECRET_FIELDS,
    AccountKind,
    Health,
    Lifecycle,
    RowOutcome,
    ValidationStatus,
)
from retinue.capabilities.accounts.rules import csv_rows
from retinue.capabilities.accounts.schemas import ImportRow, StoredAccount
from retinue.capabilities.accounts.service.credentials import changed_columns, sealed_row
from retinue.capabilities.accounts.service.import_checking import Judged
from retinue.capabilities.proxies.schemas import Address
from retinue.foundation.randomness import new_id
from retinue.foundation.sealing import Sealer

_IMPORTED_SECRETS = SECRET_FIELDS


@dataclass(frozen=True, slots=True)
class Bindings:
    """The ids behind the names of personas and the addresses of proxies in a file."""

    personas: Mapping[str, int] = field(default_factory=dict)
    """By case-folded name."""
    proxies: Mapping[Address, int] = field(default_factory=dict)


@dataclass(slots=True)
class Prepared:
    """One chunk, sealed and ready to write."""

    judged: Judged
    accounts: list[dict[str, Any]] = field(default_factory=list)
    credentials: list[dict[str, Any]] = field(default_factory=list, repr=False)
    """With `uid` in place of the account's id, which is not given yet."""
    changes: list[tuple[int, dict[str, Any], dict[str, bytes | None]]] = field(
        default_factory=list, repr=False
    )
    revived: list[str] = field(default_factory=list)


def prepare(
    db: Session, sealer: Sealer, judged: Judged, bindings: Bindings, *, actor: str, now: datetime
) -> Prepared:
    """Seal everything that a write will need. The slow part: no write transaction is open."""
    prepared = Prepared(judged)
    updates: list[tuple[ImportRow, StoredAccount]] = []
    for row, verdict in zip(judged.rows, judged.verdicts, strict=True):
        if verdict.outcome is RowOutcome.create:
            _prepare_new(prepared, sealer, row, bindings, actor=actor, now=now)
        elif verdict.outcome is RowOutcome.update:
            updates.append((row, judged.stored[row.account_no]))
    blobs = repository.sealed_by_account(db, [account.id for _, account in updates])
    for row, account in updates:
        secrets = changed_columns(sealer, account.uid, row.secrets, blobs.get(account.id, {}))
        values = _changed_values(row, account, bindings, actor=actor, now=now)
        prepared.changes.append((account.id, values, secrets))
        if account.lifecycle is Lifecycle.retired:
            prepared.revived.append(account.account_no)
    return prepared


def write(db: Session, prepared: Prepared, *, now: datetime) -> None:
    """
    Write a prepared chunk in the transaction of `db`, all of it.

    Raises:
        ImportRaced: what it was prepared against has changed. Judge and prepare again.
    """
    # New accounts need no second look: their unique columns refuse what is taken meanwhile.
    ids = [account_id for account_id, _, _ in prepared.changes]
    revisions = {account.id: account.revision for account in prepared.judged.stored.values()}
    current = repository.locked_revisions(db, ids) if ids else {}
    if any(current.get(account_id) != revisions[account_id] for account_id in ids):
        raise ImportRaced("The accounts changed while they were being imported.")
    try:
        _write_new(db, prepared)
        for account_id, values, secrets in prepared.changes:
            repository.update_account(db, account_id, values)
            if "labels" in values:
                repository.set_labels(db, {account_id: values["labels"]})
            if secrets:
                repository.update_credentials(db, account_id, {**secrets, "updated_at": now})
    except IntegrityError as error:
        raise ImportRaced("The accounts changed while they were being imported.") from error


def _prepare_new(
    prepared: Prepared,
    sealer: Sealer,
    row: ImportRow,
    bindings: Bindings,
    *,
    actor: str,
    now: datetime,
) -> None:
    uid = new_id()
    prepared.accounts.append(
        {
            "uid": uid,
            "account_no": row.account_no,
            "network": csv_rows.default_network(row.network),
            "login": row.login,
            "login_key": row.login_key,
            "email": row.email,
            "kind": row.kind or AccountKind.normal,
            "lifecycle": Lifecycle.imported,
            "health": Health.unknown,
            "validation_status": ValidationStatus.pending,
            "persona_id": bindings.personas[row.persona.casefold()] if row.persona else None,
            "proxy_id": bindings.proxies[row.proxy] if row.proxy else None,
            "timezone": row.timezone or "UTC",
            "labels": row.labels or (),
            "user_agent": row.user_agent,
            "is_test": False,
            "authorised_by": actor,
            "authorised_at": now,
            "import_digest": row.digest,
            "revision": 1,
            "created_at": now,
            "updated_at": now,
        }
    )
    secrets: dict[str, Any] = dict.fromkeys(_IMPORTED_SECRETS)
    secrets |= sealed_row(sealer, uid, row.secrets)
    prepared.credentials.append({"uid": uid, "updated_at": now, **secrets})


def _changed_values(
    row: ImportRow, account: StoredAccount, bindings: Bindings, *, actor: str, now: datetime
) -> dict[str, Any]:
    """What the file says; a cell that is empty in the file leaves the stored value."""
    values: dict[str, Any] = {
        "login": row.login,
        "login_key": row.login_key,
        "email": row.email,
        "kind": row.kind,
        "persona_id": bindings.personas[row.persona.casefold()] if row.persona else None,
        "proxy_id": bindings.proxies[row.proxy] if row.proxy else None,
        "timezone": row.timezone,
        "labels": None if row.labels is None else list(row.labels),
        "user_agent": row.user_agent,
    }
    values = {name: value for name, value in values.items() if value is not None}
    values |= {
        "authorised_by": actor,
        "authorised_at": now,
        "import_digest": row.digest,
        "revision": account.revision + 1,
        "updated_at": now,
    }
    if account.lifecycle is Lifecycle.retired:
        values |= {
            "lifecycle": Lifecycle.imported,
            "health": Health.unknown,
            "health_evidence": None,
        }
    return values


def _write_new(db: Session, prepared: Prepared) -> None:
    if not prepared.accounts:
        return
    repository.insert_accounts(db, prepared.accounts)
    ids = repository.ids_by_uid(db, [row["uid"] for row in prepared.accounts])
    repository.insert_labels(db, {ids[row["uid"]]: row["labels"] for row in prepared.accounts})
    repository.insert_credentials(
        db,
        [
            {"account_id": ids[row["uid"]], **{k: v for k, v in row.items() if k != "uid"}}
            for row in prepared.credentials
        ],
    )
