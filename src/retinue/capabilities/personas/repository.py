from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from retinue.capabilities.personas.models import Persona


def get(db: Session, persona_id: int) -> Persona | None:
    return db.get(Persona, persona_id)


def named(db: Session, name_key: str) -> Persona | None:
    return db.scalars(select(Persona).where(Persona.name_key == name_key)).one_or_none()


def of_ids(db: Session, ids: Iterable[int]) -> Sequence[Persona]:
    return db.scalars(select(Persona).where(Persona.id.in_(set(ids)))).all()


def page(db: Session, *, after: str | None, limit: int) -> Sequence[Persona]:
    statement = select(Persona).order_by(Persona.name_key).limit(limit)
    if after is not None:
        statement = statement.where(Persona.name_key > after)
    return db.scalars(statement).all()


def count(db: Session) -> int:
    return db.scalar(select(func.count()).select_from(Persona)) or 0


def add(db: Session, persona: Persona) -> bool:
    """False when the name is taken."""
    try:
        with db.begin_nested():
            db.add(persona)
            db.flush()
    except IntegrityError:
        return False
    return True


def remove(db: Session, persona: Persona) -> bool:
    """False while something still refers to it."""
    try:
        with db.begin_nested():
            db.delete(persona)
            db.flush()
    except IntegrityError:
        return False
    return True
