"""A picture from outside, from its bytes to its row. The `with` blocks are the transaction edges."""

from __future__ import annotations

import hashlib

from retinue.capabilities.content.schemas.adding import Added, Details, Drawn
from retinue.capabilities.content.service import adding, keeping
from retinue.foundation.pictures import Drawing, PictureBox, draw
from retinue.foundation.runtime import Runtime


def receive(
    runtime: Runtime,
    persona: int | str,
    content: bytes,
    details: Details,
    *,
    actor: str,
    box: PictureBox | None = None,
) -> Added:
    """
    Decode, keep and add; `box` saves a process where many come one after the other.

    Raises:
        PersonaNotFound: there is no such persona.
        PictureRefused: it cannot be kept.
        Invalid: a tag cannot be used.
    """
    adding.clean_tags(details.tags)
    with runtime.database.reading() as db:
        persona_id = adding.persona_of(db, persona).id
        digest = hashlib.sha256(content).hexdigest()
        there = adding.picture_of_source(db, persona_id, digest)
    if there is not None:
        return Added(there, is_new=False)

    drawn = as_drawn(draw(content) if box is None else box.draw(content))
    keeping.keep(runtime.configuration.data_dir, drawn)

    with runtime.database.writing() as db:
        now = runtime.clock.now()
        return adding.add_picture(db, persona_id, drawn, details, actor=actor, now=now)


def as_drawn(drawing: Drawing) -> Drawn:
    phash = drawing.phash
    return Drawn(
        content=drawing.content,
        thumbnail=drawing.thumbnail,
        media_type=drawing.media_type,
        width=drawing.width,
        height=drawing.height,
        phash=phash - (1 << 64) if phash >> 63 else phash,
        sha256=drawing.sha256,
        source_sha256=drawing.source_sha256,
    )
