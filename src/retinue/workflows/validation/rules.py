"""
What a failure says about an account, and how many may be validated at once.

Only the network's own documented word closes an account. A line that breaks, a proxy that
refuses and a bare 401 or 403 make it `error`, which is tried again, and take nothing back that
the network has said before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from retinue.capabilities.accounts.models import Health
from retinue.drivers.errors import CallPhase, DriverError, FailureClass, FailureSource
from retinue.workflows.validation.schemas import Finding, Source

MOST_AT_ONCE = 12
ERROR = Health.error
TRIED_AGAIN = frozenset({ERROR})

_OWN_WORDS = {
    FailureClass.account_locked: Health.locked,
    FailureClass.account_suspended: Health.suspended,
    FailureClass.challenge: Health.needs_human,
    FailureClass.action_block: Health.needs_human,
}
LIMITS = frozenset({FailureClass.rate_limit, FailureClass.daily_cap})
_MAY_PASS = frozenset({FailureClass.transient, FailureClass.unknown})
CLOSED = frozenset({Health.locked, Health.suspended, Health.needs_human})

_FAULTS = {failure.value for failure in (*_MAY_PASS, FailureClass.permission)}
AGAIN_AFTER = timedelta(minutes=30)

_STATUSES: dict[str, FailureClass] = {
    "suspended": FailureClass.account_suspended,
    "locked": FailureClass.account_locked,
    "challenge": FailureClass.challenge,
    "email_code": FailureClass.challenge,
}
_FINE = "ok"


def finding_of(error: DriverError) -> Finding:
    """What one failed call says."""
    source = Source.proxy if error.source is FailureSource.proxy else Source.network
    is_answer = source is Source.network and error.phase is CallPhase.answered
    health: Health | None = Health.error
    if error.failure in LIMITS:
        health = None
    elif is_answer and error.is_refusal:
        health = _OWN_WORDS.get(error.failure, Health.error)
    return Finding(
        passed=False,
        message=error.message,
        evidence_class=error.failure.value,
        source=source,
        health=health,
        has_verdict=is_answer and error.failure not in LIMITS | _MAY_PASS,
        code=error.code,
    )


def finding_of_status(status: str) -> Finding:
    """What the network says of an account that has been let in."""
    if status == _FINE:
        return Finding(
            passed=True, message="the account is in order", evidence_class=_FINE, health=Health.ok
        )
    failure = _STATUSES.get(status, FailureClass.unknown)
    return Finding(
        passed=False,
        message=f"the network calls the account {status[:60]!r}",
        evidence_class=failure.value,
        health=_OWN_WORDS.get(failure, Health.error),
        code=status[:60],
    )


def health_after(current: Health, evidence_class: str | None, finding: Finding) -> Health | None:
    """
    The health that an account is to have now, None where it keeps its own.

    `evidence_class` is that of its present health. A closed account opens again by a passed
    validation only; one that is barred from acting is not opened by being let in.
    """
    if finding.health is None or (finding.health is Health.error and current in CLOSED):
        return None
    is_barred = evidence_class == FailureClass.action_block.value and current is Health.needs_human
    if finding.health is Health.ok and (is_barred or current is Health.cooldown):
        return None
    return finding.health


def is_tried_again(
    evidence: Mapping[str, Any] | None, last: datetime | None, *, now: datetime
) -> bool:
    """Whether an account in `error` is validated again by itself: nothing was found out about it."""
    found = evidence or {}
    is_fault = (
        found.get("by") == "validation"
        and found.get("source") in {Source.network, Source.proxy}
        and found.get("class") in _FAULTS
    )
    return is_fault and (last is None or last <= now - AGAIN_AFTER)


def is_log_in(evidence: Mapping[str, Any] | None) -> bool:
    """Whether trying again is a log-in: behind a proxy that is down, nobody sees one."""
    return (evidence or {}).get("source") != Source.proxy


@dataclass(frozen=True, slots=True)
class Width:
    """How many accounts are validated at once. `clean` have passed in a row since it last changed."""

    now: int
    clean: int = 0


def bounded(width: Width, most: int) -> Width:
    """Never above the setting, which may have changed meanwhile."""
    most = max(1, min(most, MOST_AT_ONCE))
    return width if width.now <= most else Width(most)


def after_rate_limit(width: Width) -> Width:
    return Width(max(1, width.now // 2))


def after_clean(width: Width, most: int) -> Width:
    """One more after a batch, as many as run at once, in which nobody was limited."""
    clean = width.clean + 1
    if clean < width.now:
        return Width(width.now, clean)
    return bounded(Width(width.now + 1), most)
