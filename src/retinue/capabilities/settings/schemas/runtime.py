"""The settings, each with its range. What is not said in a request or in the environment has the default here."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, field_validator

from retinue.capabilities.settings.schemas.limits import (
    LIMITS,
    OTHER,
    Action,
    ActionLimit,
    RampSettings,
)
from retinue.capabilities.settings.schemas.monitors import MonitorSettings
from retinue.capabilities.settings.schemas.typed import Step, Typed
from retinue.capabilities.settings.schemas.upkeep import (
    EvidenceSettings,
    MailSettings,
    ProxySettings,
    RecoverySettings,
    UpkeepSettings,
)
from retinue.capabilities.settings.schemas.warmup import WarmupSettings

_Days = Annotated[int, Field(ge=1, le=3650)]


class RuntimeSettings(Typed):
    """
    All of them, as they are in force.

    `version` is 0 until the first change. Frozen, and safe to hand around: a
    caller that wants newer values asks the service again.
    """

    version: int = Field(0, ge=0)
    reengagement_days: _Days = Field(
        30, description="Days before the same person may be engaged again."
    )
    reengagement_days_by_action: dict[Action, _Days] = Field(
        default_factory=dict, description="Days for single actions, instead of `reengagement_days`."
    )
    dedup_scope: Literal["account", "persona", "fleet"] = Field(
        "account", description="Among which of the own accounts a person is engaged only once."
    )
    rate_limit_steps: Annotated[list[Step], Field(min_length=1, max_length=10)] = Field(
        [60, 120, 300, 600], description="Seconds to wait after each consecutive rate limit."
    )
    cooldown_after_consecutive: int = Field(
        3, ge=1, le=20, description="Consecutive rate limits that start a cooldown."
    )
    cooldown_minutes: int = Field(45, ge=1, le=10_080, description="How long a cooldown lasts.")
    cache_seconds: int = Field(
        300, ge=0, le=86_400, description="How long an answer to `should_engage` is remembered."
    )
    limits: dict[Action, ActionLimit] = Field(
        default_factory=lambda: dict(LIMITS), description="Per account and action."
    )
    lookups_per_15_minutes: int = Field(
        900, ge=1, le=1_000_000, description="In all accounts together."
    )
    lookups_per_account: int = Field(
        100, ge=1, le=1_000_000, description="Per account in 15 minutes."
    )
    validation_concurrency: int = Field(6, ge=1, le=12, description="Accounts validated at once.")
    engage_before_warm_up: bool = Field(
        default=False, description="Whether an account may engage that is `ready` but not `active`."
    )
    trace_days: int = Field(30, ge=1, le=365, description="Days that decision traces are kept.")
    ramp: RampSettings = Field(
        default_factory=partial(RampSettings.model_validate, {}),
        description="Limits of young accounts.",
    )

    monitors: MonitorSettings = Field(
        default_factory=partial(MonitorSettings.model_validate, {}),
        description="Reading public numbers.",
    )
    warmup: WarmupSettings = Field(
        default_factory=partial(WarmupSettings.model_validate, {}),
        description="Phases of accounts that are warmed up, and the bots that perform them.",
    )
    recovery: RecoverySettings = Field(
        default_factory=partial(RecoverySettings.model_validate, {}),
        description="Accounts that do not open any more.",
    )
    mail: MailSettings = Field(
        default_factory=partial(MailSettings.model_validate, {}),
        description="The accounts' mailboxes.",
    )
    upkeep: UpkeepSettings = Field(
        default_factory=partial(UpkeepSettings.model_validate, {}),
        description="Cookies and validations, once a day.",
    )
    proxies: ProxySettings = Field(
        default_factory=partial(ProxySettings.model_validate, {}),
        description="The ways out: how often they are tried.",
    )
    evidence: EvidenceSettings = Field(
        default_factory=partial(EvidenceSettings.model_validate, {}),
        description="Pictures of pages that surprised us.",
    )

    @field_validator("rate_limit_steps")
    @classmethod
    def _never_shorter(cls, steps: list[int]) -> list[int]:
        if steps != sorted(steps):
            raise ValueError(
                "each step must be at least as long as the one before, as in 60, 120, 300"
            )
        return steps

    def limit_for(self, action: str) -> ActionLimit:
        """The limits of an action; those of `other` where it has none of its own."""
        by_name = {str(name): limit for name, limit in self.limits.items()}
        return by_name.get(action, by_name[OTHER])

    def window_days(self, action: str) -> int:
        by_name = {str(name): days for name, days in self.reengagement_days_by_action.items()}
        return by_name.get(action, self.reengagement_days)


class SettingsVersionRead(BaseModel):
    version: int
    values: dict[str, Any]
    changed_by: str
    changed_at: datetime


class Installation(BaseModel):
    """What is fixed, for reading only."""

    version: str
    database: str
    demo: bool
    networks: list[str]
    bind: str
    port: int
    clock_factor: float
    """How fast time runs here; 1 unless a demo is told otherwise."""
    shown_time: datetime


class ConfigRead(RuntimeSettings):
    installation: Installation
