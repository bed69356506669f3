"""Many files at once, with a manifest or without."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from retinue.capabilities.content.models import UploadOutcome, UploadState
from retinue.capabilities.content.schemas.adding import Details, TextCreate


@dataclass(frozen=True, slots=True)
class Planned:
    """One line of the manifest, or one file where there is none: a picture, a text, or what is wrong."""

    line: int | None
    file: str | None
    details: Details | None = None
    text: TextCreate | None = None
    column: str | None = None
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    rows: tuple[Planned, ...]
    ignored_files: tuple[str, ...] = ()
    """In the folder or archive, but not named by the manifest, or no pictures."""


@dataclass(frozen=True, slots=True)
class Result:
    outcome: UploadOutcome
    content_id: int | None = None
    near_duplicates: tuple[int, ...] = ()
    column: str | None = None
    reason: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)


class UploadRowRead(BaseModel):
    seq: int
    line: int | None = Field(description="In the manifest, counted from 1 with its header.")
    file: str | None
    outcome: UploadOutcome
    content_id: int | None
    near_duplicates: list[int]
    column: str | None
    reason: str | None


class UploadRead(BaseModel):
    """How far an upload is. A dry run keeps nothing but this report."""

    id: str
    persona_id: int
    dry_run: bool
    state: UploadState
    total_rows: int
    done_rows: int
    progress: int
    counts: dict[str, int]
    error: str | None
    requested_by: str
    created_at: datetime
    finished_at: datetime | None
    problems: list[UploadRowRead] = Field(description="The first errors; `/rows` has every row.")
