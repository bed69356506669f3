"""What safety decides and shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict

from retinue.capabilities.accounts.models import Health
from retinue.capabilities.safety.schemas.ramp import RampStep
from retinue.drivers.errors import CallPhase, FailureClass


class Reaction(StrEnum):
    """What one failure asks for."""

    skip_target = "skip_target"
    """The person cannot be acted on; the account is none the worse."""
    back_off = "back_off"
    """The network asks for a pause."""
    cool_down = "cool_down"
    """The network asks for a long pause at once."""
    stop_account = "stop_account"
    """Something is wrong with the account itself: its health changes and its session ends."""
    note = "note"
    """Worth remembering, and nothing more."""


@dataclass(frozen=True, slots=True)
class SafetyVerdict:
    """`health` is what the account's health becomes; none leaves it as it is."""

    reaction: Reaction
    health: Health | None = None
    is_target_gone: bool = False
    """The network says that the person does not exist: remembered, so that nobody tries again."""

    @property
    def ends_session(self) -> bool:
        return self.reaction is Reaction.stop_account


@dataclass(frozen=True, slots=True)
class Failure:
    """One failed call of an account, as its driver told it. `retry_after` is in seconds."""

    failure: FailureClass
    phase: CallPhase
    message: str
    action: str | None = None
    retry_after: float | None = None
    session_id: str | None = None
    source: str | None = None
    """Whose word it is, where that is neither the session's nor the network's."""
    proxy: str | None = None
    """Through which it came, without credentials."""
    is_of_proxy: bool = False
    """The account's proxy has failed, and has not been told of it yet."""


@dataclass(frozen=True, slots=True)
class StateFilter:
    """Which accounts, and of these those that show the state now; none means all."""

    account_ids: frozenset[int] | None = None
    state: ShownState | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an account stands between a rate limit and its next try."""

    consecutive: int = 0
    backoff_until: datetime | None = None
    cooldown_until: datetime | None = None
    is_probing: bool = False
    """The next action is the one try after a cooldown: if it is limited too, a new cooldown begins."""


@dataclass(frozen=True, slots=True)
class Waits:
    """The settings' answer to rate limits: seconds for each in a row, and when and how long to cool down."""

    steps: Sequence[int]
    threshold: int
    cooldown: timedelta


@dataclass(frozen=True, slots=True)
class Consequence:
    """What came of one failure."""

    verdict: SafetyVerdict
    standing: Standing

    @property
    def wait_until(self) -> datetime | None:
        """Before this moment the account does nothing."""
        return self.standing.cooldown_until or self.standing.backoff_until


@dataclass(frozen=True, slots=True)
class PlanLimits:
    """
    What an account's own plan says about one action; none leaves the settings' value.

    The tighter count wins. The plan's interval (seconds) replaces that of the settings.
    """

    per_hour: int | None = None
    per_day: int | None = None
    seconds_apart: float | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """What an account has done of one action in the last 60 minutes and the last 24 hours."""

    hour: int = 0
    day: int = 0
    last_at: datetime | None = None
    oldest_of_hour: datetime | None = None
    oldest_of_day: datetime | None = None


@dataclass(frozen=True, slots=True)
class LimitsInForce:
    """`cap_...` is what the operator allows; a young or troubled account has a share of it."""

    per_hour: int
    per_day: int
    seconds_apart: float
    cap_per_hour: int
    cap_per_day: int
    step: RampStep | None = None


class LimitSeen(NamedTuple):
    """One limit as it was met: the rule, the value seen, the threshold, and the end where it stops."""

    rule: str
    value: float | None
    threshold: float
    stops_until: datetime | None = None
    stops: bool = False
    note: str | None = None
    """Why the limit is less than the operator allows."""


BROKEN = frozenset({Health.error, Health.needs_human, Health.locked, Health.suspended})
"""What only a person ends."""


class ShownState(StrEnum):
    active = "active"
    warning = "warning"
    cooldown = "cooldown"
    error = "error"


class ErrorRead(BaseModel):
    """One failure of an account."""

    model_config = ConfigDict(from_attributes=True)

    at: datetime
    failure: str
    phase: str
    action: str | None
    message: str
    session_id: str | None


class SafetyState(BaseModel):
    """An account as the states list shows it. `health` says which error an `error` is."""

    account_id: int
    account: str
    account_no: str
    paused: bool
    pause_reason: str | None
    state: ShownState
    health: Health
    health_evidence: dict[str, Any] | None
    cooldown_until: datetime | None
    backoff_until: datetime | None
    seconds_left: int
    consecutive_rate_limits: int
    error_count: int
    errors_by_class: dict[str, int]
    last_error: ErrorRead | None
    recent_errors: list[ErrorRead]
