from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Unpack

from sqlalchemy.orm import Session

from retinue.capabilities.audit import repository, rules
from retinue.capabilities.audit.models import AuditEntry
from retinue.capabilities.audit.schemas import Act, AuditFilter, Circumstances, Whence

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
    act = Act(
        action,
        subject,
        reason=more.get("reason"),
        before=more.get("before"),
        after=more.get("after"),
    )
    return record_all(
        db,
        [act],
        actor=actor,
        now=now,
        request_id=more.get("request_id"),
        address=more.get("address"),
    )[0]


def record_all(
    db: Session,
    acts: Sequence[Act],
    *,
    actor: str,
    now: datetime,
    **whence: Unpack[Whence],
) -> list[AuditEntry]:
    """As `record` for each, in the order given, with one turn at the end of the chain."""
    if not acts:
        return []
    head = repository.lock_head(db, genesis=rules.GENESIS)
    common = {
        "at": now,
        "actor": rules.text(actor, longest=190),
        "request_id": rules.text_or_none(whence.get("request_id"), longest=64),
        "address": rules.text_or_none(whence.get("address"), longest=64),
    }
    entries = []
    for act in acts:
        fields = {**common, "id": head.last_id + 1, **_fields(act)}
        digest = rules.chained_hash(fields, previous=head.hash)
        entries.append(AuditEntry(**fields, previous_hash=head.hash, hash=digest))
        head.last_id, head.hash = fields["id"], digest
    db.add_all(entries)
    db.flush()
    return entries


def _fields(act: Act) -> dict[str, Any]:
    kind, subject_id = act.subject
    return {
        "action": rules.text(act.action, longest=100),
        "subject_kind": rules.text(kind, longest=40),
        "subject_id": rules.text(subject_id, longest=190),
        "reason": rules.text_or_none(act.reason, longest=10_000),
        "before": None if act.before is None else rules.plain(act.before),
        "after": None if act.after is None else rules.plain(act.after),
    }


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
