"""People who are left alone: how a list of them comes in, and how it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from retinue.capabilities.accounts.schemas import NetworkName


class ContactScope(StrEnum):
    """Whose accounts leave the person alone."""

    fleet = "fleet"
    persona = "persona"
    account = "account"


@dataclass(frozen=True, slots=True)
class ContactEntry:
    """One person as a list names them; `handle` is folded, none where only the fingerprint is known."""

    handle_hash: str
    handle: str | None = None
    reason: str | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ContactList:
    """For whom the entries of one list hold, and what is said where an entry says no reason."""

    network: str
    scope_key: str
    reason: str


@dataclass(frozen=True, slots=True)
class ListFault:
    """One wrong place in a list; `column` is none in a plain one."""

    line: int
    column: str | None
    message: str


@dataclass(frozen=True, slots=True)
class ParsedList:
    entries: Sequence[ContactEntry]
    faults: Sequence[ListFault]


@dataclass(frozen=True, slots=True)
class ContactCounts:
    added: int = 0
    updated: int = 0
    unchanged: int = 0

    def __add__(self, other: ContactCounts) -> ContactCounts:
        return ContactCounts(
            self.added + other.added,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
        )


_EARLIEST, _LATEST = datetime(2000, 1, 1), datetime(2200, 1, 1)  # noqa: DTZ001 - compared without zones


def checked_moment(value: datetime) -> datetime:
    """
    In UTC, which it is where no zone is given.

    Raises:
        ValueError: it is too far away to be meant.
    """
    # Compared before the conversion, because that overflows at the ends of the calendar.
    if not _EARLIEST <= value.replace(tzinfo=None) < _LATEST:
        message = "must lie between 2000 and 2200"
        raise ValueError(message)
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _printable(value: str) -> str:
    text = value.strip()
    if not text or not text.isprintable():
        message = "must be printable text, and not empty"
        raise ValueError(message)
    return text


PrintableText = Annotated[str, AfterValidator(_printable)]


class DoNotContactCreate(BaseModel):
    """Who is to be left alone: `handle`, or its fingerprint as `hash` (SHA-256 of it in lower case, without `@`)."""

    model_config = ConfigDict(extra="forbid")

    network: NetworkName = "sandgram"
    handle: PrintableText | None = Field(default=None, max_length=256, examples=["harbour_lights"])
    hash: str | None = Field(default=None, pattern="^[0-9a-fA-F]{64}$")
    reason: PrintableText = Field(max_length=500, examples=["asked not to be contacted"])
    expires_at: Annotated[datetime, AfterValidator(checked_moment)] | None = None
    scope: ContactScope = ContactScope.fleet
    account: PrintableText | None = Field(
        default=None, max_length=255, description="With scope `account`: login or account_no."
    )
    persona: PrintableText | None = Field(
        default=None, max_length=255, description="With scope `persona`: its name."
    )

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if (self.handle is None) == (self.hash is None):
            message = "give either `handle` or `hash`"
            raise ValueError(message)
        return self


class DoNotContactRead(BaseModel):
    """One entry. `scope_id` is the persona's or the account's id; null for the fleet."""

    id: int
    network: str
    handle: str | None
    handle_hash: str
    scope: ContactScope
    scope_id: int | None
    reason: str
    expires_at: datetime | None
    created_by: str
    created_at: datetime


class ListFaultRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    line: int
    column: str | None
    message: str


class DoNotContactImport(BaseModel):
    """What a list has changed, or would change. Where there are errors, nothing was changed."""

    dry_run: bool
    added: int
    updated: int
    unchanged: int
    errors: list[ListFaultRead]
    errors_omitted: int
