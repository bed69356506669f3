from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from retinue.capabilities.personas.models import Persona


class PersonaCreate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=100)
    link: str | None = Field(default=None, max_length=500, description="An http or https address.")


class PersonaChange(BaseModel):
    """Only what is sent changes. Pausing needs a `reason`."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(default=None, min_length=1, max_length=100)
    link: str | None = Field(default=None, max_length=500)
    paused: bool | None = None
    reason: str | None = Field(default=None, min_length=1, max_length=500)


class PersonaRead(BaseModel):
    id: int
    name: str
    link: str | None
    paused: bool
    paused_at: datetime | None
    pause_reason: str | None
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
            created_at=persona.created_at,
        )
