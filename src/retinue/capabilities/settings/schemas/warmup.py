from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from retinue.capabilities.settings.schemas.typed import Step, Typed

_Category = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
WarmupPhase = Literal["pfp", "bio", "post", "highlight", "story"]
_PHASES: tuple[WarmupPhase, ...] = ("pfp", "bio", "post", "highlight", "story")


class WarmupSettings(Typed):
    """When a phase of a warm-up may begin, what is done when one fails, and what content it takes."""

    gap_hours_min: float = Field(
        24, ge=0, le=720, allow_inf_nan=False, description="Least time between two phases."
    )
    gap_hours_max: float = Field(
        48,
        ge=0,
        le=720,
        allow_inf_nan=False,
        description="Most time between two phases; where in between is drawn once for each.",
    )
    retry_delays: Annotated[list[Step], Field(min_length=1, max_length=10)] = Field(
        [900, 3600, 14400], description="Seconds to wait after each failure of a phase."
    )
    max_failures: int = Field(
        4, ge=1, le=20, description="Failures of a phase after which a person looks at it."
    )
    lease_seconds: int = Field(
        1800, ge=1, le=86_400, description="How long an account stays with a bot that says nothing."
    )
    min_quality_score: int = Field(0, ge=0, le=100, description="Content below it is not taken.")
    reuse_days: int = Field(
        30,
        ge=0,
        le=3650,
        description="Days before another account of the fleet may use the same content.",
    )
    categories: dict[WarmupPhase, _Category] = Field(
        default_factory=lambda: {phase: str(phase) for phase in _PHASES},
        description="From which category of a persona's content each phase takes; `any` is asked last.",
    )

    @model_validator(mode="after")
    def _range_is_one(self) -> WarmupSettings:
        if self.gap_hours_max < self.gap_hours_min:
            raise ValueError("gap_hours_max must not be less than gap_hours_min")
        return self

    @field_validator("retry_delays")
    @classmethod
    def _never_sooner(cls, delays: list[int]) -> list[int]:
        if delays != sorted(delays):
            raise ValueError("each delay must be at least as long as the one before")
        return delays
