from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from retinue.capabilities.accounts.models import Health, Lifecycle
from retinue.capabilities.accounts.schemas import NetworkName
from retinue.capabilities.sessions.models import SessionStatus
from retinue.foundation.http import Success


class AccountAdd(BaseModel):
    model_config = ConfigDict(extra="forbid")

    account: str = Field(min_length=1, max_length=100, description="The login.")
    network: NetworkName = "sandgram"
    config: str | None = Field(
        default=None, max_length=1_000_000, description="The plan, as YAML text."
    )


class AccountOverview(BaseModel):
    account: str
    account_no: str
    network: str
    lifecycle: Lifecycle
    health: Health
    session: SessionStatus


class AccountAdded(Success):
    account: str
    account_no: str
    network: str
    lifecycle: Lifecycle
    plan_version: int | None


class AccountRetired(Success):
    account: str
