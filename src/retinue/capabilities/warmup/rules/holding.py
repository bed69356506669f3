"""What keeps an account still, and which accounts can be warmed up at all."""

from __future__ import annotations

from datetime import datetime

from retinue.capabilities.accounts.models import AccountKind, Health, Lifecycle
from retinue.capabilities.warmup.schemas import Hold, Subject

_HEALTHY = frozenset({Health.ok, Health.unknown, Health.cooldown})


def hold_of(subject: Subject, now: datetime) -> Hold | None:
    """An incident or a pause. It ends by itself once its cause is gone, and the phases go on as they stood."""
    name = subject.account_no
    if subject.fleet_pause is not None:
        return Hold(
            "fleet_paused", f"All accounts are paused by an operator: {subject.fleet_pause}"
        )
    if subject.persona_paused_at is not None:
        return Hold("persona_paused", f"The persona {subject.persona} is paused by an operator.")
    if subject.paused_at is not None:
        why = f": {subject.pause_reason}" if subject.pause_reason else "."
        return Hold("account_paused", f"{name} is paused by an operator{why}")
    if subject.health not in _HEALTHY:
        text = str((subject.health_evidence or {}).get("text") or "no details were kept")
        return Hold(f"account_{subject.health}", f"{name} has health {subject.health}: {text}")
    if subject.cooldown_until is not None and subject.cooldown_until > now:
        message = f"{name} is cooling down after the network asked it to stop."
        return Hold("cooldown", message, subject.cooldown_until)
    if subject.backoff_until is not None and subject.backoff_until > now:
        message = f"{name} is waiting because the network asked for a pause."
        return Hold("backoff", message, subject.backoff_until)
    return None


def start_refusal(subject: Subject) -> str | None:
    """Why an account cannot be warmed up, and what mends it; none where it can, or is already."""
    name = subject.account_no
    if subject.kind is AccountKind.worker:
        return f"{name} is a worker: reserved for look-ups, it is not warmed up."
    match subject.lifecycle:
        case Lifecycle.imported:
            return f"{name} is imported: validate it first (`retinue accounts validate {name}`)."
        case Lifecycle.active:
            return f"{name} is active already."
        case Lifecycle.retired:
            return f"{name} is retired; revive it first."
    if subject.persona_id is None:
        return (
            f"{name} belongs to no persona, and content is a persona's: give it one "
            f"(`PATCH /api/accounts/{subject.id}` with `persona`)."
        )
    return None
