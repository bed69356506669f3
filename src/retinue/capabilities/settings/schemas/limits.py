"""How much an account may do, and how that grows with its age."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, field_validator

from retinue.capabilities.settings.schemas.typed import Typed

Action = Literal["follow", "like", "comment", "view", "other"]
"""`other` stands for every action that has no entry of its own."""

OTHER = "other"

_Count = Annotated[int, Field(ge=0, le=1_000_000)]


class ActionLimit(Typed):
    per_hour: _Count
    per_day: _Count
    seconds_apart: float = Field(ge=0, le=86_400, allow_inf_nan=False)


LIMITS: dict[Action, ActionLimit] = {
    "follow": ActionLimit(per_hour=50, per_day=400, seconds_apart=60),
    "like": ActionLimit(per_hour=60, per_day=500, seconds_apart=20),
    "comment": ActionLimit(per_hour=15, per_day=100, seconds_apart=120),
    "view": ActionLimit(per_hour=200, per_day=2000, seconds_apart=3),
    "other": ActionLimit(per_hour=30, per_day=200, seconds_apart=60),
}


class RampPoint(Typed):
    """What share of its limits an account may use on this day, counted from 1."""

    day: int = Field(ge=1, le=365)
    share: float = Field(ge=0.01, le=1, allow_inf_nan=False)


_CURVE = ((1, 0.1), (3, 0.2), (7, 0.35), (12, 0.5), (18, 0.7), (24, 0.85), (30, 1.0))


class RampSettings(Typed):
    """How the limits of a young account grow to those of all others. They are never above them."""

    enabled: bool = Field(default=True, description="Whether limits ramp up at all.")
    all_accounts: bool = Field(
        default=False,
        description="Also for accounts that became active without a warm-up; otherwise those have their whole limits.",
    )
    curve: Annotated[list[RampPoint], Field(min_length=1, max_length=30)] = Field(
        default_factory=lambda: [RampPoint(day=day, share=share) for day, share in _CURVE],
        description="Days since the account became active; in between a line is drawn, after the last its share stays.",
    )
    trouble_share: float = Field(
        0.5,
        ge=0.01,
        le=1,
        allow_inf_nan=False,
        description="What is left of that share after a network has said stop.",
    )
    trouble_hours: int = Field(
        24, ge=0, le=720, description="How long after that; 0 is not at all."
    )

    @field_validator("curve")
    @classmethod
    def _only_upwards(cls, curve: list[RampPoint]) -> list[RampPoint]:
        for before, after in pairwise(curve):
            if after.day <= before.day or after.share < before.share:
                raise ValueError(
                    "each point must have a later day than the one before, and no smaller share"
                )
        return curve
