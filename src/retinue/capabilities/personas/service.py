from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.audit import service as audit
from retinue.capabilities.personas import repository
from retinue.capabilities.personas.errors import PersonaExists, PersonaInUse, PersonaNotFound
from retinue.capabilities.personas.models import Persona
from retinue.capabilities.personas.schemas import PersonaChange, PersonaCreate, PersonaWarmup
from retinue.foundation.errors import Invalid
from retinue.foundation.leases import service as leases

_LINK = re.compile(r"https?://[^\s/?#@]+(?:[/?#]\S*)?")
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Note:
    """What an audit entry says beyond the act itself."""

    reason: str | None = None
    before: dict[str, object] | None = None


def get(db: Session, persona_id: int) -> Persona:
    """
    Raises:
        PersonaNotFound: there is none of this id.
    """
    persona = repository.get(db, persona_id)
    if persona is None:
        raise PersonaNotFound(
            f"persona: there is no persona {persona_id}; `GET /api/personas` lists them."
        )
    return persona


def find(db: Session, name: str) -> Persona | None:
    return repository.named(db, _key(name))


def page(db: Session, *, after: str | None, limit: int) -> tuple[Sequence[Persona], int]:
    """The personas in the order of their names, and how many there are in all."""
    return repository.page(db, after=after, limit=limit), repository.count(db)


def names(db: Session, ids: Iterable[int]) -> dict[int, str]:
    return {persona.id: persona.name for persona in repository.of_ids(db, ids)}


def is_paused(db: Session, persona_id: int | None) -> bool:
    if persona_id is None:
        return False
    persona = repository.get(db, persona_id)
    return persona is not None and persona.paused_at is not None


def add(db: Session, wanted: PersonaCreate, *, actor: str, now: datetime) -> Persona:
    """
    Raises:
        PersonaExists: the name is taken; case makes no difference.
        Invalid: the name or the link cannot be used.
    """
    persona = _made(wanted.name, link=_checked_link(wanted.link), now=now)
    persona.warmup = _stored(wanted.warmup)
    if not repository.add(db, persona):
        raise PersonaExists(f"name: a persona {persona.name} exists already.")
    _record(db, persona, "added", actor=actor, now=now)
    return persona


def ensure(db: Session, name: str, *, actor: str, now: datetime) -> Persona:
    """The persona of this name, made where there is none. Two callers at once get the same one."""
    for _ in range(_ATTEMPTS):
        found = find(db, name)
        if found is not None:
            return found
        persona = _made(name, link=None, now=now)
        if repository.add(db, persona):
            _record(db, persona, "added", actor=actor, now=now)
            return persona
    raise PersonaExists(f"persona: {name} is being made by somebody else; try again.")


def change(
    db: Session, persona_id: int, wanted: PersonaChange, *, actor: str, now: datetime
) -> Persona:
    """
    Raises:
        PersonaNotFound: there is none of this id.
        PersonaExists: the new name is taken.
        Invalid: the name, the link or the reason cannot be used.
    """
    persona = get(db, persona_id)
    before = _facts(persona)
    sent = wanted.model_fields_set
    if wanted.name is not None:
        _rename(db, persona, wanted.name)
    if "link" in sent:
        persona.link = _checked_link(wanted.link)
    if "warmup" in sent:
        persona.warmup = _stored(wanted.warmup)
    if wanted.paused is not None:
        if wanted.paused and not wanted.reason:
            raise Invalid.field("reason", "say why the persona is paused")
        persona.paused_at = (persona.paused_at or now) if wanted.paused else None
        persona.pause_reason = wanted.reason if wanted.paused else None
        # Whose lease it is, of the persona's accounts or another's, is not known here: all of them.
        leases.outlast(db, "")
    if _facts(persona) != before:
        db.flush()
        note = Note(reason=wanted.reason, before=before)
        _record(db, persona, "changed", actor=actor, now=now, note=note)
    return persona


def remove(db: Session, persona_id: int, *, actor: str, now: datetime) -> None:
    """
    Raises:
        PersonaNotFound: there is none of this id.
        PersonaInUse: accounts or content belong to it.
    """
    persona = get(db, persona_id)
    if not repository.remove(db, persona):
        raise PersonaInUse(
            f"Accounts or content belong to {persona.name}; give the accounts another persona first "
            "(`PATCH /api/accounts/{id}` with `persona`), and remove its pictures and texts."
        )
    _record(db, persona, "removed", actor=actor, now=now, note=Note(before=_facts(persona)))


def _made(name: str, *, link: str | None, now: datetime) -> Persona:
    name = _checked_name(name)
    return Persona(name=name, name_key=_key(name), link=link, created_at=now)


def _rename(db: Session, persona: Persona, name: str) -> None:
    name = _checked_name(name)
    other = find(db, name)
    if other is not None and other.id != persona.id:
        raise PersonaExists(f"name: a persona {name} exists already.")
    persona.name, persona.name_key = name, _key(name)


def _checked_name(name: str) -> str:
    name = name.strip()
    if not 0 < len(name) <= 100 or len(_key(name)) > 100 or not name.isprintable():
        raise Invalid.field("name", "use 1 to 100 printable characters")
    return name


def _checked_link(link: str | None) -> str | None:
    if link is None:
        return None
    if not _LINK.fullmatch(link) or not link.isprintable():
        raise Invalid.field(
            "link", "is not an http or https address without user name and password"
        )
    return link


def _stored(warmup: PersonaWarmup | None) -> dict[str, Any] | None:
    said = {} if warmup is None else warmup.model_dump(exclude_defaults=True)
    return said or None


def _key(name: str) -> str:
    return name.strip().casefold()


def _facts(persona: Persona) -> dict[str, object]:
    return {
        "name": persona.name,
        "link": persona.link,
        "paused": persona.paused_at is not None,
        "pause_reason": persona.pause_reason,
        "warmup": persona.warmup,
    }


def _record(
    db: Session,
    persona: Persona,
    verb: str,
    *,
    actor: str,
    now: datetime,
    note: Note | None = None,
) -> None:
    audit.record(
        db,
        actor=actor,
        action=f"personas.{verb}",
        subject=("persona", str(persona.id)),
        now=now,
        reason=note.reason if note else None,
        before=note.before if note else None,
        after=None if verb == "removed" else _facts(persona),
    )
