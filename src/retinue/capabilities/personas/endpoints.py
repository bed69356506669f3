from __future__ import annotations

from fastapi import status

from retinue.capabilities.personas import service
from retinue.capabilities.personas.errors import PersonaExists, PersonaInUse, PersonaNotFound
from retinue.capabilities.personas.schemas import PersonaChange, PersonaCreate, PersonaRead
from retinue.foundation.http import (
    Caller,
    Cursor,
    Db,
    Limit,
    Page,
    ReadDb,
    Router,
    RowId,
    Rt,
    Scope,
    decode_cursor,
    documented,
    encode_cursor,
    requires,
)

router = Router(prefix="/api/personas", tags=["Personas"])


@router.get("", dependencies=[requires(Scope.accounts_read)])
def list_personas(db: ReadDb, limit: Limit = 50, cursor: Cursor = None) -> Page[PersonaRead]:
    """The personas in the order of their names."""
    after = decode_cursor(cursor, str)
    rows, total = service.page(db, after=after[0] if after else None, limit=limit)
    return Page(
        items=[PersonaRead.of(row) for row in rows],
        next_cursor=encode_cursor(rows[-1].name_key) if len(rows) == limit else None,
        total=total,
    )


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    dependencies=[requires(Scope.accounts_write)],
    responses=documented(PersonaExists),
)
def add_persona(wanted: PersonaCreate, db: Db, rt: Rt, caller: Caller) -> PersonaRead:
    """Add a persona. Accounts name it when they are imported or changed."""
    return PersonaRead.of(service.add(db, wanted, actor=caller.actor, now=rt.clock.now()))


@router.get(
    "/{persona_id}",
    dependencies=[requires(Scope.accounts_read)],
    responses=documented(PersonaNotFound),
)
def read_persona(persona_id: RowId, db: ReadDb) -> PersonaRead:
    return PersonaRead.of(service.get(db, persona_id))


@router.patch(
    "/{persona_id}",
    dependencies=[requires(Scope.accounts_write)],
    responses=documented(PersonaNotFound, PersonaExists),
)
def change_persona(
    persona_id: RowId, wanted: PersonaChange, db: Db, rt: Rt, caller: Caller
) -> PersonaRead:
    """Rename, link, pause or resume. While it is paused, none of its accounts starts anything new."""
    changed = service.change(db, persona_id, wanted, actor=caller.actor, now=rt.clock.now())
    return PersonaRead.of(changed)


@router.delete(
    "/{persona_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[requires(Scope.accounts_write)],
    responses=documented(PersonaNotFound, PersonaInUse),
)
def remove_persona(persona_id: RowId, db: Db, rt: Rt, caller: Caller) -> None:
    """Remove a persona that no account belongs to."""
    service.remove(db, persona_id, actor=caller.actor, now=rt.clock.now())
