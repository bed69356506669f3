from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel


class ComponentState(StrEnum):
    ok = "ok"
    degraded = "degraded"
    failed = "failed"
    not_configured = "not_configured"


class Component(BaseModel):
    name: str
    state: ComponentState
    detail: str
    age_seconds: float | None = None
    """How old the newest sign of life is."""
    facts: dict[str, Any] = {}
    remedy: str | None = None
    """What to do about it, where it is not well."""


class HealthRead(BaseModel):
    status: Literal["ok", "degraded", "failed"]
    version: str
    checked_at: datetime
    started_at: datetime
    """When this server process began."""
    clock_factor: float = 1.0
    """How fast the clock runs that all moments here are of: 1 is the machine's."""
    components: list[Component]


class Liveness(BaseModel):
    status: Literal["ok"] = "ok"
