"""What is asked of a choice, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from retinue.capabilities.content.models import ContentKind


@dataclass(frozen=True, slots=True)
class Wanted:
    """`tags` are the account's. Where `category` has nothing left, `any` is looked into."""

    persona_id: int
    account_id: int
    kind: ContentKind
    category: str
    tags: tuple[str, ...] = ()
    min_quality: int = 0
    reuse_days: int = 30
    """For so long after one account was given something, no other is given the same."""


@dataclass(frozen=True, slots=True)
class Cut:
    """How many items of the pool each filter has taken away; an item counts where it is cut first."""

    looked_at: int = 0
    is_all: bool = True
    """False where the pool has more than were counted."""
    archived: int = 0
    used_up: int = 0
    low_quality: int = 0
    used_by_this_account: int = 0
    used_by_the_fleet: int = 0

    def as_json(self) -> dict[str, int | bool]:
        return {
            "looked_at": self.looked_at,
            "is_all": self.is_all,
            "archived": self.archived,
            "used_up": self.used_up,
            "low_quality": self.low_quality,
            "used_by_this_account": self.used_by_this_account,
            "used_by_the_fleet": self.used_by_the_fleet,
        }


@dataclass(frozen=True, slots=True)
class Assigned:
    """`id` is that of the picture or the text, `use_id` that of the promise: release it, or say that it was used."""

    kind: ContentKind
    id: int
    use_id: int
    score: Decimal
    """Times 100, with two decimals."""
    parts: dict[str, float] = field(default_factory=dict)
    reason: str = ""
    category_used: str = ""


class Candidate(Protocol):
    """An item as a choice sees it: a row."""

    @property
    def id(self) -> int: ...
    @property
    def tag_set_id(self) -> int: ...
    @property
    def content_hash(self) -> str: ...
    @property
    def quality(self) -> int: ...
    @property
    def use_count(self) -> int: ...
    @property
    def success_count(self) -> int: ...
    @property
    def last_used_s(self) -> int: ...
    @property
    def shortfall(self) -> int: ...
