from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from retinue.capabilities.evidence.models import EvidenceKind


@dataclass(frozen=True, slots=True)
class Found:
    """
    What was seen at one moment: a picture (PNG or JPEG), a page (HTML), or both.

    Inputs are masked in the picture and emptied in the page before they come here. `subject` is
    (kind, id) of what it is about; `address` loses its query.
    """

    subject: tuple[str, str]
    title: str
    picture: bytes | None = field(default=None, repr=False)
    page: str | None = field(default=None, repr=False)
    address: str | None = None
    account_id: int | None = None
    added_by: str = "retinue"


@dataclass(frozen=True, slots=True)
class EvidenceFilter:
    ids: tuple[str, ...] = ()
    """Any of these; all where there are none."""
    account_id: int | None = None
    subject: tuple[str | None, str | None] = (None, None)
    kind: EvidenceKind | None = None
    account_ids: frozenset[int] | None = None
    """The only accounts whose evidence is shown; none means all of it, that of no account too."""


_Id = Annotated[str, Field(min_length=1, max_length=36, pattern=r"^[A-Za-z0-9_-]+$")]
_Word = Annotated[str, Field(min_length=1, max_length=190, pattern=r"^[^\x00]*$")]


class EvidenceQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: list[_Id] = Field(default=[], max_length=100, description="May be repeated.")
    account_id: int | None = Field(default=None, ge=1, lt=2**63)
    subject_kind: _Word | None = Field(default=None, description="Such as `task` or `inbox_item`.")
    subject_id: _Word | None = None
    kind: EvidenceKind | None = None
    limit: int = Field(default=50, ge=1, le=1000, description="How many items at most.")
    cursor: str | None = Field(
        default=None, max_length=500, description="`next_cursor` of the page before."
    )


class EvidenceRead(BaseModel):
    """One file that shows what was seen. `GET /api/evidence/{id}/file` is the file."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    kind: EvidenceKind
    account_id: int | None
    subject_kind: str
    subject_id: str
    title: str
    address: str | None
    media_type: str
    bytes: int
    sha256: str
    added_by: str
    created_at: datetime
    expires_at: datetime
