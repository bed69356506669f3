"""Items as people see and change them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, Field

from retinue.capabilities.content.models import ContentKind
from retinue.capabilities.content.schemas.adding import (
    LONGEST_TEXT,
    Body,
    Category,
    MaxUsage,
    Quality,
    Tags,
)


class ContentState(StrEnum):
    """Never stored: it follows from the counts and the moments in the row."""

    available = "available"
    resting = "resting"
    used_up = "used_up"
    archived = "archived"


class ContentSort(StrEnum):
    newest = "newest"
    quality = "quality"
    uses = "uses"
    last_used = "last_used"


@dataclass(frozen=True, slots=True)
class ContentFilter:
    persona_id: int | None = None
    kind: ContentKind | None = None
    category: str | None = None
    search: str | None = None
    state: ContentState | None = None
    sort: ContentSort = ContentSort.newest


class ContentQuery(Body):
    persona: int | None = Field(default=None, ge=1, lt=2**63, description="The persona's id.")
    category: Category | None = None
    q: str | None = Field(
        default=None,
        min_length=1,
        max_length=100,
        pattern=r"^[^\x00]*$",
        description="A tag, or part of a title or text.",
    )
    state: ContentState | None = None
    sort: ContentSort = Field(
        default=ContentSort.newest, description="The newest, best, most or last used first."
    )
    limit: int = Field(default=50, ge=1, le=1000, description="How many items at most.")
    cursor: str | None = Field(
        default=None, max_length=500, description="`next_cursor` of the page before."
    )


class TextQuery(ContentQuery):
    kind: Literal[ContentKind.bio, ContentKind.caption, ContentKind.title] | None = None


class ContentChange(Body):
    """What is left out stays as it is."""

    category: Category | None = None
    title: str | None = Field(default=None, max_length=200)
    tags: Tags | None = None
    quality: Quality | None = None
    max_usage: MaxUsage = Field(default=None, description="null lets it be used without end.")


class TextChange(Body):
    """What is left out stays as it is. The text can be changed until it is first assigned."""

    text: str | None = Field(default=None, min_length=1, max_length=LONGEST_TEXT)
    category: Category | None = None
    tags: Tags | None = None
    quality: Quality | None = None
    max_usage: MaxUsage = Field(default=None, description="null lets it be used without end.")


class ChoosableRead(BaseModel):
    id: int
    persona_id: int
    persona: str
    category: str
    tags: list[str]
    quality: int
    max_usage: int | None
    held_count: int = Field(description="Promised and not used yet.")
    use_count: int
    success_count: int
    success_rate: float | None = Field(description="Null until it was used.")
    last_used_at: datetime | None
    state: ContentState
    archived_at: datetime | None
    created_at: datetime


class ContentRead(ChoosableRead):
    title: str | None
    sha256: str
    media_type: str
    width: int
    height: int
    bytes: int
    image_url: str
    thumbnail_url: str


class ContentAdded(ContentRead):
    is_new: bool = Field(description="False where the persona had it already; it is as it was.")
    near_duplicates: list[int] = Field(
        description="Other pictures of the persona that look nearly the same."
    )


class TextRead(ChoosableRead):
    kind: ContentKind
    text: str


class BulkAct(StrEnum):
    archive = "archive"
    restore = "restore"
    remove = "remove"


class ContentBulk(Body):
    """The same for many pictures at once."""

    action: BulkAct
    ids: list[int] = Field(min_length=1, max_length=1000)


class ContentBulkRow(BaseModel):
    id: int
    outcome: Literal["changed", "unchanged", "refused"]
    reason: str | None = None


class BulkRead(BaseModel):
    action: BulkAct
    changed: int
    unchanged: int
    refused: int
    rows: list[ContentBulkRow]
