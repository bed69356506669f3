"""What keeps a task from running now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Health, Lifecycle
from retinue.capabilities.proxies import service as proxies
from retinue.capabilities.tasks.models import LOOK_UPS, TaskType, WaitingFor

LOOK_AGAIN = timedelta(seconds=30)
"""How long a task sleeps at most before somebody looks whether what it waits for has come."""
BUSY_LOOK = timedelta(seconds=5)
"""Whoever ends a task of an account wakes the next, but may not see one that is put aside at that very moment."""
PAUSE_LOOK = timedelta(seconds=15)
PERSON_LOOK = timedelta(minutes=5)

_OF_ANY_HEALTH = frozenset(
    {
        TaskType.validate_account,
        TaskType.recover_account,
        TaskType.refresh_cookies,
        TaskType.rotate_password,
        TaskType.check_proxy,
    }
)
_WORKS = frozenset({Health.ok, Health.unknown})
_LOOKS = frozenset({Lifecycle.ready, Lifecycle.warming_up, Lifecycle.active})
_ENDED_BY_A_STATE = frozenset(
    {"account_is_worker", "account_not_active", "account_retired", "account_suspended"}
)


class Wait(NamedTuple):
    """`until` is unknown where a person decides; `look_at` is when the queue looks again."""

    waiting_for: WaitingFor
    until: datetime | None
    why: str
    look_at: datetime


class Hopeless(NamedTuple):
    """It will not run however long it waits: the task fails and says why."""

    code: str
    message: str


class DownProxy(NamedTuple):
    id: int
    since: datetime
    retry_at: datetime | None


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """An account at one moment: its row, who holds it, and what its network has asked for."""

    account: Any
    """The columns that `accounts.may_engage` reads, and `id`."""
    is_persona_paused: bool
    backoff_until: datetime | None
    cooldown_until: datetime | None
    holder: str | None
    held_until: datetime | None
    is_busy: bool
    """Whether a task of its own runs."""
    proxy: DownProxy | None = None
    """Its proxy, where nobody goes through that now."""
    last_used_at: datetime | None = None


def of_type(
    facts: AccountFacts,
    type: TaskType,  # noqa: A002 - the word of the contract
    *,
    engage_before_warm_up: bool,
    now: datetime,
) -> Wait | Hopeless | None:
    """Whether the account can do work of the type now, as far as its own state decides."""
    name = facts.account.account_no
    if facts.account.lifecycle is Lifecycle.retired:
        return Hopeless("account_retired", f"{name} is retired; revive it first.")
    if (paused := _pause(facts, now=now)) is not None:
        return paused
    if type not in _OF_ANY_HEALTH and type not in LOOK_UPS:
        denial = accounts.may_engage(
            facts.account,
            engage_before_warm_up=engage_before_warm_up,
            is_persona_paused=facts.is_persona_paused,
        )
        if denial is not None and denial.code in _ENDED_BY_A_STATE:
            return Hopeless(denial.code, denial.message)
        if denial is not None:
            return Wait(WaitingFor.person, None, denial.message, now + PERSON_LOOK)
    return _way_out(facts, now=now) or _rest(facts, now=now) or _held(facts, now=now)


def may_look_up(facts: AccountFacts, *, now: datetime) -> bool:
    """Whether a worker account is fit for look-ups, whatever it does at this moment."""
    return (
        facts.account.lifecycle in _LOOKS
        and facts.account.health in _WORKS
        and facts.proxy is None
        and _pause(facts, now=now) is None
    )


def may_act(facts: AccountFacts, *, engage_before_warm_up: bool, now: datetime) -> bool:
    """Whether an account is fit to follow, whatever it does at this moment."""
    denial = accounts.may_engage(
        facts.account,
        engage_before_warm_up=engage_before_warm_up,
        is_persona_paused=facts.is_persona_paused,
    )
    return denial is None and facts.proxy is None and _rest(facts, now=now) is None


def why_not_looking(facts: AccountFacts, *, now: datetime) -> Wait | Hopeless | None:
    """As `of_type`, of a worker account that was asked for by name."""
    name = facts.account.account_no
    if facts.account.lifecycle is Lifecycle.retired:
        return Hopeless("account_retired", f"{name} is retired; revive it first.")
    if (paused := _pause(facts, now=now)) is not None:
        return paused
    if (stuck := _way_out(facts, now=now)) is not None:
        return stuck
    if not may_look_up(facts, now=now):
        state = f"{facts.account.lifecycle}, health {facts.account.health}"
        why = f"The worker account {name} cannot look up now: it is {state}."
        return Wait(WaitingFor.worker_account, None, why, now + LOOK_AGAIN)
    return _rest(facts, now=now) or _held(facts, now=now)


def all_paused(reason: str, *, now: datetime) -> Wait:
    return Wait(WaitingFor.paused, None, reason, now + PAUSE_LOOK)


def taken_meanwhile(who: str, *, until: datetime | None = None, now: datetime) -> Wait:
    """It was free when it was chosen, and somebody else was faster."""
    why = f"{who} is held by somebody else."
    return Wait(WaitingFor.account_busy, until, why, now + BUSY_LOOK)


def budget_spent(until: datetime | None, what: str, *, now: datetime) -> Wait:
    """The budget frees no place before `until`, so nobody looks before; none where a limit of 0 forbids it."""
    return Wait(WaitingFor.rate_budget, until, what, until or now + PERSON_LOOK)


def of_workers(stops: Sequence[Wait | Hopeless], *, budget: str, now: datetime) -> Wait:
    """No worker account can look up now: `stops` says of each that could otherwise what keeps it."""
    waits = [stop for stop in stops if isinstance(stop, Wait)]
    if not waits:
        why = "There is no worker account that can look up."
        return Wait(WaitingFor.worker_account, None, why, now + LOOK_AGAIN)
    until = min(wait.until or wait.look_at for wait in waits)
    if all(wait.waiting_for is WaitingFor.rate_budget for wait in waits):
        why = f"Every worker account has used up its budget: {budget}."
        return budget_spent(until, why, now=now)
    return Wait(WaitingFor.worker_account, until, "No worker account is free.", _soon(until, now))


def _pause(facts: AccountFacts, *, now: datetime) -> Wait | None:
    name = facts.account.account_no
    if facts.account.paused_at is not None:
        reason = f": {facts.account.pause_reason}" if facts.account.pause_reason else ""
        return all_paused(f"{name} is paused by an operator{reason}", now=now)
    if facts.is_persona_paused:
        return all_paused(f"The persona of {name} is paused by an operator.", now=now)
    return None


def _way_out(facts: AccountFacts, *, now: datetime) -> Wait | None:
    if facts.proxy is None:
        return None
    proxy_id, since, until = facts.proxy
    why = f"{facts.account.account_no}: {proxies.down_message(proxy_id, since)}"
    # A check takes a moment, and nobody is told when it has succeeded.
    look_at = None if until is None else max(until, now + BUSY_LOOK)
    return Wait(WaitingFor.proxy, until, why, _soon(look_at, now))


def _rest(facts: AccountFacts, *, now: datetime) -> Wait | None:
    ends = [at for at in (facts.backoff_until, facts.cooldown_until) if at is not None and at > now]
    if not ends:
        return None
    why = f"The network has asked {facts.account.account_no} for a pause."
    return Wait(WaitingFor.account_backoff, max(ends), why, _soon(max(ends), now))


def _held(facts: AccountFacts, *, now: datetime) -> Wait | None:
    name = facts.account.account_no
    if facts.is_busy:
        why = f"{name} is busy with another task."
        return Wait(WaitingFor.account_busy, facts.held_until, why, now + BUSY_LOOK)
    if facts.holder is not None:
        who = "a session" if not facts.holder.startswith("task:") else "another task"
        why = f"{name} is held by {who}."
        return Wait(WaitingFor.account_busy, facts.held_until, why, _soon(facts.held_until, now))
    return None


def _soon(until: datetime | None, now: datetime) -> datetime:
    """At the end, or earlier: what ends of itself may also be ended by somebody."""
    return now + LOOK_AGAIN if until is None else min(max(until, now), now + LOOK_AGAIN)
