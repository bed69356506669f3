"""What was chosen for a phase, as it is shown."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from retinue.capabilities.content.models import ContentItem, ContentText
from retinue.capabilities.warmup.models import ContentAssignment, WarmupPhase
from retinue.foundation.database import table_of

_assignments, _phases = table_of(ContentAssignment), table_of(WarmupPhase)
_items, _texts = table_of(ContentItem), table_of(ContentText)

_CHOSEN = (
    select(
        _assignments.c.id,
        _assignments.c.account_id,
        _assignments.c.category,
        _assignments.c.content_type,
        _assignments.c.content_id,
        _assignments.c.text_id,
        _assignments.c.assignment_score,
        _assignments.c.assignment_reason,
        _assignments.c.score_parts,
        _assignments.c.assigned_at,
        _assignments.c.used_at,
        _assignments.c.released_at,
        _phases.c.phase,
        _items.c.title,
        _items.c.tags,
        _items.c.media_type,
        _items.c.width,
        _items.c.height,
        _items.c.bytes,
        _items.c.sha256,
        _texts.c.kind.label("text_kind"),
        _texts.c.text,
    )
    .select_from(
        _assignments.join(_phases, _phases.c.id == _assignments.c.warmup_phase_id)
        .outerjoin(_items, _items.c.id == _assignments.c.content_id)
        .outerjoin(_texts, _texts.c.id == _assignments.c.text_id)
    )
    .where(_assignments.c.id == bindparam("assignment"))
)


def chosen(db: Session, assignment_id: int) -> Any:
    """The row, with what it names; none where there is no such choice."""
    return db.connection().execute(_CHOSEN, {"assignment": assignment_id}).one_or_none()
