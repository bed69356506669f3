"""What an account may do, and where its lifecycle and its health may go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from retinue.capabilities.accounts.models import Account, AccountKind, Health, Lifecycle
from retinue.capabilities.accounts.schemas import Denial

_MOVES: Mapping[Lifecycle, frozenset[Lifecycle]] = {
    Lifecycle.imported: frozenset({Lifecycle.ready, Lifecycle.active, Lifecycle.retired}),
    Lifecycle.ready: frozenset(
        {Lifecycle.imported, Lifecycle.warming_up, Lifecycle.active, Lifecycle.retired}
    ),
    Lifecycle.warming_up: frozenset({Lifecycle.ready, Lifecycle.active, Lifecycle.retired}),
    Lifecycle.active: frozenset({Lifecycle.ready, Lifecycle.retired}),
    # What is known of a retired account is old, so it begins again.
    Lifecycle.retired: frozenset({Lifecycle.imported}),
}

# Only what the network itself says of the account may close it. A broken line, a bare 401
# or a limit says nothing of the kind.
_WORDS_THAT_CLOSE: Mapping[Health, frozenset[str]] = {
    Health.locked: frozenset({"account_locked", "challenge", "operator"}),
    Health.suspended: frozenset({"account_suspended", "operator"}),
}
_HEALTHY = frozenset({Health.ok, Health.unknown})


def lease_key(account_id: int) -> str:
    return f"account:{account_id}"


def may_engage(
    account: Account, *, engage_before_warm_up: bool, is_persona_paused: bool
) -> Denial | None:
    """
    Whether the account may run sessions, as far as the account itself decides.

    A cooldown is not refused here: `safety` knows when it ends.
    """
    for denial in (
        _lifecycle_denial(account, engage_before_warm_up=engage_before_warm_up),
        _pause_denial(account, is_persona_paused=is_persona_paused),
        _health_denial(account),
    ):
        if denial is not None:
            return denial
    return None


def may_move(current: Lifecycle, wanted: Lifecycle) -> bool:
    return wanted in _MOVES[current]


def moves_from(current: Lifecycle) -> list[str]:
    return sorted(_MOVES[current])


def health_shown_by(wanted: Health, evidence: Mapping[str, Any] | None) -> Health:
    """`wanted` where the evidence carries it; `error` where it is too thin for `locked` or `suspended`."""
    needed = _WORDS_THAT_CLOSE.get(wanted)
    if needed is None or (evidence or {}).get("class") in needed:
        return wanted
    return Health.error


def _lifecycle_denial(account: Account, *, engage_before_warm_up: bool) -> Denial | None:
    name = account.account_no
    if account.kind is AccountKind.worker:
        return Denial(
            "account_is_worker", f"{name} is a worker: reserved for look-ups, it does not engage."
        )
    match account.lifecycle:
        case Lifecycle.active:
            return None
        case Lifecycle.ready if engage_before_warm_up:
            return None
        case Lifecycle.ready:
            mend = "warm it up, or activate it"
        case Lifecycle.warming_up:
            mend = "let its warm-up finish, or activate it"
        case Lifecycle.imported:
            mend = "validate it, or activate it"
        case Lifecycle.retired:
            return Denial("account_retired", f"{name} is retired; revive it first.")
    message = (
        f"{name} is {account.lifecycle}, not active: {mend} "
        f"(`retinue accounts activate {name} --reason ...`)."
    )
    return Denial("account_not_active", message)


def _pause_denial(account: Account, *, is_persona_paused: bool) -> Denial | None:
    if account.paused_at is not None:
        reason = f": {account.pause_reason}" if account.pause_reason else ""
        return Denial("account_paused", f"{account.account_no} is paused by an operator{reason}")
    if is_persona_paused:
        return Denial(
            "persona_paused", f"The persona of {account.account_no} is paused by an operator."
        )
    return None


def _health_denial(account: Account) -> Denial | None:
    if account.health in _HEALTHY or account.health is Health.cooldown:
        return None
    text = str((account.health_evidence or {}).get("text") or "no details were kept")
    return Denial(
        f"account_{account.health}",
        f"{account.account_no} has health {account.health}: {text}",
    )
