"""The shapes that many routes share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict


class Body(BaseModel):
    """What a request may send. A field that is not declared is refused by name."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=False)


class Success(BaseModel):
    """The answer of the root paths. Their other fields stand beside `message`."""

    status: Literal["success"] = "success"
    message: str


def _in_utc(value: datetime) -> datetime:
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Moment = Annotated[datetime, AfterValidator(_in_utc)]
"""A time as a caller writes it; without a zone it is UTC."""
