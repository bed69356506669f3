from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from retinue.capabilities.personas.models import Persona

_Hours = Annotated[float, Field(ge=0, le=720, allow_inf_nan=False)]
_Category = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]


class PersonaWarmup(BaseModel):
    """What the persona says for its own accounts; what is left out or null is as in the settings."""

    model_config = ConfigDict(extra="forbid")

    gap_hours_min: _Hours | None = None
    gap_hours_max: _Hours | None = None
    min_quality_score: Annotated[int, Field(ge=0, le=100)] | None = None
    reuse_days: Annotated[int, Field(ge=0, le=3650)] | None = None
    categories: dict[Literal["pfp", "bio", "post", "highlight", "story"], _Category] = Field(
        default={}, description="From which category each phase takes its content."
    )

    @model_validator(mode="after")
    def _range_is_one(self) -> PersonaWarmup:
        least, most = self.gap_hours_min, self.gap_hours_max
        if least is not None and most is not None and most < least:
            raise ValueError("gap_hours_max must not be less than gap_hours_min")
        return self


class PersonaCreate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=100)
    link: str | None = Field(default=None, max_length=500, description="An http or https address.")
    warmup: PersonaWarmup | None = None


class PersonaChange(BaseModel):
    """Only what is sent changes. Pausing needs a `reason`."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(default=None, min_length=1, max_length=100)
    link: str | None = Field(default=None, max_length=500)
    paused: bool | None = None
    reason: str | None = Field(default=None, min_length=1, max_length=500)
    warmup: PersonaWarmup | None = Field(
        default=None, description="Instead of what it said before; null is as in the settings."
    )


class PersonaRead(BaseModel):
    id: int
    name: str
    link: str | None
    paused: bool
    paused_at: datetime | None
    pause_reason: str | None
    warmup: PersonaWarmup | None
    created_at: datetime

    @classmethod
    def of(cls, persona: Persona) -> PersonaRead:
        return cls(
            id=persona.id,
            name=persona.name,
            link=persona.link,
            paused=persona.paused_at is not None,
            paused_at=persona.paused_at,
            pause_reason=persona.pause_reason,
            warmup=None if persona.warmup is None else PersonaWarmup.model_validate(persona.warmup),
            created_at=persona.created_at,
        )
