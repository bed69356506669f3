"""The shapes that many routes share."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict


class Body(BaseModel):
    """What a request may send. A field that is not declared is refused by name."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=False)


class Success(BaseModel):
    """The answer of the root paths. Their other fields stand beside `message`."""

    status: Literal["success"] = "success"
    message: str
