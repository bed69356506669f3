"""Pools of content for a test, without pictures that anybody would look at."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.content import service as content
from retinue.capabilities.content.models import ContentKind
from retinue.capabilities.content.schemas import Details, Drawn, TextCreate, Wanted
from retinue.capabilities.personas import service as personas

ACTOR = "a test"


def make_persona(db: Session, name: str = "Ava", *, now: datetime) -> int:
    return personas.ensure(db, name, actor=ACTOR, now=now).id


def drawn(name: str, *, phash: int | None = None) -> Drawn:
    """A picture that only its name tells from others; it has no file."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    bits = int(digest[:16], 16) if phash is None else phash
    return Drawn(
        content=name.encode(),
        thumbnail=b"",
        media_type="image/jpeg",
        width=640,
        height=480,
        phash=bits - (1 << 64) if bits >> 63 else bits,
        sha256=digest,
        source_sha256=digest,
    )


def add_picture(
    db: Session, persona_id: int, name: str, *, now: datetime, phash: int | None = None, **said: Any
) -> int:
    details = Details(**{"category": "post", **said})
    picture = drawn(name, phash=phash)
    return content.add_picture(db, persona_id, picture, details, actor=ACTOR, now=now).id


def add_text(
    db: Session,
    persona_id: int,
    text: str,
    *,
    now: datetime,
    kind: ContentKind = ContentKind.caption,
    **said: Any,
) -> int:
    wanted = TextCreate(
        persona=persona_id,
        kind=kind,  # type: ignore[arg-type]  # pydantic refuses `image`
        text=text,
        **{"category": "post", **said},
    )
    return content.add_text(db, wanted, actor=ACTOR, now=now).id


def wanted(persona_id: int, account_id: int, **more: Any) -> Wanted:
    return Wanted(
        persona_id=persona_id,
        account_id=account_id,
        **{"kind": ContentKind.image, "category": "post", **more},
    )
