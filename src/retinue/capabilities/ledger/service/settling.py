"""
The second of the two transactions around an act: what came of it, once and for all.

Attempt, event, last word, windows and the account's standing change together or not
at all.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.audit import service as audit
from retinue.capabilities.ledger import rules
from retinue.capabilities.ledger.errors import AttemptNotFound
from retinue.capabilities.ledger.models import AttemptState, EventStatus
from retinue.capabilities.ledger.repository import outcomes, targets, windows
from retinue.capabilities.ledger.schemas import Outcome, Settled, SettledBy
from retinue.capabilities.ledger.service import doubts
from retinue.capabilities.safety import service as safety
from retinue.capabilities.safety.schemas import Consequence, Failure
from retinue.capabilities.settings.schemas import RuntimeSettings
from retinue.drivers.errors import CallPhase, DriverError, FailureClass
from retinue.foundation.leases import service as leases
from retinue.foundation.randomness import Random

_LONGEST_MESSAGE = 500


def outcome_of(error: DriverError, *, latency_ms: int | None = None) -> Outcome:
    """
    What a failed call says about the act.

    Only what cannot have had an effect is `refused`. "Already done" is the network's
    word that the effect is there, so the person stays out of reach.
    """
    state, settled_by = AttemptState.unknown, SettledBy.response
    if error.failure is FailureClass.already_done and error.is_refusal:
        state, settled_by = AttemptState.confirmed, SettledBy.platform_duplicate
    elif error.had_no_effect:
        state = AttemptState.refused
    return Outcome(
        state=state,
        failure=error.failure,
        phase=error.phase,
        message=error.message,
        latency_ms=latency_ms,
        settled_by=settled_by,
        retry_after=error.retry_after,
        is_of_proxy=error.is_of_proxy,
    )


def settle(
    db: Session,
    attempt_id: str,
    outcome: Outcome,
    *,
    settings: RuntimeSettings,
    rng: Random,
    now: datetime,
) -> Settled:
    """
    Write down what came of an act. The first definite outcome stays; the same again changes nothing.

    A definite no frees the person; `unknown` does not. An answer that comes after a
    recovery has given the attempt up is taken as its reconciliation.

    Raises:
        AttemptNotFound: there is no such attempt.
    """
    connection = db.connection()
    row = outcomes.attempt(connection, attempt_id)
    if row is None:
        raise AttemptNotFound(f"attempt_id: there is no attempt {attempt_id}")
    state = rules.next_state(row.state, outcome.state)
    if state is None or not _move(connection, row, state, outcome, now):
        return Settled(attempt_id, row.state, None, changed=False)
    status = rules.status_of(state, outcome.failure)
    _tell(connection, row, status, outcome, now)
    _note_doubt(db, row, state, by=outcome.settled_by.value, now=now)
    consequence = _consequence(db, row, outcome, settings=settings, rng=rng, now=now)
    if consequence is not None and consequence.verdict.is_target_gone:
        targets.mark_unavailable(connection, row.target_id, at=now)
    return Settled(attempt_id, state, status, changed=True, consequence=consequence)


def resolve(
    db: Session, attempt_id: str, outcome: Outcome, *, actor: str, now: datetime
) -> Settled:
    """
    Settle an `unknown` as `confirmed` or `absent`, by a person's word or a probe's reading. Audited.

    `absent` frees the person, except where a probe says it of the one repeat that an
    earlier `absent` has allowed: then only a person can free them.

    Raises:
        AttemptNotFound: there is no such attempt.
        AttemptSettled: its outcome is not open.
    """
    connection = db.connection()
    row = outcomes.attempt(connection, attempt_id)
    if row is None:
        raise AttemptNotFound(f"attempt_id: there is no attempt {attempt_id}")
    is_open = row.state is AttemptState.unknown
    state = rules.next_state(row.state, outcome.state) if is_open else None
    outcome = replace(outcome, evidence={**(row.evidence or {}), **(outcome.evidence or {})})
    is_seen_absent = state is AttemptState.absent and outcome.settled_by is SettledBy.probe
    stays_taken = is_seen_absent and doubts.has_been_repeated(db, row)
    if state is None or not _move(connection, row, state, outcome, now, stays_taken=stays_taken):
        raise doubts.settled_already(row)
    status = rules.status_of(state, None)
    _tell(connection, row, status, outcome, now)
    _note_doubt(db, row, state, by=actor, now=now)
    audit.record(
        db,
        actor=actor,
        action="ledger.resolved",
        subject=("attempt", attempt_id),
        now=now,
        before={"state": str(row.state)},
        after={"state": str(state), "evidence": outcome.evidence},
    )
    return Settled(attempt_id, state, status, changed=True)


def settle_open_of_session(db: Session, session_id: str, *, now: datetime) -> int:
    """
    Give up the open intents of a session that is no more: they become `unknown`.

    How many. They keep their windows and are never run again by themselves.
    """
    connection = db.connection()
    rows = outcomes.open_intents_of_session(connection, session_id)
    return sum(_give_up(db, row, now) for row in rows)


def settle_orphans(db: Session, *, started_before: datetime, now: datetime, limit: int) -> int:
    """Give up open intents whose account's lease has run out or has gone to somebody else."""
    connection = db.connection()
    rows = outcomes.open_intents(connection, started_before=started_before, limit=limit)
    orphans = [row for row in rows if not _has_lease(db, row, now)]
    return sum(_give_up(db, row, now) for row in orphans)


def _has_lease(db: Session, row: Any, now: datetime) -> bool:
    return leases.is_current(db, accounts.lease_key(row.account_id), fence=row.fence, now=now)


def _give_up(db: Session, row: Any, now: datetime) -> bool:
    connection = db.connection()
    message = "The process ended before the outcome was written down."
    outcome = Outcome(AttemptState.unknown, settled_by=SettledBy.recovery, message=message)
    if not _move(connection, row, AttemptState.unknown, outcome, now):
        return False
    _tell(connection, row, EventStatus.unknown, outcome, now)
    _note_doubt(db, row, AttemptState.unknown, by=outcome.settled_by.value, now=now)
    return True


def _note_doubt(db: Session, row: Any, state: AttemptState, *, by: str, now: datetime) -> None:
    if state is AttemptState.unknown:
        if by != SettledBy.assistance:
            doubts.begin(db, row, now=now)
    elif row.state is AttemptState.unknown:
        doubts.end(db, row, state, by=by, now=now)


def _move(
    connection: Connection,
    row: Any,
    state: AttemptState,
    outcome: Outcome,
    now: datetime,
    *,
    stays_taken: bool = False,
) -> bool:
    released = state in rules.RELEASED and not stays_taken
    settled_by = outcome.settled_by
    if row.state is AttemptState.unknown and settled_by is SettledBy.response:
        settled_by = SettledBy.late_response
    moved = outcomes.settle(
        connection,
        row.id,
        was=row.state,
        values={
            "state": state,
            "settled_at": now,
            "settled_by": settled_by.value,
            "failure": outcome.failure.value if outcome.failure else None,
            "phase": outcome.phase.value if outcome.phase else None,
            "evidence": _evidence(outcome),
            "held_until": None if released else row.held_until,
            "next_probe_at": doubts.first_probe_at(row.action, now)
            if state is AttemptState.unknown and settled_by is not SettledBy.assistance
            else None,
        },
    )
    if moved and released and row.held_until is not None:
        scopes = rules.scope_keys(row.account_id, row.persona_id)
        keys = [(row.network, scope, row.target_id, row.action) for scope in scopes]
        windows.rebuild(connection, windows.locked(connection, keys))
    return moved


def _evidence(outcome: Outcome) -> dict[str, Any] | None:
    if outcome.message is None:
        return outcome.evidence
    return {**(outcome.evidence or {}), "message": outcome.message[:_LONGEST_MESSAGE]}


def _tell(
    connection: Connection, row: Any, status: EventStatus, outcome: Outcome, now: datetime
) -> None:
    """The event, and the last word on this account, person and action."""
    reason = outcome.failure.value if outcome.failure else None
    if reason is None and outcome.settled_by is not SettledBy.response:
        reason = outcome.settled_by.value
    outcomes.add_event(
        connection,
        {
            "platform": row.network,
            "account_id": row.account_id,
            "target_id": row.target_id,
            "target_username": row.target_username,
            "action": row.action,
            "status": status,
            "reason": reason,
            "attempt_id": row.id,
            "task_id": row.task_id,
            "session_id": row.session_id,
            "device_id": row.device_id,
            "latency_ms": outcome.latency_ms,
            "ts": now,
            "metadata": _details(row, outcome),
        },
    )
    is_held = status in {EventStatus.success, EventStatus.unknown} and row.held_until is not None
    outcomes.keep_latest(
        connection,
        {
            "platform": row.network,
            "account_id": row.account_id,
            "target_id": row.target_id,
            "action": row.action,
            "last_status": status,
            "last_ts": now,
            "expires_at": row.held_until if is_held else now,
        },
    )


def _details(row: Any, outcome: Outcome) -> dict[str, Any] | None:
    told = {
        "object_id": row.object_id,
        "source": row.source,
        "phase": outcome.phase.value if outcome.phase else None,
        "message": outcome.message[:_LONGEST_MESSAGE] if outcome.message else None,
        "evidence": outcome.evidence,
    }
    shown = {key: value for key, value in told.items() if value is not None}
    return shown or None


def _consequence(
    db: Session,
    row: Any,
    outcome: Outcome,
    *,
    settings: RuntimeSettings,
    rng: Random,
    now: datetime,
) -> Consequence | None:
    if outcome.failure is None or outcome.settled_by is SettledBy.platform_duplicate:
        has_let_through = outcome.state is AttemptState.confirmed
        if has_let_through and (row.consecutive_rate_limits or row.is_probing):
            safety.record_success(db, row.account_id, now=now)
        return None
    return safety.record_failure(
        db,
        accounts.get(db, row.account_id),
        Failure(
            failure=outcome.failure,
            phase=outcome.phase or CallPhase.sent,
            message=outcome.message or outcome.failure.value,
            action=row.action,
            retry_after=outcome.retry_after,
            session_id=row.session_id,
            is_of_proxy=outcome.is_of_proxy,
        ),
        settings=settings,
        rng=rng,
        now=now,
    )
