"""What failures and successes do to an account."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account, Health
from retinue.capabilities.proxies import service as proxies
from retinue.capabilities.safety import repository, rules
from retinue.capabilities.safety.models import AccountError, AccountSafety
from retinue.capabilities.safety.schemas import (
    Consequence,
    Failure,
    LimitSeen,
    LimitsInForce,
    PlanLimits,
    RampStep,
    Reaction,
    SafetyVerdict,
    Standing,
    Use,
    Waits,
)
from retinue.capabilities.safety.service import troubles
from retinue.capabilities.safety.service.states import standing_in
from retinue.capabilities.settings.schemas import RuntimeSettings
from retinue.drivers.errors import CallPhase, FailureClass
from retinue.foundation.events import service as events
from retinue.foundation.randomness import Random

ERRORS_KEPT = 100
_LONGEST_MESSAGE = 500


def limits_in_force(
    action: str,
    *,
    settings: RuntimeSettings,
    plan: PlanLimits | None,
    step: RampStep | None = None,
) -> LimitsInForce:
    """Those of the settings, tightened by the account's plan, of which `step` leaves a share."""
    return rules.limits_in_force(settings.limit_for(action), plan, step)


def limits_left(limits: LimitsInForce, use: Use, *, now: datetime) -> list[LimitSeen]:
    """The hourly limit, the daily limit and the interval, up to and with the first that stops."""
    return rules.limits_left(limits, use, now=now)


def verdict_on(failure: FailureClass, *, phase: CallPhase) -> SafetyVerdict:
    """What a failure asks for, without writing anything."""
    return rules.verdict_on(failure, phase=phase)


def record_failure(
    db: Session,
    account: Account,
    failure: Failure,
    *,
    settings: RuntimeSettings,
    rng: Random,
    now: datetime,
) -> Consequence:
    """
    Write a failure down and draw its consequence: wait, cool down, or change the account's health.

    A person who is private or gone is no failure of the account: nothing is written.
    """
    verdict = rules.verdict_on(failure.failure, phase=failure.phase)
    if failure.is_of_proxy and account.proxy_id is not None:
        proxies.note_failure(db, account.proxy_id, failure.message, now=now)
    if verdict.reaction is Reaction.skip_target:
        row = repository.of_account(db, account.id)
        return Consequence(verdict, rules.at(standing_in(row), now) if row else Standing())

    row = repository.of_account_for_change(db, account.id)
    standing = _after(standing_in(row), verdict, failure, settings=settings, rng=rng, now=now)
    _keep(row, standing, now=now)
    _remember(db, row, failure, now=now)
    if rules.is_stop(verdict):
        row.limited_at = now
    if verdict.health is not None and not _is_weaker(verdict.health, account.health):
        evidence = {
            "class": failure.failure.value,
            "text": failure.message[:_LONGEST_MESSAGE],
            "time": now.isoformat(),
            "source": failure.source or _source(failure),
            "proxy": failure.proxy,
            "phase": failure.phase.value,
        }
        accounts.set_health(db, account.id, verdict.health, evidence=evidence, now=now)
    db.flush()
    troubles.ask_a_person(db, account, failure, verdict, now=now)
    _tell(db, account, failure, Consequence(verdict, standing), now=now)
    return Consequence(verdict, standing)


def record_success(db: Session, account_id: int, *, now: datetime) -> None:
    """The network has let an action through: the steps begin again, and a probe has passed."""
    row = repository.of_account(db, account_id)
    if row is None or standing_in(row) == Standing():
        return
    if rules.at(standing_in(row), now).cooldown_until is not None:
        # An answer that was on its way when the cooldown began does not end it.
        return
    _keep(row, Standing(), now=now)
    db.flush()


def _is_weaker(found: Health, known: Health) -> bool:
    """An `error` takes nothing back that the network has said of the account before."""
    return found is Health.error and known in rules.CLOSED


def _source(failure: Failure) -> str:
    return f"session {failure.session_id}" if failure.session_id else "network"


def _after(
    standing: Standing,
    verdict: SafetyVerdict,
    failure: Failure,
    *,
    settings: RuntimeSettings,
    rng: Random,
    now: datetime,
) -> Standing:
    cooldown = timedelta(minutes=settings.cooldown_minutes)
    if verdict.reaction is Reaction.cool_down:
        standing = rules.at(standing, now)
        asked = timedelta(seconds=failure.retry_after or 0.0)
        wait = min(max(cooldown, asked), rules.LONGEST_RETRY_AFTER)
        return rules.cooled_down(standing.consecutive + 1, until=now + wait)
    if verdict.reaction is Reaction.back_off:
        return rules.after_rate_limit(
            standing,
            Waits(settings.rate_limit_steps, settings.cooldown_after_consecutive, cooldown),
            retry_after=failure.retry_after,
            now=now,
            rng=rng,
        )
    return rules.at(standing, now)


def _keep(row: AccountSafety, standing: Standing, *, now: datetime) -> None:
    row.consecutive_rate_limits = standing.consecutive
    row.backoff_until = standing.backoff_until
    row.cooldown_until = standing.cooldown_until
    row.is_probing = standing.is_probing
    row.updated_at = now


def _remember(db: Session, row: AccountSafety, failure: Failure, *, now: datetime) -> None:
    counts = dict(row.errors_by_class)
    counts[failure.failure.value] = counts.get(failure.failure.value, 0) + 1
    row.errors_by_class = counts
    row.last_error_at = now
    db.add(
        AccountError(
            account_id=row.account_id,
            at=now,
            failure=failure.failure.value,
            phase=failure.phase.value,
            action=failure.action,
            message=failure.message[:_LONGEST_MESSAGE],
            session_id=failure.session_id,
        )
    )
    db.flush()
    if sum(counts.values()) > ERRORS_KEPT:
        repository.drop_errors_beyond(db, row.account_id, kept=ERRORS_KEPT)


def _tell(
    db: Session, account: Account, failure: Failure, consequence: Consequence, *, now: datetime
) -> None:
    told: dict[str, Any] = {
        "account_id": account.id,
        "account": account.login,
        "class": failure.failure.value,
        "action": failure.action,
        "message": failure.message[:_LONGEST_MESSAGE],
        "session_id": failure.session_id,
    }
    if consequence.verdict.reaction in {Reaction.back_off, Reaction.cool_down}:
        standing = consequence.standing
        told["consecutive"] = standing.consecutive
        told["cooldown"] = standing.cooldown_until is not None
        told["until"] = consequence.wait_until.isoformat() if consequence.wait_until else None
        events.publish(db, "rate_limit", told, now=now)
    else:
        events.publish(db, "error", told, now=now)
