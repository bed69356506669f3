"""
The first of the two transactions around an act: may it be done, and the promise that it is done once.

Everything is read and written in one short transaction, and the act comes after its
commit. Whoever dies in between leaves an intent, and an intent is never repeated.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from retinue.capabilities.ledger import rules
from retinue.capabilities.ledger.models import AttemptState, EventStatus
from retinue.capabilities.ledger.repository import intents, outcomes, windows
from retinue.capabilities.ledger.repository.targets import Known
from retinue.capabilities.ledger.schemas import (
    Declined,
    DeclineKind,
    IntentRequest,
    Reserved,
    RuleSeen,
)
from retinue.capabilities.ledger.service import facts, people
from retinue.capabilities.settings.schemas import RuntimeSettings
from retinue.foundation.randomness import new_id


def reserve(
    db: Session, request: IntentRequest, *, settings: RuntimeSettings, now: datetime
) -> Reserved | Declined:
    """
    Take the right to act on a person once. Commit before the act, and settle after it.

    Asked in this order, and the first no ends it: the account's lease, pauses,
    lifecycle and health, backoff and cooldown, whether the person exists and may be
    contacted, limits (60 minutes, 24 hours, interval), windows. A decline writes its decision down and
    nothing else. Of many who ask for the same person at once, one gets it.

    Raises:
        AccountNotFound: there is no account with that id.
    """
    connection = db.connection()
    asked = rules.Asked(
        handle=rules.handle_key(request.target.handle),
        action=request.action,
        fence=request.fence,
        scope=settings.dedup_scope,
        window=timedelta(days=settings.window_days(request.action)),
    )
    known, persona_id, found = facts.read(connection, request, asked, settings=settings, now=now)
    decision = rules.decide(found, asked, now=now)
    intent = _Intent(request, persona_id, asked, decision.rules, now)
    if decision.stop is not None:
        return _decline(connection, intent, decision.stop, known)

    if known is None:
        known = people.add(connection, request.network, request.target, now=now)
    attempt_id = new_id()
    if not _take_windows(connection, intent, attempt_id, known.id):
        message = rules.engaged_message(asked)
        lost = rules.Stop(DeclineKind.dedupe_hit, f"window:{asked.scope}", message)
        return _decline(connection, intent, lost, known)
    _write_attempt(connection, intent, attempt_id, known.id)
    _write_trace(connection, intent, verdict="engaged", rule="all", known=known, attempt=attempt_id)
    return Reserved(attempt_id, known.id)


@dataclass(frozen=True, slots=True)
class _Intent:
    request: IntentRequest
    persona_id: int | None
    """The account's persona at this moment, not when its session began."""
    asked: rules.Asked
    seen: tuple[RuleSeen, ...]
    now: datetime

    @property
    def held_until(self) -> datetime:
        return self.now + self.asked.window


def _take_windows(connection: Connection, intent: _Intent, attempt_id: str, target_id: int) -> bool:
    """The scope in force first: where it is lost, no other row has been touched yet."""
    request = intent.request
    in_force = rules.scope_in_force(
        intent.asked.scope, account_id=request.account_id, persona_id=intent.persona_id
    )
    row = {
        "network": request.network,
        "scope_key": in_force,
        "target_id": target_id,
        "action": request.action,
        "attempt_id": attempt_id,
        "expires_at": intent.held_until,
    }
    if not windows.take(connection, row, now=intent.now):
        return False
    others = rules.scope_keys(request.account_id, intent.persona_id)
    windows.extend(connection, [{**row, "scope_key": key} for key in others if key != in_force])
    return True


def _write_attempt(
    connection: Connection, intent: _Intent, attempt_id: str, target_id: int
) -> None:
    request = intent.request
    intents.add_attempt(
        connection,
        {
            "id": attempt_id,
            "account_id": request.account_id,
            "persona_id": intent.persona_id,
            "network": request.network,
            "target_id": target_id,
            "target_username": intent.asked.handle,
            "action": request.action,
            "object_id": request.object_id,
            "text_hash": request.text_hash,
            "state": AttemptState.intent,
            "source": request.source,
            "session_id": request.session_id,
            "task_id": request.task_id,
            "device_id": request.device_id,
            "fence": request.fence,
            "started_at": intent.now,
            "held_until": intent.held_until,
        },
    )


def _decline(
    connection: Connection, intent: _Intent, stop: rules.Stop, known: Known | None
) -> Declined:
    """A decline that is about the person is an interaction too; one about the account is only a decision."""
    declined = Declined(stop.kind, stop.reason, stop.rule, stop.until, intent.seen)
    verdict = "skipped" if declined.is_about_target else "refused"
    _write_trace(connection, intent, verdict=verdict, rule=stop.rule, known=known, attempt=None)
    if declined.is_about_target:
        is_hit = stop.kind is DeclineKind.dedupe_hit
        request = intent.request
        outcomes.add_event(
            connection,
            {
                "platform": request.network,
                "account_id": request.account_id,
                "target_id": known.id if known else None,
                "target_username": intent.asked.handle,
                "action": request.action,
                "status": EventStatus.dedupe_hit if is_hit else EventStatus.skipped,
                "reason": stop.rule,
                "attempt_id": None,
                "task_id": request.task_id,
                "session_id": request.session_id,
                "device_id": request.device_id,
                "latency_ms": None,
                "ts": intent.now,
                "metadata": {"until": stop.until.isoformat()} if stop.until else None,
            },
        )
    return declined


def _write_trace(
    connection: Connection,
    intent: _Intent,
    *,
    verdict: str,
    rule: str,
    known: Known | None,
    attempt: str | None,
) -> None:
    request = intent.request
    intents.add_trace(
        connection,
        {
            "at": intent.now,
            "account_id": request.account_id,
            "target_username": intent.asked.handle,
            "target_id": known.id if known else None,
            "action": request.action,
            "verdict": verdict,
            "rule": rule,
            "rules": [seen.as_json() for seen in intent.seen],
            "source": request.source,
            "session_id": request.session_id,
            "attempt_id": attempt,
        },
    )
