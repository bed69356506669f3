"""What reading costs, and what it is opened with, as it is shown."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, Field, PlainSerializer, SecretStr

from retinue.capabilities.monitors.models import SourceName
from retinue.foundation.http.schemas import Body

Dollars = Annotated[Decimal, PlainSerializer(float, return_type=float)]


class SpendOf(BaseModel):
    source: str
    calls: int
    cost: Dollars


class SpendOfMonth(SpendOf):
    month: str


class SpendRead(BaseModel):
    """Dollars of this month (UTC)."""

    month: str
    limit: Dollars | None
    spent: Dollars
    calls: int
    projected: Dollars
    is_spent: bool
    resumes_at: datetime
    sources: list[SpendOf]
    months: list[SpendOfMonth]
    """The newest first, this one among them."""


class MetricsSourceRead(BaseModel):
    source: SourceName
    url: str | None
    """Where it is asked; null where nothing is known."""
    version: str
    is_default: bool
    has_key: bool
    key_fingerprint: str | None
    key_changed_by: str | None
    key_changed_at: datetime | None
    is_sandgram: bool
    problem: str | None
    """What keeps it from being read."""


class KeyChange(Body):
    key: Annotated[SecretStr, Field(min_length=1, max_length=4000)]
