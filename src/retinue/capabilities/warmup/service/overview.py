"""What operators see of accounts, bots and choices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.accounts.errors import AccountNotFound
from retinue.capabilities.accounts.models import Lifecycle
from retinue.capabilities.warmup import rules
from retinue.capabilities.warmup.models import PhaseStatus
from retinue.capabilities.warmup.repository import bots
from retinue.capabilities.warmup.repository import overview as repository
from retinue.capabilities.warmup.repository.phases import subject_of
from retinue.capabilities.warmup.schemas import (
    AssignmentRead,
    BotRead,
    BotSessionRead,
    HoldRead,
    PhaseCount,
    PipelineCounts,
    PipelineFilter,
    PipelinePhase,
    PipelineRow,
    ReportBy,
    Step,
    Subject,
    WarmupReportRow,
)
from retinue.capabilities.warmup.service.scene import found
from retinue.capabilities.warmup.service.showing import persona_of, phase_read

COUNTED_AT_MOST = 10_000


def pipeline(
    db: Session, wanted: PipelineFilter, *, after_id: int = 0, now: datetime, limit: int = 50
) -> list[PipelineRow]:
    """Accounts that are ready, warmed up, or have been, in the order of their ids."""
    rows = repository.page(db, wanted, after_id=after_id, now=now, limit=limit)
    return _rows(db, [subject_of(row) for row in rows], now=now)


def count(db: Session, wanted: PipelineFilter, *, now: datetime) -> int | None:
    """How many fit; none above 10,000."""
    number = repository.count(db, wanted, now=now, at_most=COUNTED_AT_MOST + 1)
    return number if number <= COUNTED_AT_MOST else None


def pipeline_row(
    db: Session, account_id: int, *, now: datetime, only_ids: frozenset[int] | None = None
) -> PipelineRow:
    """
    Raises:
        AccountNotFound: there is none of this id, or it is none of `only_ids`.
    """
    if only_ids is not None and account_id not in only_ids:
        raise AccountNotFound.named(str(account_id))
    return _rows(db, [found(db, account_id)], now=now)[0]


def _rows(db: Session, subjects: Sequence[Subject], *, now: datetime) -> list[PipelineRow]:
    if not subjects:
        return []
    ids = [one.id for one in subjects]
    steps, held = repository.steps_of(db, ids), repository.leases_on(db, ids, now=now)
    all_steps = [step for some in steps.values() for step in some]
    chosen = repository.assignments(
        db, [step.assignment_id for step in all_steps if step.assignment_id is not None]
    )
    bot_ids = {step.bot_id for step in all_steps if step.bot_id is not None}
    bot_ids |= {holder.removeprefix("bot:") for holder, _ in held.values()}
    names = repository.bot_names(db, bot_ids)
    shown = []
    for subject in subjects:
        own, lease = steps[subject.id], held.get(subject.id)
        turn, hold = rules.current(own), rules.hold_of(subject, now)
        shown.append(
            PipelineRow(
                account_id=subject.id,
                account_no=subject.account_no,
                login=subject.login,
                network=subject.network,
                persona=persona_of(subject),
                lifecycle=subject.lifecycle,
                progress_percent=rules.progress(own),
                phase=None if turn is None else turn.phase,
                status=None if turn is None else rules.status_at(turn, now),
                next_available_at=rules.next_available_at(own, now),
                hold=None if hold is None else HoldRead.model_validate(hold),
                held_by=None if lease is None else _holder(lease[0], names),
                held_until=None if lease is None else lease[1],
                phases=[_phase(step, chosen, names, now=now) for step in own],
            )
        )
    return shown


def _holder(holder: str, names: dict[str, str]) -> str:
    bot_id = holder.removeprefix("bot:")
    return names.get(bot_id, "a bot") if holder.startswith("bot:") else "a session or a task"


def _phase(
    step: Step, chosen: dict[int, Any], names: dict[str, str], *, now: datetime
) -> PipelinePhase:
    row = chosen.get(step.assignment_id or 0)
    return PipelinePhase(
        **phase_read(step, now=now).model_dump(),
        bot=names.get(step.bot_id or ""),
        assignment=None if row is None else AssignmentRead.of(row),
    )


def counts(db: Session, *, now: datetime, only_ids: frozenset[int] | None) -> PipelineCounts:
    """How many accounts and phases stand where."""
    by_lifecycle = repository.counts(db, account_ids=only_ids)
    by_phase = repository.counts_by_phase(db, account_ids=only_ids)
    review = sum(row.number for row in by_phase if row.status is PhaseStatus.requires_review)
    held = bots.leases_of_bots(db, now=now)
    own = [row for row in held if only_ids is None or _account_of(row.key) in only_ids]
    return PipelineCounts(
        ready=by_lifecycle.get(Lifecycle.ready, 0),
        warming_up=by_lifecycle.get(Lifecycle.warming_up, 0),
        review=review,
        held_by_bots=len(own),
        phases=[
            PhaseCount(phase=row.phase, status=row.status, number=row.number) for row in by_phase
        ],
    )


def _account_of(key: str) -> int:
    return int(key.rpartition(":")[2])


def bot_list(
    db: Session,
    *,
    before_id: str | None = None,
    now: datetime,
    limit: int = 50,
    with_revoked: bool = False,
) -> list[BotRead]:
    """The newest first."""
    rows = bots.bots_page(db, before_id=before_id, limit=limit, with_revoked=with_revoked)
    ids = [row.id for row in rows]
    if not ids:
        return []
    sums, open_ones = bots.sums_by_bot(db, ids), bots.open_sessions_of(db, ids)
    completed = bots.completed_by(db, ids)
    holds: dict[str, list[int]] = {bot_id: [] for bot_id in ids}
    for lease in bots.leases_of_bots(db, now=now):
        holds.setdefault(lease.holder.removeprefix("bot:"), []).append(_account_of(lease.key))
    return [
        BotRead(
            id=row.id,
            name=row.name,
            prefix=row.prefix,
            account_ids=row.account_ids,
            created_by=row.created_by,
            created_at=row.created_at,
            expires_at=row.expires_at,
            revoked_at=row.revoked_at,
            **_use(sums.get(row.id)),
            phases_completed=completed.get(row.id, 0),
            holds=sorted(holds[row.id]),
            session=_session(open_ones.get(row.id), row.name),
        )
        for row in rows
    ]


def count_bots(db: Session, *, with_revoked: bool = False) -> int:
    return bots.count_bots(db, with_revoked=with_revoked)


def _use(row: Any) -> dict[str, Any]:
    if row is None:
        return {"last_seen_at": None, "sessions": 0, "calls": 0, "errors": 0}
    return {
        "last_seen_at": row.last_seen_at,
        "sessions": row.sessions,
        "calls": int(row.calls),
        "errors": int(row.errors),
    }


def _session(row: Any, name: str | None) -> BotSessionRead | None:
    if row is None:
        return None
    columns = {key: getattr(row, key) for key in BotSessionRead.model_fields if key != "bot"}
    return BotSessionRead(**columns, bot=name)


def session_list(
    db: Session, *, bot_id: str | None = None, before_id: int | None = None, limit: int = 50
) -> list[BotSessionRead]:
    """The newest first."""
    rows = bots.sessions_page(db, bot_id=bot_id, before_id=before_id, limit=limit)
    return [one for row in rows if (one := _session(row, row.bot)) is not None]


def count_sessions(db: Session, *, bot_id: str | None = None) -> int:
    return bots.count_sessions(db, bot_id=bot_id)


def report(
    db: Session,
    by: ReportBy,
    *,
    days: int,
    persona_id: int | None,
    now: datetime,
    limit: int = 1000,
) -> list[WarmupReportRow]:
    """What became of what was chosen in so many days; what was chosen most comes first."""
    since = now - timedelta(days=days)
    rows = repository.report(db, by, since=since, persona_id=persona_id, limit=limit)
    names = repository.persona_names(db, {row.persona_id for row in rows})
    return [
        WarmupReportRow(
            persona_id=row.persona_id,
            persona=names.get(row.persona_id),
            category=getattr(row, "category", None),
            content_id=getattr(row, "content_id", None),
            text_id=getattr(row, "text_id", None),
            assigned=row.assigned,
            used=row.used,
            released=row.released,
            succeeded=row.succeeded,
            success_rate=round(row.succeeded / row.used, 4) if row.used else None,
            average_score=_rounded(row.average_score),
            average_performance=_rounded(row.average_performance),
            last_assigned_at=row.last_assigned_at,
        )
        for row in rows
    ]


def _rounded(value: Any) -> float | None:
    return None if value is None else round(float(value), 2)
