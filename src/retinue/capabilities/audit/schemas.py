from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from pydantic import BaseModel, ConfigDict


@dataclass(frozen=True, slots=True)
class AuditFilter:
    actor: str | None = None
    action: str | None = None
    subject_kind: str | None = None
    subject_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that was done. `action` is `slice.past`, `subject` (kind, id)."""

    action: str
    subject: tuple[str, str]
    reason: str | None = None
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


class Change(TypedDict, total=False):
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


class Whence(TypedDict, total=False):
    """Where it came from, where that is known."""

    request_id: str | None
    address: str | None


class Circumstances(Change, Whence, total=False):
    """What is worth writing down where it is known."""

    reason: str | None


@dataclass(frozen=True, slots=True)
class Examination:
    """How many entries are whole from the first on, and the first one that is not."""

    entries: int
    first_broken_id: int | None


class AuditVerdict(BaseModel):
    ok: bool
    entries: int
    first_broken_id: int | None


class AuditEntryRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    at: datetime
    actor: str
    action: str
    subject_kind: str
    subject_id: str
    reason: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    request_id: str | None
    address: str | None
    hash: str
