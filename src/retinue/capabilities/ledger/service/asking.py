"""Whether people may be engaged, what was done to them, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account
from retinue.capabilities.accounts.schemas import Denial
from retinue.capabilities.ledger import rules
from retinue.capabilities.ledger.repository import listed, reading, targets
from retinue.capabilities.ledger.schemas import CheckedTarget, EventFilter
from retinue.capabilities.safety import service as safety
from retinue.capabilities.safety.schemas import Use
from retinue.capabilities.settings.schemas import RuntimeSettings

COUNTED_AT_MOST = 1000


@dataclass(frozen=True, slots=True)
class Question:
    """What an account wants to do, under which settings."""

    account: Account
    action: str
    settings: RuntimeSettings


def check(
    db: Session,
    account: Account,
    action: str,
    handles: Sequence[str],
    *,
    settings: RuntimeSettings,
    now: datetime,
) -> list[CheckedTarget]:
    """
    Of many people at once: whether the account may do this to them, in the order asked.

    A yes is no promise; only `reserve` takes the right to act. The interval between
    two acts is left out: it stops nobody for longer than it lasts.
    """
    question = Question(account, action, settings)
    keys = [rules.handle_key(handle) for handle in handles]
    found = taken(db, question, list(dict.fromkeys(keys)), now=now)
    denial = account_denial(db, question, now=now)
    reason, until = (None, None) if denial is None else (denial.code, denial.until)
    answers = []
    for handle, key in zip(handles, keys, strict=True):
        answer = found.get(key)
        if answer is None:
            answer = CheckedTarget(handle, reason is None, reason, until)
        elif handle != key:
            answer = answer._replace(target=handle)
        answers.append(answer)
    return answers


def taken(
    db: Session, question: Question, keys: Sequence[str], *, now: datetime
) -> dict[str, CheckedTarget]:
    """Who of these folded handles is out of the account's reach: why, and until when; none is for ever."""
    account, settings = question.account, question.settings
    window = timedelta(days=settings.window_days(question.action))
    reach = targets.Reach(
        account.network,
        rules.scope_in_force(
            settings.dedup_scope, account_id=account.id, persona_id=account.persona_id
        ),
        question.action,
    )
    found: dict[str, CheckedTarget] = {}
    for handle, gone, until in targets.checked(db.connection(), reach, handles=list(keys), now=now):
        # Ten thousand at once: who was not found gone needs no more than their row.
        reason = ("dedupe_hit", until) if gone is None else _taken(gone, until, window, now)
        if reason is not None:
            found[handle] = CheckedTarget(handle, False, *reason)
    left_alone = _left_alone(db, account, keys, now=now)
    for handle, until in left_alone.items():
        found[handle] = CheckedTarget(handle, allowed=False, reason="do_not_contact", until=until)
    return found


def _left_alone(
    db: Session, account: Account, keys: Sequence[str], *, now: datetime
) -> dict[str, datetime | None]:
    """By the handle of today and by the one that they had when they were listed."""
    scope_keys = safety.scope_keys_of(account.id, account.persona_id)
    found = safety.left_alone(db, keys, network=account.network, scope_keys=scope_keys, now=now)
    for handle, until in listed.by_id(
        db.connection(), account.network, scope_keys=scope_keys, handles=keys, now=now
    ):
        found[handle] = safety.later_end(found.get(handle, until), until)
    return found


def is_engaged(
    db: Session,
    account: Account,
    handle: str,
    *,
    action: str,
    settings: RuntimeSettings,
    now: datetime,
) -> bool:
    """Whether a window or an absence keeps this one person out of the account's reach."""
    scope_key = rules.scope_in_force(
        settings.dedup_scope, account_id=account.id, persona_id=account.persona_id
    )
    found = targets.checked_one(
        db.connection(),
        account.network,
        scope_key=scope_key,
        action=action,
        handle=rules.handle_key(handle),
    )
    window = timedelta(days=settings.window_days(action))
    return found is not None and _taken(found[0], found[1], window, now) is not None


def _taken(
    gone: datetime | None, until: datetime | None, window: timedelta, now: datetime
) -> tuple[str, datetime] | None:
    absent_until = rules.unavailable_until(gone, window)
    if absent_until is not None and absent_until > now:
        return ("target_unavailable", absent_until)
    if until is not None and until > now:
        return ("dedupe_hit", until)
    return None


def account_denial(db: Session, question: Question, *, now: datetime) -> Denial | None:
    """Why the account may not do this to anybody now."""
    account, action, settings = question.account, question.action, question.settings
    denial = safety.refusal_for(db, account.id, action, now=now) or accounts.may_engage(
        account,
        engage_before_warm_up=settings.engage_before_warm_up,
        is_persona_paused=accounts.is_persona_paused(db, account),
    )
    if denial is not None:
        return denial
    used = reading.uses(
        db.connection(),
        account_id=account.id,
        hour_ago=now - timedelta(hours=1),
        day_ago=now - timedelta(hours=24),
    )
    row = next((one for one in used if one.action == action), None)
    if row is None:
        return None
    step = safety.ramp_step_of(db, account, settings=settings, now=now)
    limits = safety.limits_in_force(action, settings=settings, plan=None, step=step)
    for seen in safety.limits_left(limits, use_of(row), now=now):
        if seen.stops and seen.rule != "interval":
            note = f" ({seen.note})" if seen.note else ""
            return Denial(seen.rule, f"{action}: the limit is used up{note}.", seen.stops_until)
    return None


def use_of(row: Row[Any]) -> Use:
    return Use(row.hour, row.day, row.last_at, row.oldest_of_hour, row.oldest_of_day)


def events(
    db: Session,
    wanted: EventFilter,
    *,
    before: tuple[datetime, int] | None = None,
    limit: int = 50,
) -> Sequence[Row[Any]]:
    """Events that fit, the newest first; `before` is time and id of the last one seen."""
    return reading.events_page(db.connection(), wanted, before=before, limit=limit)


def count_events(db: Session, wanted: EventFilter) -> int | None:
    """How many fit; none above 1,000, because what is rare among millions takes longer to count than to show."""
    found = reading.count_events(db.connection(), wanted, at_most=COUNTED_AT_MOST + 1)
    return found if found <= COUNTED_AT_MOST else None


def why(
    db: Session,
    account_id: int,
    target: str,
    *,
    action: str | None = None,
    before: tuple[datetime, int] | None = None,
    limit: int = 50,
) -> Sequence[Row[Any]]:
    """The decisions about one person, the newest first, each with its rules in the order asked."""
    return reading.decisions(
        db.connection(),
        account_id=account_id,
        target=rules.handle_key(target),
        action=action,
        before=before,
        limit=limit,
    )
