"""
Many files, each in a transaction of its own: what is in is in, and whoever goes on knows where.

The `with` blocks are the transaction edges.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy.orm import Session

from retinue.capabilities.content.errors import ManifestRefused
from retinue.capabilities.content.models import ContentKind, UploadOutcome
from retinue.capabilities.content.repository import adding as repository
from retinue.capabilities.content.rules import manifest
from retinue.capabilities.content.schemas.adding import Added, Drawn
from retinue.capabilities.content.schemas.bulk import Plan, Planned, Result
from retinue.capabilities.content.service import adding, keeping
from retinue.capabilities.content.service.receiving import as_drawn
from retinue.capabilities.content.service.sources import Source
from retinue.foundation.errors import Refusal
from retinue.foundation.pictures import PictureBox
from retinue.foundation.pictures.box import check
from retinue.foundation.runtime import Runtime
from retinue.kit.csv_table import BadTable


def plan_of(source: Source, given: bytes | None, *, persona_id: int) -> Plan:
    """
    By the manifest that is given, or lies in the folder or archive; without one, every picture.

    Raises:
        ManifestRefused: the manifest cannot be read.
    """
    if given is None and manifest.MANIFEST in source.names:
        given = source.read(manifest.MANIFEST)
    try:
        return manifest.read(given, source.names, persona_id=persona_id)
    except BadTable as error:
        raise ManifestRefused(f"manifest: {error}.") from error


@dataclass(frozen=True, slots=True)
class Intake:
    """One who takes in many files for one persona."""

    runtime: Runtime
    source: Source
    box: PictureBox
    persona_id: int
    actor: str
    is_dry_run: bool

    def take(self, row: Planned) -> Result:
        """All of one line, or nothing of it."""
        ready = self.prepare(row)
        if isinstance(ready, Result) or self.is_dry_run:
            return ready if isinstance(ready, Result) else self.rehearsed(row, ready)
        with self.runtime.database.writing() as db:
            return self.write(db, row, ready)

    def prepare(self, row: Planned) -> Drawn | Result | None:
        """What takes long, without a transaction. A result where nothing is left to be written."""
        if row.fault is not None:
            return _wrong(row.fault, column=row.column)
        if row.file is None or row.details is None:
            return None
        try:
            adding.clean_tags(row.details.tags)
            content = self.source.read(row.file)
            check(content)
            there = self._there(hashlib.sha256(content).hexdigest())
            if there is not None:
                return Result(UploadOutcome.unchanged, there)
            drawn = as_drawn(self.box.draw(content))
            if not self.is_dry_run:
                keeping.keep(self.runtime.configuration.data_dir, drawn)
        except Refusal as error:
            return _refused(error)
        return drawn

    def rehearsed(self, row: Planned, drawn: Drawn | None) -> Result:
        """What writing it would have come to."""
        with self.runtime.database.reading() as db:
            if drawn is not None:
                there = repository.item_of_hash(db, self.persona_id, drawn.sha256)
                near = adding.near_duplicates(db, self.persona_id, drawn.phash)
                if there is not None:
                    return Result(UploadOutcome.unchanged, there.id)
                return Result(UploadOutcome.added, near_duplicates=near)
            return self._rehearsed_text(db, row)

    def _rehearsed_text(self, db: Session, row: Planned) -> Result:
        if row.text is None:
            return _wrong("is empty")
        try:
            adding.clean_tags(row.text.tags)
            digest = adding.hash_of(adding.clean_text(row.text.text))
        except Refusal as error:
            return _refused(error)
        found = repository.text_of_hash(db, self.persona_id, ContentKind(row.text.kind), digest)
        if found is not None:
            return Result(UploadOutcome.unchanged, found.id)
        return Result(UploadOutcome.added)

    def write(self, db: Session, row: Planned, drawn: Drawn | None) -> Result:
        now = self.runtime.clock.now()
        try:
            if drawn is not None and row.details is not None:
                added = adding.add_picture(
                    db, self.persona_id, drawn, row.details, actor=self.actor, now=now
                )
            elif row.text is not None:
                added = adding.add_text(db, row.text, actor=self.actor, now=now)
            else:
                return _wrong("is empty")
        except Refusal as error:
            return _refused(error)
        return _result(added)

    def _there(self, source_sha256: str) -> int | None:
        with self.runtime.database.reading() as db:
            return adding.picture_of_source(db, self.persona_id, source_sha256)


def _result(added: Added) -> Result:
    outcome = UploadOutcome.added if added.is_new else UploadOutcome.unchanged
    return Result(outcome, added.id, added.near_duplicates)


def _wrong(reason: str, *, column: str | None = None) -> Result:
    return Result(UploadOutcome.error, column=column, reason=reason)


def _refused(error: Refusal) -> Result:
    column = str(error.problems[0].loc[0]) if error.problems else None
    return _wrong(error.problems[0].msg if error.problems else error.message, column=column)
