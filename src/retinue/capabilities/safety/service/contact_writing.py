"""A do-not-contact list is put in force, a chunk at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.audit import service as audit
from retinue.capabilities.safety import repository
from retinue.capabilities.safety.schemas import (
    ContactCounts,
    ContactEntry,
    ContactList,
    ParsedList,
)
from retinue.foundation.database import Database

CHUNK = 1000


def preview(db: Session, parsed: ParsedList, kept_in: ContactList) -> ContactCounts:
    """What an import would change."""
    counts = ContactCounts()
    for chunk in _chunks(parsed.entries):
        counts += _differences(db, chunk, kept_in)[0]
    return counts


def import_list(
    database: Database,
    parsed: ParsedList,
    kept_in: ContactList,
    *,
    actor: str,
    now: datetime,
    request_id: str | None = None,
) -> ContactCounts:
    """
    Put a whole list in force: chunks of 1,000, each a transaction with its line in the audit log.

    Interrupted, the same list again does the rest.
    """
    counts = ContactCounts()
    for chunk in _chunks(parsed.entries):
        with database.writing() as db:
            done = write(db, chunk, kept_in, actor=actor, now=now)
            if done.added or done.updated:
                audit.record(
                    db,
                    actor=actor,
                    action="safety.do_not_contact_imported",
                    subject=("do_not_contact", kept_in.scope_key),
                    now=now,
                    reason=kept_in.reason,
                    after={
                        "network": kept_in.network,
                        "added": done.added,
                        "updated": done.updated,
                    },
                    request_id=request_id,
                )
        counts += done
    return counts


def write(
    db: Session, chunk: Sequence[ContactEntry], kept_in: ContactList, *, actor: str, now: datetime
) -> ContactCounts:
    """Add what is new and replace what is other than before. One transaction's worth: at most `CHUNK`."""
    counts, changed = _differences(db, chunk, kept_in)
    if changed:
        rows = [
            {
                "network": kept_in.network,
                "handle": entry.handle,
                "handle_hash": entry.handle_hash,
                "scope_key": kept_in.scope_key,
                "reason": entry.reason or kept_in.reason,
                "expires_at": entry.expires_at,
                "created_by": actor,
                "created_at": now,
            }
            for entry in changed
        ]
        repository.write_contact_entries(db, rows)
        accounts.obeyed_at_once(db)
    return counts


def _differences(
    db: Session, chunk: Sequence[ContactEntry], kept_in: ContactList
) -> tuple[ContactCounts, list[ContactEntry]]:
    """What is new or other than what is kept. A handle that is known once stays known."""
    known = repository.contact_entries_of(
        db,
        network=kept_in.network,
        scope_key=kept_in.scope_key,
        hashes=[entry.handle_hash for entry in chunk],
    )
    changed, added = [], 0
    for entry in chunk:
        row = known.get(entry.handle_hash)
        if row is None:
            added += 1
            changed.append(entry)
            continue
        wanted = replace(entry, handle=entry.handle or row.handle)
        there = (row.handle, row.reason, row.expires_at)
        if (wanted.handle, wanted.reason or kept_in.reason, wanted.expires_at) != there:
            changed.append(wanted)
    updated = len(changed) - added
    return ContactCounts(added, updated, len(chunk) - len(changed)), changed


def _chunks(entries: Sequence[ContactEntry]) -> list[Sequence[ContactEntry]]:
    return [entries[start : start + CHUNK] for start in range(0, len(entries), CHUNK)]
