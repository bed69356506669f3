"""Texts and pictures on their way into a pool. The same twice is one."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.audit import service as audit
from retinue.capabilities.content.errors import ContentNotFound
from retinue.capabilities.content.models import (
    ContentItem,
    ContentKind,
    ContentTagSet,
    ContentText,
)
from retinue.capabilities.content.repository import adding as repository
from retinue.capabilities.content.repository import promising
from retinue.capabilities.content.rules import alike
from retinue.capabilities.content.schemas.adding import Added, Details, Drawn, TextCreate
from retinue.capabilities.content.service.standing import new_shortfall
from retinue.capabilities.personas import service as personas
from retinue.capabilities.personas.errors import PersonaNotFound
from retinue.capabilities.personas.models import Persona
from retinue.foundation.errors import Invalid

_LONGEST_TAG = 50
_TRIES = 5


def persona_of(db: Session, given: int | str) -> Persona:
    """
    By its id or its name.

    Raises:
        PersonaNotFound: there is none.
    """
    if isinstance(given, int):
        return personas.get(db, given)
    found = personas.find(db, given)
    if found is None and given.isdecimal():
        return personas.get(db, int(given))
    if found is None:
        raise PersonaNotFound(
            f"persona: there is no persona {given}; `GET /api/personas` lists them."
        )
    return found


def add_picture(
    db: Session, persona_id: int, drawn: Drawn, details: Details, *, actor: str, now: datetime
) -> Added:
    """
    The file itself must stand where `files.keep` puts it before this is committed.

    Raises:
        Invalid: a tag cannot be used.
    """
    tags = clean_tags(details.tags)
    there = repository.item_of_hash(db, persona_id, drawn.sha256)
    if there is not None:
        return Added(there.id, is_new=False)
    item = ContentItem(
        persona_id=persona_id,
        category=details.category,
        title=details.title,
        tags=tags,
        tag_set_id=tag_set_of(db, persona_id, ContentKind.image, details.category, tags),
        quality=details.quality,
        max_usage=details.max_usage,
        sha256=drawn.sha256,
        source_sha256=drawn.source_sha256,
        phash=drawn.phash,
        media_type=drawn.media_type,
        width=drawn.width,
        height=drawn.height,
        bytes=len(drawn.content),
        **_unused(db, drawn.sha256, details.quality, now=now),
    )
    near = near_duplicates(db, persona_id, drawn.phash)
    if not repository.add(db, item):
        there = repository.item_of_hash(db, persona_id, drawn.sha256)
        if there is None:
            raise ContentNotFound("The persona has just been removed.")
        return Added(there.id, is_new=False)
    repository.add_prints(db, item, alike.quarters(drawn.phash))
    facts = {"sha256": item.sha256, "category": item.category}
    _record(db, "content", item.id, facts, actor=actor, now=now)
    return Added(item.id, is_new=True, near_duplicates=near)


def picture_of_source(db: Session, persona_id: int, source_sha256: str) -> int | None:
    """The picture that was once drawn from this very file: it need not be decoded again."""
    there = repository.item_of_source(db, persona_id, source_sha256)
    return None if there is None else there.id


def add_text(db: Session, wanted: TextCreate, *, actor: str, now: datetime) -> Added:
    """
    Raises:
        PersonaNotFound: there is no such persona.
        Invalid: the text or a tag cannot be used.
    """
    persona_id = persona_of(db, wanted.persona).id
    kind = ContentKind(wanted.kind)
    text, tags = clean_text(wanted.text), clean_tags(wanted.tags)
    text_hash = hash_of(text)
    there = repository.text_of_hash(db, persona_id, kind, text_hash)
    if there is not None:
        return Added(there.id, is_new=False)
    row = ContentText(
        persona_id=persona_id,
        kind=kind,
        category=wanted.category,
        tags=tags,
        tag_set_id=tag_set_of(db, persona_id, kind, wanted.category, tags),
        text=text,
        text_hash=text_hash,
        quality=wanted.quality,
        max_usage=wanted.max_usage,
        **_unused(db, text_hash, wanted.quality, now=now),
    )
    if not repository.add(db, row):
        there = repository.text_of_hash(db, persona_id, kind, text_hash)
        if there is None:
            raise ContentNotFound("The persona has just been removed.")
        return Added(there.id, is_new=False)
    facts = {"kind": kind.value, "category": row.category}
    _record(db, "text", row.id, facts, actor=actor, now=now)
    return Added(row.id, is_new=True)


def near_duplicates(db: Session, persona_id: int, phash: int) -> tuple[int, ...]:
    found = repository.sharing_prints(db, persona_id, alike.quarters(phash))
    return tuple(item_id for item_id, other in found if alike.is_near(phash, other))


def tag_set_of(
    db: Session, persona_id: int, kind: ContentKind, category: str, tags: Iterable[str]
) -> int:
    """The set of exactly these tags in that pool, made where there is none."""
    tags = sorted(tags)
    digest = hash_of("\n".join(tags))
    for _ in range(_TRIES):
        there = repository.tag_set_id(db, persona_id, kind, category, digest)
        if there is not None:
            return there
        made = ContentTagSet(persona_id=persona_id, kind=kind, category=category, digest=digest)
        if repository.add(db, made):
            repository.add_tags(db, made, tags)
            return made.id
    raise Invalid.field("tags", "somebody else is adding the same; try again")


def clean_tags(tags: Iterable[str]) -> list[str]:
    """
    Case-folded, each once, in the order given.

    Raises:
        Invalid: one is empty, too long or cannot be printed.
    """
    cleaned = [" ".join(unicodedata.normalize("NFC", tag).split()).casefold() for tag in tags]
    for tag in cleaned:
        if not 0 < len(tag) <= _LONGEST_TAG or not tag.isprintable():
            raise Invalid.field("tags", "each has 1 to 50 printable characters")
    return list(dict.fromkeys(cleaned))


def clean_text(text: str) -> str:
    """
    Raises:
        Invalid: nothing is left of it, or it holds a character that cannot be shown.
    """
    cleaned = unicodedata.normalize("NFC", text).replace("\r\n", "\n").strip()
    if not cleaned:
        raise Invalid.field("text", "is empty")
    if any(unicodedata.category(one) in {"Cc", "Cs"} for one in cleaned if one not in "\n\t"):
        raise Invalid.field("text", "holds a control character")
    return cleaned


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _unused(db: Session, content_hash: str, quality: int, *, now: datetime) -> dict[str, object]:
    """Another persona may have shown the same already, and then it rests here too."""
    given = promising.last_given(db, content_hash)
    return {
        "held_count": 0,
        "use_count": 0,
        "success_count": 0,
        "last_used_s": 0,
        "created_at": now,
        "guarded_since": given,
        "resting_since": given,
        "shortfall": new_shortfall(quality),
    }


def _record(
    db: Session, kind: str, row_id: int, facts: Mapping[str, object], *, actor: str, now: datetime
) -> None:
    audit.record(
        db,
        actor=actor,
        action="content.added",
        subject=(kind, str(row_id)),
        now=now,
        after=dict(facts),
    )
