from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field

from retinue.foundation.http import Body, Success


class PauseScope(StrEnum):
    fleet = "fleet"
    persona = "persona"
    account = "account"
    action = "action"


class Switch(Body):
    """`name` says which persona, account or action; the fleet has none."""

    scope: PauseScope
    name: str | None = Field(
        default=None,
        min_length=1,
        max_length=255,
        description="The persona's name, the account's login or account_no, or the action.",
        examples=["test_account"],
    )
    reason: str = Field(min_length=1, max_length=500, examples=["the network behaves oddly"])


class Switched(Success):
    scope: PauseScope
    name: str | None
    paused: bool


class PauseRead(Body):
    scope: Literal["fleet", "action"]
    name: str | None
    reason: str
    paused_by: str
    paused_at: datetime
