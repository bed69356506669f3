"""
Pure decisions: how a person is named, whether an act may go ahead, and how an attempt moves on.

The rules of an act are asked in a fixed order, and the first that stops it ends
the list: lease, pauses, availability, the person, do-not-contact, limits, windows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from retinue.capabilities.accounts.schemas import Denial
from retinue.capabilities.ledger.models import AttemptState, EventStatus
from retinue.capabilities.ledger.schemas import DeclineKind, RuleSeen
from retinue.capabilities.safety.schemas import LimitSeen
from retinue.drivers.errors import FailureClass
from retinue.foundation.errors import Invalid
from retinue.kit.handles import folded

LONGEST_HANDLE = 255
FLEET = "fleet"

Scope = Literal["account", "persona", "fleet"]


def handle_key(handle: str) -> str:
    """
    The handle as it is compared: without `@`, case-folded.

    Raises:
        Invalid: it is empty, too long, or holds what cannot be printed.
    """
    key = folded(handle)
    if not key or not key.isprintable():
        raise Invalid.field("target", "must be a printable handle, as in `harbour_lights`")
    if len(key) > LONGEST_HANDLE:
        raise Invalid.field("target", f"must be at most {LONGEST_HANDLE} characters")
    return key


def account_scope(account_id: int) -> str:
    return f"account:{account_id}"


def scope_keys(account_id: int, persona_id: int | None) -> tuple[str, ...]:
    """All the scopes that an act of the account is written to."""
    if persona_id is None:
        return (account_scope(account_id), FLEET)
    return (account_scope(account_id), f"persona:{persona_id}", FLEET)


def scope_in_force(scope: Scope, *, account_id: int, persona_id: int | None) -> str:
    """The scope that must be free. An account without a persona answers for itself."""
    if scope == "fleet":
        return FLEET
    if scope == "persona" and persona_id is not None:
        return f"persona:{persona_id}"
    return account_scope(account_id)


class LeftAlone(NamedTuple):
    """An entry of the do-not-contact list that is in force."""

    scope_key: str
    reason: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that a decision needs, read in one moment."""

    fence: int | None
    """Of the account's lease; none where nobody holds it."""
    pause: Denial | None
    availability: Denial | None
    standing: Denial | None
    unavailable_at: datetime | None
    window_until: datetime | None
    """Of the scope in force."""
    limits: Sequence[LimitSeen] = field(default=())
    left_alone: LeftAlone | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    kind: DeclineKind
    rule: str
    reason: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """`stop` is none when the act may go ahead."""

    rules: tuple[RuleSeen, ...]
    stop: Stop | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What the request itself brings to the decision."""

    handle: str
    action: str
    fence: int
    scope: Scope
    window: timedelta


def decide(facts: Facts, asked: Asked, *, now: datetime) -> Decision:
    """Ask the rules in order, up to and with the first that stops."""
    seen: list[RuleSeen] = []
    for rule in _RULES:
        stop = rule(facts, asked, now, seen)
        if stop is not None:
            return Decision(tuple(seen), stop)
    return Decision(tuple(seen), None)


_Rule = Callable[[Facts, Asked, datetime, list[RuleSeen]], Stop | None]


def _lease(facts: Facts, asked: Asked, now: datetime, seen: list[RuleSeen]) -> Stop | None:
    del now
    passed = facts.fence == asked.fence
    message = None if passed else "The account's lease has gone to somebody else or has run out."
    seen.append(RuleSeen("lease", facts.fence, asked.fence, passed, message))
    return None if message is None else Stop(DeclineKind.lease_lost, "lease", message)


def _pause(facts: Facts, asked: Asked, now: datetime, seen: list[RuleSeen]) -> Stop | None:
    del asked, now
    return _denied("pause", facts.pause, DeclineKind.paused, seen)


def _available(facts: Facts, asked: Asked, now: datetime, seen: list[RuleSeen]) -> Stop | None:
    del asked, now
    denial = facts.availability
    paused = denial is not None and denial.code.endswith("_paused")
    kind = DeclineKind.paused if paused else DeclineKind.account_unavailable
    return _denied("availability", denial, kind, seen)


def _standing(facts: Facts, asked: Asked, now: datetime, seen: list[RuleSeen]) -> Stop | None:
    del asked, now
    return _denied("cooldown", facts.standing, DeclineKind.cooldown, seen)


def _denied(
    rule: str, denial: Denial | None, kind: DeclineKind, seen: list[RuleSeen]
) -> Stop | None:
    if denial is None:
        seen.append(RuleSeen(rule, None, None, passed=True))
        return None
    value = {"code": denial.code, "until": denial.until.isoformat() if denial.until else None}
    seen.append(RuleSeen(rule, value, None, passed=False, message=denial.message))
    return Stop(kind, denial.code, denial.message, denial.until)


def _person(facts: Facts, asked: Asked, now: datetime, seen: list[RuleSeen]) -> Stop | None:
    until = unavailable_until(facts.unavailable_at, asked.window)
    passed = until is None or until <= now
    value = facts.unavailable_at.isoformat() if facts.unavailable_at else None
    message = None if passed else f"@{asked.handle} was not there when last asked for."
    seen.append(RuleSeen("target_available", value, None, passed, message))
    if message is None:
        return None
    return Stop(DeclineKind.target_unavailable, "target_available", message, until)


def _contact(facts: Facts, asked: Asked, now: datetime, seen: list[RuleSeen]) -> Stop | None:
    del now
    entry = facts.left_alone
    if entry is None:
        seen.append(RuleSeen("do_not_contact", None, _NOT_LISTED, passed=True))
        return None
    until = entry.until.isoformat() if entry.until else None
    value = {"scope": entry.scope_key, "reason": entry.reason, "until": until}
    message = f"@{asked.handle} is to be left alone: {entry.reason}"
    seen.append(RuleSeen("do_not_contact", value, _NOT_LISTED, passed=False, message=message))
    return Stop(DeclineKind.do_not_contact, "do_not_contact", message, entry.until)


_NOT_LISTED = "not on the list"


def _limits(facts: Facts, asked: Asked, now: datetime, seen: list[RuleSeen]) -> Stop | None:
    del now
    for limit in facts.limits:
        message = _LIMIT_MESSAGES[limit.rule] if limit.stops else limit.note
        if limit.stops and limit.note is not None:
            message = f"{message} {limit.note[0].upper()}{limit.note[1:]}."
        seen.append(RuleSeen(limit.rule, limit.value, limit.threshold, not limit.stops, message))
        if limit.stops:
            reason = f"{asked.action}: {message}"
            return Stop(DeclineKind.limit, limit.rule, reason, limit.stops_until)
    return None


_LIMIT_MESSAGES = {
    "hourly_limit": "the limit of the last 60 minutes is used up.",
    "daily_limit": "the limit of the last 24 hours is used up.",
    "interval": "the action before is too recent.",
}


def _window(facts: Facts, asked: Asked, now: datetime, seen: list[RuleSeen]) -> Stop | None:
    until = facts.window_until
    passed = until is None or until <= now
    message = None if passed else engaged_message(asked)
    seen.append(
        RuleSeen(
            f"window:{asked.scope}",
            until.isoformat() if until else None,
            f"{asked.window.days} days",
            passed,
            message,
        )
    )
    if message is None:
        return None
    return Stop(DeclineKind.dedupe_hit, f"window:{asked.scope}", message, until)


def engaged_message(asked: Asked) -> str:
    return f"@{asked.handle} has had a {asked.action} already (scope {asked.scope})."


_RULES: tuple[_Rule, ...] = (
    _lease,
    _pause,
    _available,
    _standing,
    _person,
    _contact,
    _limits,
    _window,
)


def unavailable_until(unavailable_at: datetime | None, window: timedelta) -> datetime | None:
    """A person who was not there is asked for again after one window."""
    return None if unavailable_at is None else unavailable_at + window


_NEXT = {
    AttemptState.intent: {
        AttemptState.confirmed: AttemptState.confirmed,
        AttemptState.refused: AttemptState.refused,
        AttemptState.unknown: AttemptState.unknown,
    },
    # A late "no" means that nothing is there: `refused` belongs to answers that came in time.
    AttemptState.unknown: {
        AttemptState.confirmed: AttemptState.confirmed,
        AttemptState.refused: AttemptState.absent,
        AttemptState.absent: AttemptState.absent,
    },
}


def next_state(current: AttemptState, outcome: AttemptState) -> AttemptState | None:
    """The state that an outcome leads to; none where the first outcome stays."""
    return _NEXT.get(current, {}).get(outcome)


RELEASED = frozenset({AttemptState.refused, AttemptState.absent})
"""Nothing has happened outside, so the person is free again."""

_NO_FAULT = frozenset(
    {
        FailureClass.already_done,
        FailureClass.duplicate,
        FailureClass.not_found,
        FailureClass.no_content,
        FailureClass.target_private,
    }
)


def status_of(state: AttemptState, failure: FailureClass | None) -> EventStatus:
    """How the ledger tells an outcome."""
    if state is AttemptState.unknown:
        return EventStatus.unknown
    if failure in _NO_FAULT:
        return EventStatus.skipped
    return EventStatus.success if state is AttemptState.confirmed else EventStatus.failed


def success_rate(*, success: int, failed: int) -> float | None:
    """Of the acts whose outcome is known, 0 to 1 with four digits."""
    tried = success + failed
    return None if tried == 0 else round(success / tried, 4)
