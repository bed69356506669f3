"""How long the pools will last, and what came of what was given."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.content.models import ANY, ContentKind
from retinue.capabilities.content.repository import figures as repository
from retinue.capabilities.content.rules import forecasting
from retinue.capabilities.content.schemas.figures import (
    PoolRead,
    ReportBy,
    ReportFilter,
    ReportRow,
)
from retinue.capabilities.personas import service as personas

_SAID = {"pfp": "profile"}
"""What people call a category."""


def availability(db: Session, *, now: datetime, persona_id: int | None = None) -> list[PoolRead]:
    """Every pool, by persona, kind and category: what is left of it, who waits for it, when it is empty."""
    rows = repository.pools(db, persona_id=persona_id)
    pace = repository.pace(db, since=now - forecasting.WINDOW)
    waiting = repository.waiting_accounts(db)
    served = repository.served_accounts(db)
    names = personas.names(db, {row.persona_id for row in rows})
    found = []
    for row in rows:
        kind = ContentKind(row.kind)
        key = (row.persona_id, kind.value, row.category)
        number, first_at = pace.get(key, (0, None))
        per_day = forecasting.per_day(number, first_at, now=now)
        uses_left = None if row.endless else int(row.uses_left)
        ends = forecasting.runs_out_at(uses_left, per_day, now=now)
        lacking = 0
        if row.category != ANY:
            lacking = max(0, waiting.get(row.persona_id, 0) - served.get(key, 0))
        persona = names[row.persona_id]
        word = "picture" if kind is ContentKind.image else kind.value
        shown = _SAID.get(row.category, row.category)
        noun = word if shown == word else f"{shown} {word}"
        found.append(
            PoolRead(
                persona_id=row.persona_id,
                persona=persona,
                kind=kind,
                category=row.category,
                total=row.total,
                left=int(row.left),
                resting=int(row.resting),
                uses_left=uses_left,
                accounts_waiting=lacking,
                uses_per_day=round(per_day, 2),
                runs_out_at=ends,
                is_enough=uses_left is None or uses_left >= lacking,
                summary=forecasting.summary(noun, uses_left, persona=persona, ends=ends, now=now),
            )
        )
    return sorted(found, key=lambda one: (one.persona.casefold(), one.kind.value, one.category))


def report(
    db: Session, wanted: ReportFilter, *, after: tuple[int, int] | None = None, limit: int = 1000
) -> list[ReportRow]:
    """By persona, by category or by item; only the last of these has pages."""
    rows = repository.report(db, wanted, after=after, limit=limit)
    names = personas.names(db, {row.persona_id for row in rows})
    return [_read(row, wanted.by, names[row.persona_id]) for row in rows]


def report_key(row: ReportRow) -> tuple[int, int]:
    """Where a page by item has ended."""
    return (0 if row.kind is ContentKind.image else 1), row.content_id or 0


def _read(row: Any, by: ReportBy, persona: str) -> ReportRow:
    used, successes = int(row.used), int(row.successes)
    given, given_back = int(row.given), int(row.given_back)
    return ReportRow(
        persona_id=row.persona_id,
        persona=persona,
        kind=row.kind,
        category=row.category,
        content_id=(row.item_id or row.text_id) if by is ReportBy.item else None,
        given=given,
        used=used,
        given_back=given_back,
        promised=given - used - given_back,
        accounts=row.accounts,
        successes=successes,
        success_rate=round(successes / used, 4) if used else None,
        success_score=None if row.success_score is None else round(float(row.success_score), 2),
        assignment_score=round(float(row.assignment_score), 2),
        last_given_at=row.last_given_at,
    )
