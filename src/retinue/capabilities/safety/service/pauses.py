"""Whether anything keeps an account still, and the pauses that an operator orders."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.schemas import Denial
from retinue.capabilities.audit import service as audit
from retinue.capabilities.safety import repository, rules
from retinue.capabilities.safety.models import Pause
from retinue.capabilities.safety.schemas import Standing
from retinue.capabilities.safety.service.states import standing_in
from retinue.foundation.errors import Invalid
from retinue.foundation.events import service as events

FLEET = "fleet"
_LONGEST_REASON = 500


def pause_keys(action: str | None) -> list[str]:
    """The pauses that stop an action, wherever it comes from."""
    return [FLEET] if action is None else [FLEET, f"action:{action}"]


def refusal_for(
    db: Session, account_id: int, action: str | None, *, now: datetime
) -> Denial | None:
    """
    Whether a pause of the fleet or of the action, a backoff or a cooldown keeps the account still.

    The account's own lifecycle, health and pauses are for `accounts.may_engage`.
    """
    for pause in repository.pauses_of(db, pause_keys(action)):
        return pause_denial(pause.key, pause.reason)
    row = repository.of_account(db, account_id)
    return None if row is None else standing_denial(standing_in(row), now=now)


def pause_denial(key: str, reason: str) -> Denial:
    if key == FLEET:
        return Denial("fleet_paused", f"All accounts are paused by an operator: {reason}")
    action = key.removeprefix("action:")
    return Denial("action_paused", f"The action {action} is paused by an operator: {reason}")


def standing_denial(standing: Standing, *, now: datetime) -> Denial | None:
    standing = rules.at(standing, now)
    if standing.cooldown_until is not None:
        message = "The account is cooling down after the network asked it to stop."
        return Denial("cooldown", message, standing.cooldown_until)
    if standing.backoff_until is not None:
        message = "The account is waiting because the network asked for a pause."
        return Denial("backoff", message, standing.backoff_until)
    return None


def pause(db: Session, *, action: str | None, reason: str, actor: str, now: datetime) -> None:
    """
    Stop the whole fleet, or one kind of action everywhere. What is in flight ends; nothing new
    starts once the commit has returned.

    Raises:
        Invalid: the reason is empty or too long.
    """
    text = reason.strip()
    if not text or len(text) > _LONGEST_REASON:
        raise Invalid.field("reason", f"say why, in 1 to {_LONGEST_REASON} characters")
    key = pause_keys(action)[-1]
    accounts.obeyed_at_once(db)
    if repository.pause_named(db, key) is not None:
        return
    db.add(Pause(key=key, reason=text, paused_by=actor, paused_at=now))
    db.flush()
    audit.record(
        db, actor=actor, action="safety.paused", subject=("pause", key), now=now, reason=text
    )
    _tell(db, action, is_paused=True, reason=text, now=now)


def resume(db: Session, *, action: str | None, reason: str, actor: str, now: datetime) -> None:
    """Take a pause back. One that does not exist is no error."""
    key = pause_keys(action)[-1]
    found = repository.pause_named(db, key)
    if found is None:
        return
    db.delete(found)
    db.flush()
    audit.record(
        db, actor=actor, action="safety.resumed", subject=("pause", key), now=now, reason=reason
    )
    _tell(db, action, is_paused=False, reason=reason, now=now)


def _tell(db: Session, action: str | None, *, is_paused: bool, reason: str, now: datetime) -> None:
    told = {
        "scope": "fleet" if action is None else "action",
        "name": action,
        "paused": is_paused,
        "reason": reason,
    }
    events.publish(db, "pause_update", told, now=now)


def pauses(db: Session) -> list[Pause]:
    return repository.pauses(db)
