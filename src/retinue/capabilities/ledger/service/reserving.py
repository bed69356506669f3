"""
The first of the two transactions around an act: may it be done, and the promise that it is done once.

Everything is read and written in one short transaction, and the act comes after its
commit. Whoever dies in between leaves an intent, and an intent is never repeated.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.errors import AccountNotFound
from retinue.capabilities.accounts.models import Account
from retinue.capabilities.accounts.schemas import Denial
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
from retinue.capabilities.ledger.service import people, spans
from retinue.capabilities.safety import service as safety
from retinue.capabilities.safety.schemas import Standing
from retinue.capabilities.settings.schemas import RuntimeSettings
from retinue.foundation.randomness import new_id
from retinue.kit.handles import fingerprint


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
    known, row = _read(connection, request, asked, now=now)
    taken_until = _taken_until(connection, request, asked, row)
    facts = _facts(
        row,
        request,
        settings=settings,
        taken_until=taken_until,
        left_alone=_left_alone(connection, request, row),
        now=now,
    )
    decision = rules.decide(facts, asked, now=now)
    intent = _Intent(request, row.persona_id, asked, decision.rules, now)
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


def _read(
    connection: Connection, request: IntentRequest, asked: rules.Asked, *, now: datetime
) -> tuple[Known | None, Any]:
    """
    The person, and all that decides about the act.

    One statement where the books agree with the network about who has the handle,
    or know neither; otherwise the books are brought up to date first.
    """
    fleet_key, action_key = safety.pause_keys(request.action)
    question = intents.Question(
        account_id=request.account_id,
        network=request.network,
        action=request.action,
        network_id=request.target.network_id or None,
        handle=asked.handle,
        handle_hash=fingerprint(asked.handle),
        scope_key=rules.scope_in_force(asked.scope, account_id=request.account_id, persona_id=None),
        account_key=rules.account_scope(request.account_id),
        lease_key=accounts.lease_key(request.account_id),
        fleet_key=fleet_key,
        action_key=action_key,
        hour_ago=spans.start_of(spans.HOUR, request, now=now),
        day_ago=spans.start_of(spans.DAY, request, now=now),
    )
    intents.hold_lease_row(connection, question.lease_key)
    row = intents.facts(connection, question, now=now)
    if row is None:
        raise AccountNotFound.named(str(request.account_id))
    known: Known | None = None
    if row.handle_owner_id != row.target_id:
        known = people.look_up(connection, request.network, request.target, now=now)
        if known is not None:
            row = intents.facts(connection, question, known_id=known.id, now=now)
    elif row.target_id is not None:
        known = Known(row.target_id, question.network_id, row.handle, row.unavailable_at)
    return known, row


def _taken_until(
    connection: Connection, request: IntentRequest, asked: rules.Asked, row: Any
) -> datetime | None:
    """Only the facts tell which persona the account has, so the window of a persona is read after them."""
    if asked.scope != "persona" or row.persona_id is None or row.target_id is None:
        until: datetime | None = row.window_until
        return until
    return intents.window_until(
        connection,
        network=request.network,
        scope_key=rules.scope_in_force(
            asked.scope, account_id=request.account_id, persona_id=row.persona_id
        ),
        target_id=row.target_id,
        action=request.action,
    )


def _left_alone(connection: Connection, request: IntentRequest, row: Any) -> rules.LeftAlone | None:
    if row.left_alone_by is None:
        return None
    people.note_listed(connection, request.network, request.target)
    entry = intents.left_alone(connection, row.left_alone_by)
    return None if entry is None else rules.LeftAlone(*entry)


def _facts(
    row: Any,
    request: IntentRequest,
    *,
    settings: RuntimeSettings,
    taken_until: datetime | None,
    left_alone: rules.LeftAlone | None,
    now: datetime,
) -> rules.Facts:
    limits = safety.limits_in_force(request.action, settings=settings, plan=request.plan_limits)
    use = spans.use_of(row, request)
    return rules.Facts(
        fence=row.fence,
        pause=_pause(row, request.action),
        # The row carries exactly the columns that the rule reads; an ORM object would cost ten times as much.
        availability=accounts.may_engage(
            cast("Account", row),
            engage_before_warm_up=settings.engage_before_warm_up,
            is_persona_paused=row.persona_paused_at is not None,
        ),
        standing=_standing(row, now),
        unavailable_at=row.unavailable_at,
        left_alone=left_alone,
        window_until=taken_until,
        limits=safety.limits_left(limits, use, now=now),
    )


def _pause(row: Any, action: str) -> Denial | None:
    fleet_key, action_key = safety.pause_keys(action)
    if row.fleet_pause is not None:
        return safety.pause_denial(fleet_key, row.fleet_pause)
    if row.action_pause is not None:
        return safety.pause_denial(action_key, row.action_pause)
    return None


def _standing(row: Any, now: datetime) -> Denial | None:
    if row.backoff_until is None and row.cooldown_until is None:
        return None
    standing = Standing(
        consecutive=row.consecutive_rate_limits,
        backoff_until=row.backoff_until,
        cooldown_until=row.cooldown_until,
        is_probing=row.is_probing,
    )
    return safety.standing_denial(standing, now=now)


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
