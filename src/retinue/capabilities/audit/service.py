from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Unpack

from sqlalchemy import Row
from sqlalchemy.orm import Session

from retinue.capabilities.audit import repository, rules
from retinue.capabilities.audit.models import AuditEntry, AuditHead
from retinue.capabilities.audit.schemas import (
    Act,
    AuditEntryRead,
    AuditFilter,
    Circumstances,
    Examination,
    Whence,
)
from retinue.foundation.runtime import Runtime

_AT_ONCE = 1000


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
    return examine(db).first_broken_id


def examine(db: Session) -> Examination:
    """Walk the whole chain and compare its end with the head. What is added meanwhile is walked too."""
    walked = _Walked()
    while entries := repository.entries_after(db, walked.last_id, limit=_AT_ONCE):
        for entry in entries:
            if not walked.takes(entry):
                return Examination(walked.last_id, first_broken_id=walked.last_id + 1)
        head = repository.read_head(db)
        if head is not None and len(entries) < _AT_ONCE and head.last_id <= walked.last_id:
            break
    return Examination(walked.last_id, first_broken_id=walked.fault_of(repository.read_head(db)))


class _Walked:
    """How far the chain is known to be whole."""

    def __init__(self) -> None:
        self.last_id = 0
        self._hash = rules.GENESIS

    def takes(self, entry: Row[Any]) -> bool:
        fields = {name: getattr(entry, name) for name in rules.HASHED}
        follows = entry.id == self.last_id + 1 and entry.previous_hash == self._hash
        if not follows or entry.hash != rules.chained_hash(fields, previous=self._hash):
            return False
        self.last_id, self._hash = entry.id, entry.hash
        return True

    def fault_of(self, head: AuditHead | None) -> int | None:
        """Entries that the head counts and that are not there, or the other way round."""
        if head is None:
            return None if self.last_id == 0 else 1
        if head.last_id > self.last_id:
            return self.last_id + 1
        return None if (head.last_id, head.hash) == (self.last_id, self._hash) else self.last_id


def exported(runtime: Runtime, wanted: AuditFilter) -> Iterator[AuditEntryRead]:
    """Entries that fit, the oldest first. Each piece is read by itself, so that no view stays open."""
    last = 0
    while True:
        with runtime.database.reading() as db:
            found = repository.oldest(db, wanted, after_id=last, limit=_AT_ONCE)
            rows = [AuditEntryRead.model_validate(one) for one in found]
        yield from rows
        if len(rows) < _AT_ONCE:
            return
        last = rows[-1].id


def newest(
    db: Session, wanted: AuditFilter, *, before_id: int | None = None, limit: int = 50
) -> list[AuditEntry]:
    """Entries that fit, the newest first."""
    return repository.newest(db, wanted, before_id=before_id, limit=limit)
