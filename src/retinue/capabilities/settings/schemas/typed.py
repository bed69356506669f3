from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Step = Annotated[int, Field(ge=1, le=86_400)]
"""Seconds to wait."""


class Typed(BaseModel):
    # Strict: a setting that arrives as "30" or true was meant otherwise, or will be.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
