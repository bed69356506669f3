"""How long the pools will last, and what came of what was given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, Field

from retinue.capabilities.content.models import ContentKind


class PoolRead(BaseModel):
    """One category of one persona's pictures, or of one kind of its texts."""

    persona_id: int
    persona: str
    kind: ContentKind
    category: str
    total: int = Field(description="Items, without the archived ones.")
    left: int = Field(description="Items that can still be given, those that rest among them.")
    resting: int = Field(description="Given not long ago, and for now to nobody else.")
    uses_left: int | None = Field(description="How often something can be given; null for no end.")
    accounts_waiting: int = Field(
        description="Accounts of the persona, ready or warming up, that were given none of this yet."
    )
    uses_per_day: float = Field(description="Of the last 14 days.")
    runs_out_at: datetime | None = Field(
        description="When nothing is left at this pace; null where that cannot be told."
    )
    is_enough: bool = Field(description="Whether every waiting account can be given one.")
    summary: str


class ReportBy(StrEnum):
    persona = "persona"
    category = "category"
    item = "item"


@dataclass(frozen=True, slots=True)
class ReportFilter:
    by: ReportBy
    persona_id: int | None = None
    kind: ContentKind | None = None
    category: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class ReportRow(BaseModel):
    """What was given, and what came of it. Counted by when it was given."""

    persona_id: int
    persona: str
    kind: ContentKind | None = None
    category: str | None = None
    content_id: int | None = Field(
        default=None, description="Of a picture, or of a text by `kind`."
    )
    given: int
    used: int
    given_back: int
    promised: int = Field(description="Neither used nor given back yet.")
    accounts: int
    successes: int
    success_rate: float | None
    success_score: float | None = Field(description="The mean of what was reported, 0 to 100.")
    assignment_score: float = Field(description="The mean of the scores that were given for.")
    last_given_at: datetime
