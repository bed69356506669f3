from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from retinue.capabilities.proxies.schemas import ProxyQuery

_Id = Annotated[int, Field(ge=1, lt=2**63)]


class ChecksWanted(BaseModel):
    """Named by `ids` or by a `filter`; `{}` as a filter means all."""

    model_config = ConfigDict(extra="forbid")

    ids: Annotated[list[_Id], Field(min_length=1, max_length=10_000)] | None = None
    filter: ProxyQuery | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> ChecksWanted:
        if (self.ids is None) == (self.filter is None):
            raise ValueError("send either ids or filter")
        return self


class ChecksOrdered(BaseModel):
    matched: int = Field(description="How many proxies are checked.")
    batch_ids: list[str] = Field(description="Where to follow it: `GET /api/batches/{id}`.")
