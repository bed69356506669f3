"""What the API takes and gives."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from retinue.capabilities.plans.schemas.typed import Severity

_LAST_VERSION = 2**31 - 1

Value = str | int | float | bool
Values = Annotated[list[Value], Field(max_length=1_000)]
Key = Annotated[str, Field(min_length=1, max_length=100)]


class PlanEdit(BaseModel):
    """
    `set` gives a key a new value, or removes it with null; `add` and `remove` work on the items of a list.
    Keys inside of a mapping are written with a dot: `filters.min_followers`. `text` is a whole new text instead
    of all that; its dry run answers whatever the linter finds, errors too.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    set: dict[Key, Value | Values | dict[Key, Value | Values | None] | None] = Field(
        default_factory=dict, examples=[{"likes-percentage": "70-90"}]
    )
    add: dict[Key, Values] = Field(default_factory=dict, examples=[{"blogger-followers": ["luna"]}])
    remove: dict[Key, Values] = Field(default_factory=dict)
    text: str | None = Field(default=None, max_length=1_000_000)
    if_version: int | None = Field(default=None, ge=0, le=_LAST_VERSION)
    dry_run: bool = False

    @model_validator(mode="after")
    def _is_one_kind(self) -> Self:
        if self.text is not None and (self.set or self.add or self.remove):
            message = "give either text, or set, add and remove"
            raise ValueError(message)
        return self


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
