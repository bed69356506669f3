from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from retinue.capabilities.inbox.models import ItemKind, ItemState


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to resolve an item, and how it reads on a button."""

    value: str
    label: str
    needs_evidence: bool = False
    """Whether it says that something was done, which a note or a picture must show."""


@dataclass(frozen=True, slots=True)
class Question:
    """
    What a person is asked.

    `key` keeps the same question from being asked twice at a time; `subject` is
    (kind, id). `details` hold facts that help to decide, never a secret. `evidence` are ids of what
    was seen, `link` is where a person can do what is asked, and `at_expiry` the choice that takes
    effect where nobody has chosen by `due_at`.
    """

    kind: ItemKind
    key: str
    subject: tuple[str, str]
    title: str
    instructions: str
    choices: tuple[Choice, ...]
    details: dict[str, Any] = field(default_factory=dict)
    account_id: int | None = None
    account: str | None = None
    due_at: datetime | None = None
    evidence: tuple[str, ...] = ()
    link: str | None = field(default=None, repr=False)
    at_expiry: str | None = None


@dataclass(frozen=True, slots=True)
class Attendant:
    """
    Who deals with an item. `key` tells apart those who have one name, as two tokens may;
    `account_ids` are the only accounts they may touch, where there is a list.
    """

    name: str
    key: str | None = None
    account_ids: frozenset[int] | None = None

    @property
    def hand(self) -> str:
        return (self.key or self.name)[:190]


@dataclass(frozen=True, slots=True)
class ItemFilter:
    states: tuple[ItemState, ...] = ()
    """Any of these; all where there are none."""
    kind: ItemKind | None = None
    account_id: int | None = None
    account_ids: frozenset[int] | None = None
    """The only accounts whose items are shown; none means all items, those of no account too."""
    hands: tuple[str, ...] = ()
    """Only what one of these has claimed or is to deal with."""


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class InboxQuery(_Body):
    state: list[ItemState] = Field(default=[], description="May be repeated.")
    kind: ItemKind | None = None
    account_id: int | None = Field(default=None, ge=1, lt=2**63)
    mine: bool = Field(
        default=False, description="Only what the caller has claimed, or is assigned to them."
    )
    limit: int = Field(default=50, ge=1, le=1000, description="How many items at most.")
    cursor: str | None = Field(
        default=None, max_length=500, description="`next_cursor` of the page before."
    )


class ClaimRequest(_Body):
    """Empty to claim. Both at once make no sense."""

    release: bool = Field(default=False, description="Give the item back instead.")
    take_over: bool = Field(
        default=False, description="Claim it even when somebody else has; the audit log says so."
    )


class AssignRequest(_Body):
    operator: str | None = Field(
        min_length=1,
        max_length=190,
        pattern=r"^[^\x00]*$",
        description="Who is to deal with it, by their user name; null lets anybody.",
    )


class ResolveRequest(_Body):
    resolution: str = Field(
        min_length=1,
        max_length=40,
        pattern=r"^[a-z_]+$",
        description="The value of one of the item's choices.",
    )
    # PostgreSQL takes no NUL.
    note: str | None = Field(default=None, min_length=1, max_length=2000, pattern=r"^[^\x00]*$")


class ChoiceRead(BaseModel):
    value: str
    label: str
    needs_evidence: bool = False


class InboxItemRead(BaseModel):
    """One thing that waits, or has waited, for a person."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    kind: ItemKind
    state: ItemState
    account_id: int | None
    account: str | None
    subject_kind: str
    subject_id: str
    title: str
    instructions: str
    details: dict[str, Any]
    choices: list[ChoiceRead]
    evidence: list[str] = Field(description="Ids for `GET /api/evidence`; some may be gone.")
    link: str | None = Field(description="Where a person can do what is asked.")
    created_at: datetime
    due_at: datetime | None
    at_expiry: str | None = Field(
        description="The choice that takes effect where nobody has chosen by then."
    )
    assigned_to: str | None
    claimed_by: str | None
    claimed_at: datetime | None
    resolved_by: str | None
    resolved_at: datetime | None
    resolution: str | None
    note: str | None
