from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.schemas import AccountChange
from retinue.capabilities.personas import service as personas
from retinue.capabilities.personas.errors import PersonaNotFound
from retinue.capabilities.personas.models import Persona
from retinue.capabilities.personas.schemas import PersonaChange
from retinue.capabilities.safety import service as safety
from retinue.capabilities.tasks import service as tasks
from retinue.foundation.errors import Invalid
from retinue.foundation.events import service as events
from retinue.workflows.pausing.errors import OnHold
from retinue.workflows.pausing.schemas import PauseScope, Switch
from retinue.workflows.restoring import service as restoring

ACTIONS = ("like", "follow", "comment", "view")


def switch(
    db: Session,
    wanted: Switch,
    *,
    is_paused: bool,
    actor: str,
    now: datetime,
    only_ids: frozenset[int] | None = None,
) -> None:
    """
    Pause or resume one level. What is so already stays so, without an error.

    Raises:
        AccountNotFound: no account has that name, or it is none of `only_ids`.
        PersonaNotFound: no persona has that name.
        Invalid: the name is missing, superfluous, or no action.
        OnHold: the fleet stands still after a restore, which only `retinue db release` ends.
    """
    name = _checked_name(wanted)
    match wanted.scope:
        case PauseScope.persona:
            persona = personas.find(db, name)
            if persona is None:
                message = f"name: there is no persona {name}; `GET /api/personas` lists them."
                raise PersonaNotFound(message)
            change = PersonaChange(paused=is_paused, reason=wanted.reason)
            was_paused = persona.paused_at is not None
            personas.change(db, persona.id, change, actor=actor, now=now)
            if was_paused != is_paused:
                _tell_of_persona(db, persona, reason=wanted.reason, now=now)
        case PauseScope.account:
            account = accounts.find(db, name, only_ids=only_ids)
            asked = AccountChange(paused=is_paused, reason=wanted.reason)
            accounts.change(db, account.id, asked, actor=actor, now=now)
        case PauseScope.fleet | PauseScope.action:
            if wanted.scope is PauseScope.fleet and not is_paused:
                _refuse_while_held(db)
            turn = safety.pause if is_paused else safety.resume
            turn(db, action=name or None, reason=wanted.reason, actor=actor, now=now)
    if not is_paused:
        db.flush()
        tasks.wake_resumed(db, now=now)


def _tell_of_persona(db: Session, persona: Persona, *, reason: str, now: datetime) -> None:
    told = {
        "scope": "persona",
        "name": persona.name,
        "paused": persona.paused_at is not None,
        "reason": reason,
    }
    events.publish(db, "pause_update", told, now=now)


def _refuse_while_held(db: Session) -> None:
    reason = restoring.reason_of_hold(db)
    if reason is not None:
        raise OnHold(reason)


def _checked_name(wanted: Switch) -> str:
    name = (wanted.name or "").strip()
    if wanted.scope is PauseScope.fleet:
        if name:
            raise Invalid.field("name", "the fleet has no name; leave it out")
        return ""
    if not name:
        raise Invalid.field("name", f"say which {wanted.scope} is meant", kind="missing")
    if wanted.scope is PauseScope.action and name not in ACTIONS:
        raise Invalid.field("name", f"is not one of {', '.join(ACTIONS)}")
    return name
