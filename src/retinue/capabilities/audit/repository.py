from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, ScalarResult, Select, select
from sqlalchemy.orm import Session

from retinue.capabilities.audit.models import AuditEntry, AuditHead
from retinue.capabilities.audit.schemas import AuditFilter
from retinue.foundation.database import Spelled

_HEAD = 1


def lock_head(db: Session, *, genesis: str) -> AuditHead:
    """The end of the chain, held until the commit; made where there is none yet."""
    head = _locked_head(db).one_or_none()
    if head is not None:
        return head
    _insert_head(db, genesis)
    return _locked_head(db).one()


def _insert_head(db: Session, genesis: str) -> None:
    """Several first writers meet here; all but one find the row made."""
    row = {"id": _HEAD, "last_id": 0, "hash": genesis}
    db.execute(_MAKE_HEAD.on(db.connection()).values(row))


_MAKE_HEAD = Spelled(
    lambda dialect: dialect.insert(AuditHead).on_conflict_do_nothing(),
    # An insert that merely fails would share the row's lock, and those who share it cannot all go on to own it.
    mysql=lambda dialect: dialect.insert(AuditHead).on_duplicate_key_update(id=_HEAD),
)


def _locked_head(db: Session) -> ScalarResult[AuditHead]:
    # SQLite ignores FOR UPDATE and has only one writer anyway.
    return db.execute(
        select(AuditHead).where(AuditHead.id == _HEAD).with_for_update(),
        execution_options={"populate_existing": True},
    ).scalars()


def read_head(db: Session) -> AuditHead | None:
    return db.get(AuditHead, _HEAD, populate_existing=True)


def entries_after(db: Session, entry_id: int, *, limit: int) -> Sequence[Row[Any]]:
    """In the order of the chain, as rows: a check must not meet what the caller has loaded or changed."""
    columns = AuditEntry.__table__.c
    query = select(*columns).where(columns.id > entry_id).order_by(columns.id).limit(limit)
    return db.execute(query).all()


def newest(
    db: Session, wanted: AuditFilter, *, before_id: int | None, limit: int
) -> list[AuditEntry]:
    query = _filtered(wanted).order_by(AuditEntry.id.desc()).limit(limit)
    if before_id is not None:
        query = query.where(AuditEntry.id < before_id)
    return list(db.execute(query).scalars())


def oldest(db: Session, wanted: AuditFilter, *, after_id: int, limit: int) -> list[AuditEntry]:
    query = _filtered(wanted).where(AuditEntry.id > after_id).order_by(AuditEntry.id)
    return list(db.execute(query.limit(limit)).scalars())


def _filtered(wanted: AuditFilter) -> Select[AuditEntry]:
    query = select(AuditEntry)
    for name in ("actor", "action", "subject_kind", "subject_id"):
        value = getattr(wanted, name)
        if value is not None:
            query = query.where(getattr(AuditEntry, name) == value)
    if wanted.since is not None:
        query = query.where(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(AuditEntry.at < wanted.until)
    return query
