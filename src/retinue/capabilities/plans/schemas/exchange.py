"""What the API takes and gives."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from retinue.capabilities.plans.schemas.typed import Severity

_LAST_VERSION = 2**31 - 1

Value = str | int | float | bool
Values = Annotated[list[Value], Field(max_length=1_000)]
Key = Annotated[str, Field(min_length=1, max_length=100)]


class PlanEdit(BaseModel):
    """
    `set` gives a key a new value, or removes it with null; `add` and `remove` work on the items of a list.
    Keys inside of a mapping are written with a dot: `filters.min_followers`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    set: dict[Key, Value | Values | dict[Key, Value | Values | None] | None] = Field(
        default_factory=dict, examples=[{"likes-percentage": "70-90"}]
    )
    add: dict[Key, Values] = Field(default_factory=dict, examples=[{"blogger-followers": ["luna"]}])
    remove: dict[Key, Values] = Field(default_factory=dict)
    if_version: int | None = Field(default=None, ge=0, le=_LAST_VERSION)
    dry_run: bool = False


class PlanRestore(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int = Field(ge=1, le=_LAST_VERSION)


class FindingRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    line: int
    column: int
    key: str
    severity: Severity
    message: str
    suggestion: str | None


class PlanRead(BaseModel):
    status: Literal["success"] = "success"
    message: str
    account: str
    version: int
    text: str
    config: dict[str, Any]
    findings: list[FindingRead]
    diff: str | None = None


class PlanVersionRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    version: int
    saved_by: str
    saved_at: datetime
    note: str | None
    is_current: bool


class PlanVersionsRead(BaseModel):
    status: Literal["success"] = "success"
    message: str
    account: str
    versions: list[PlanVersionRead]
