from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from retinue.capabilities.settings.schemas.typed import Typed

_Url = Annotated[
    str, Field(max_length=500, pattern=r"^(https?://[A-Za-z0-9.:\[\]-]+(/[A-Za-z0-9._~/-]*)?)?$")
]


class MonitorSettings(Typed):
    """Where public numbers are read, how often at most, what that may cost, and how long they are kept."""

    source: Literal["tikhub", "graph"] = Field(
        "tikhub", description="Where monitors read that name no source of their own."
    )
    tikhub_url: _Url = Field(
        "", description="Base URL of TikHub; empty is Sandgram's, where there is one."
    )
    tikhub_version: Literal["v1", "v2", "v3"] = Field(
        "v2", description="Which of TikHub's interfaces is asked."
    )
    graph_url: _Url = Field(
        "", description="Base URL of the Graph API; empty is Sandgram's, where there is one."
    )
    graph_version: str = Field(
        "v25.0", pattern=r"^v[0-9]{1,3}\.[0-9]{1,2}$", description="Which version of it is asked."
    )
    graph_account_id: str = Field(
        "",
        pattern=r"^[0-9]{0,40}$",
        description="The professional account in whose name the Graph API is asked.",
    )
    requests_per_second: float = Field(
        10,
        ge=0,
        le=10_000,
        allow_inf_nan=False,
        description="By all processes together; 0 is no limit.",
    )
    places: int = Field(100, ge=1, le=1000, description="Readings at the same time, in a process.")
    monthly_budget: float | None = Field(
        None,
        ge=0,
        le=1_000_000,
        allow_inf_nan=False,
        description="Dollars a month (UTC); none is no limit. Once they are spent nothing more is read.",
    )
    adaptive: bool = Field(
        default=False,
        description="Whether quiet subjects are read less often, and all of them if the budget would not last.",
    )
    full_days: int = Field(7, ge=1, le=3650, description="Days that every reading is kept.")
    hourly_days: int = Field(
        90, ge=1, le=3650, description="Days that one reading an hour is kept; then one a day."
    )
    alerts: bool = Field(default=True, description="Whether strange movements are looked for.")
    alert_threshold: float = Field(
        6,
        ge=2,
        le=100,
        allow_inf_nan=False,
        description="How many times its usual spread a change must be off to be strange.",
    )

    @model_validator(mode="after")
    def _hours_outlast_readings(self) -> MonitorSettings:
        if self.hourly_days < self.full_days:
            raise ValueError("hourly_days must not be less than full_days")
        return self
