"""How the limits of an account grow with its age and its health."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from pydantic import BaseModel, Field


class Age(NamedTuple):
    """What the ramp is asked about an account."""

    active_since: datetime | None
    warmed_up_at: datetime | None
    limited_at: datetime | None
    """When the network last asked it to slow down or to stop."""


class RampStep(NamedTuple):
    """Where an account stands on the way to its whole limits."""

    day: int
    """Counted from 1."""
    share: float
    """Of the operator's limits: that of the day, less what trouble takes of it."""
    rises_at: datetime | None
    """When the next day or the end of the trouble allows more."""
    reason: str


class ForecastLimits(BaseModel):
    per_hour: int
    per_day: int


class ForecastDay(BaseModel):
    """One day of the account, from `begins_at` to the next."""

    begins_at: datetime
    day: int | None = Field(description="Of the account, counted from 1; null where nothing ramps.")
    share: float = Field(description="Of the operator's limits, 0 to 1.")
    limits: dict[str, ForecastLimits]


class ForecastRead(BaseModel):
    """What the account may do on each of the next 30 days, if nothing more goes wrong."""

    account_id: int
    account: str
    ramps: bool = Field(description="Whether its limits are less than the operator's now.")
    reason: str = Field(description="In words, as in `day 4 after warm-up`.")
    active_since: datetime | None
    warmed_up_at: datetime | None
    full_at: datetime | None = Field(
        description="When it has its whole limits; null where it has them, or where the curve ends below them."
    )
    trouble_until: datetime | None = Field(
        description="Until when it has only a part of its share, because the network has said stop."
    )
    caps: dict[str, ForecastLimits] = Field(
        description="The operator's limits, of which it has a share."
    )
    days: list[ForecastDay]
