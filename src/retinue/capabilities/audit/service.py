from __future__ import annotations

from datetime import datetime
from typing import Any, Unpack

from sqlalchemy.orm import Session

from retinue.capabilities.audit import repository, rules
from retinue.capabilities.audit.models import AuditEntry
from retinue.capabilities.audit.schemas import AuditFilter, Circumstances

_VERIFIED_AT_ONCE = 1000


def record(
    db: Session,
    *,
    actor: str,
    action: str,
    subject: tuple[str, str],
    now: datetime,
    **more: Unpack[Circumstances],
) -> AuditEntry:
    """
    Write down an act in the transaction that performs it: both are kept, or neither.

    `subject` is (kind, id). `before` and `after` never hold a secret, only its
    fingerprint. Entries of concurrent transactions wait for each other here,
    until the commit, so record late in a transaction.
    """
    head = repository.lock_head(db, genesis=rules.GENESIS)
    kind, subject_id = subject
    before, after = more.get("before"), more.get("after")
    fields: dict[str, Any] = {
        "id": head.last_id + 1,
        "at": now,
        "actor": rules.text(actor, longest=190),
        "action": rules.text(action, longest=100),
        "subject_kind": rules.text(kind, longest=40),
        "subject_id": rules.text(subject_id, longest=190),
        "reason": rules.text_or_none(more.get("reason"), longest=10_000),
        "before": None if before is None else rules.plain(before),
        "after": None if after is None else rules.plain(after),
        "request_id": rules.text_or_none(more.get("request_id"), longest=64),
        "address": rules.text_or_none(more.get("address"), longest=64),
    }
    entry = AuditEntry(
        **fields,
        previous_hash=head.hash,
        hash=rules.chained_hash(fields, previous=head.hash),
    )
    db.add(entry)
    head.last_id = entry.id
    head.hash = entry.hash
    db.flush()
    return entry


def verify(db: Session) -> int | None:
    """The id of the first entry that was changed, taken out or slipped in; None when the chain is whole."""
    last_id: int = 0
    previous: str = rules.GENESIS
    while entries := repository.entries_after(db, last_id, limit=_VERIFIED_AT_ONCE):
        for entry in entries:
            if entry.id != last_id + 1:
                return last_id + 1
            fields = {name: getattr(entry, name) for name in rules.HASHED}
            fits = entry.previous_hash == previous
            if not fits or entry.hash != rules.chained_hash(fields, previous=previous):
                return last_id + 1
            last_id, previous = entry.id, entry.hash
    head = repository.read_head(db)
    if head is None:
        return None if last_id == 0 else 1
    if head.last_id > last_id:
        return last_id + 1
    return None if (head.last_id, head.hash) == (last_id, previous) else last_id


def newest(
    db: Session, wanted: AuditFilter, *, before_id: int | None = None, limit: int = 50
) -> list[AuditEntry]:
    """Entries that fit, the newest first."""
    return repository.newest(db, wanted, before_id=before_id, limit=limit)
