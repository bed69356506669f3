"""What is known, in one moment, about an act that is wanted: of the account, the person and the limits."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import Connection

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.errors import AccountNotFound
from retinue.capabilities.accounts.models import Account
from retinue.capabilities.accounts.schemas import Denial
from retinue.capabilities.ledger import rules
from retinue.capabilities.ledger.repository import intents
from retinue.capabilities.ledger.repository.targets import Known
from retinue.capabilities.ledger.schemas import IntentRequest
from retinue.capabilities.ledger.service import people, spans
from retinue.capabilities.safety import service as safety
from retinue.capabilities.safety.schemas import Standing
from retinue.capabilities.settings.schemas import RuntimeSettings
from retinue.kit.handles import fingerprint


class Read(NamedTuple):
    known: Known | None
    """The person; none where this is the first we hear of them."""
    persona_id: int | None
    """Of the account."""
    facts: rules.Facts


def read(
    connection: Connection,
    request: IntentRequest,
    asked: rules.Asked,
    *,
    settings: RuntimeSettings,
    now: datetime,
) -> Read:
    """
    All that decides about the act.

    Raises:
        AccountNotFound: there is no account with that id.
    """
    known, row = _read(connection, request, asked, now=now)
    facts = _weighed(
        row,
        request,
        settings=settings,
        taken_until=_taken_until(connection, request, asked, row),
        left_alone=_left_alone(connection, request, row),
        now=now,
    )
    return Read(known, row.persona_id, facts)


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


def _weighed(
    row: Any,
    request: IntentRequest,
    *,
    settings: RuntimeSettings,
    taken_until: datetime | None,
    left_alone: rules.LeftAlone | None,
    now: datetime,
) -> rules.Facts:
    limits = safety.limits_in_force(
        request.action,
        settings=settings,
        plan=request.plan_limits,
        step=safety.ramp_step(row, settings=settings, now=now),
    )
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
