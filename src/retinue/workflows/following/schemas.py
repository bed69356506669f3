"""What is asked of follows, and what comes of them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from retinue.capabilities.tasks.models import Priority
from retinue.foundation.wording import NAME, ONE_LINE

MOST_NAMES = 1000
MOST_PAIRS = 10_000
BATCH = 1000

Handle = Annotated[str, Field(min_length=1, max_length=100, pattern=NAME)]
_Name = Annotated[str, Field(min_length=1, max_length=100, pattern=ONE_LINE)]


class FollowParams(BaseModel):
    """Of one task: its account follows this person."""

    model_config = ConfigDict(extra="forbid", strict=True)

    username: Handle


class FollowRequest(BaseModel):
    """
    Accounts and whom they are to follow. With `internal` the targets are own accounts, by login or
    number, and all of `accounts` where none are given; nobody follows themselves.
    """

    model_config = ConfigDict(extra="forbid")

    accounts: list[_Name] = Field(
        min_length=1, max_length=MOST_NAMES, description="Who follows, by login or number."
    )
    targets: list[Handle] = Field(
        default_factory=list, max_length=MOST_NAMES, description="Who is followed, without @."
    )
    internal: bool = Field(default=False, description="The targets are own accounts.")
    per_account_max: int = Field(
        default=50, ge=1, le=MOST_NAMES, description="How many each account follows at most."
    )
    name: str | None = Field(default=None, min_length=1, max_length=150, pattern=ONE_LINE)
    priority: Priority = Field(default=Priority.batch)
    dry_run: bool = Field(
        default=False, description="Say what would be asked for, and ask nothing."
    )

    @model_validator(mode="after")
    def _has_targets(self) -> FollowRequest:
        if not self.targets and not self.internal:
            raise ValueError("targets: name at least one person, or say internal")
        return self


class LeftOut(StrEnum):
    """Why a pair becomes no task."""

    itself = "itself"
    own_account = "own_account"
    """Of an external list; say `internal` to have own accounts followed."""
    per_account_max = "per_account_max"
    dedupe_hit = "dedupe_hit"
    target_unavailable = "target_unavailable"
    do_not_contact = "do_not_contact"


class PairRead(BaseModel):
    account: str
    username: str


class PlannedBatch(BaseModel):
    """`id` is null in a dry run."""

    id: str | None
    name: str
    size: int


class FollowReport(BaseModel):
    """`pairs` is how many tasks there are; `first` shows up to a hundred of them, in order."""

    dry_run: bool
    accounts: int
    targets: int
    pairs: int
    left_out: dict[LeftOut, int]
    batches: list[PlannedBatch]
    first: list[PairRead]


class FollowOutcome(StrEnum):
    followed = "followed"
    already = "already"
    """The network says that the account follows them."""
    skipped = "skipped"
    """Left alone: engaged before, not to be contacted, or gone."""


class FollowResult(BaseModel):
    username: str
    outcome: FollowOutcome
    reason: str | None = None
    until: datetime | None = None
    attempt_id: str | None = None
