from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from retinue.capabilities.evidence.models import EvidenceItem
from retinue.capabilities.evidence.schemas import EvidenceFilter
from retinue.foundation.database.rows import changed


def find(db: Session, evidence_id: str) -> EvidenceItem | None:
    return db.get(EvidenceItem, evidence_id)


def page(
    db: Session, wanted: EvidenceFilter, *, before_id: str | None, limit: int
) -> Sequence[EvidenceItem]:
    """The newest first: ids grow with time."""
    query = _filtered(select(EvidenceItem), wanted)
    if before_id is not None:
        query = query.where(EvidenceItem.id < before_id)
    return db.scalars(query.order_by(EvidenceItem.id.desc()).limit(limit)).all()


def _filtered(query: Select[Any], wanted: EvidenceFilter) -> Select[Any]:
    subject_kind, subject_id = wanted.subject
    if wanted.ids:
        query = query.where(EvidenceItem.id.in_(wanted.ids))
    if wanted.account_id is not None:
        query = query.where(EvidenceItem.account_id == wanted.account_id)
    if wanted.account_ids is not None:
        query = query.where(EvidenceItem.account_id.in_(sorted(wanted.account_ids)))
    if subject_kind is not None:
        query = query.where(EvidenceItem.subject_kind == subject_kind)
    if subject_id is not None:
        query = query.where(EvidenceItem.subject_id == subject_id)
    if wanted.kind is not None:
        query = query.where(EvidenceItem.kind == wanted.kind)
    return query


def remove_expired(db: Session, *, now: datetime, limit: int) -> int:
    """How many rows were removed, at most `limit`."""
    some = select(EvidenceItem.id).where(EvidenceItem.expires_at <= now).limit(limit)
    ids = db.scalars(some).all()
    if not ids:
        return 0
    return changed(db, delete(EvidenceItem).where(EvidenceItem.id.in_(ids)))


def known(db: Session, ids: Collection[str]) -> set[str]:
    """Those of the ids that have a row."""
    return set(db.scalars(select(EvidenceItem.id).where(EvidenceItem.id.in_(ids))))
