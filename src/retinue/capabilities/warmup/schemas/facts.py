"""What the rules decide upon, as it was read in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from retinue.capabilities.accounts.models import AccountKind, Health, Lifecycle
from retinue.capabilities.warmup.models import Phase, PhaseStatus


class Verb(StrEnum):
    """What can be done to a phase."""

    assign = "assign"
    start = "start"
    complete = "complete"
    fail = "fail"
    retry = "retry"
    skip = "skip"
    review = "review"


class NextAction(StrEnum):
    start_warmup = "start_warmup"
    get_content = "get_content"
    start_phase = "start_phase"
    complete_phase = "complete_phase"
    complete_warmup = "complete_warmup"
    wait = "wait"
    """Until `at`; where that is not known, look again in a while."""
    hold = "hold"
    """Something keeps the account still; look again in a while."""
    review = "review"
    """A person decides; look again in a while."""
    done = "done"
    """There is nothing left to do for this account; ask for others."""


@dataclass(frozen=True, slots=True)
class Step:
    """One phase of an account as it is stored."""

    id: int
    phase: Phase
    status: PhaseStatus
    available_at: datetime | None
    started_at: datetime | None
    completed_at: datetime | None
    bot_id: str | None
    assignment_id: int | None
    content_assigned_at: datetime | None
    content_missing_at: datetime | None
    error_message: str | None
    retry_count: int
    execution_time_ms: int | None
    skipped_by: str | None


@dataclass(frozen=True, slots=True)
class Subject:
    """An account, and all that may keep it still."""

    id: int
    account_no: str
    network: str
    login: str
    kind: AccountKind
    lifecycle: Lifecycle
    health: Health
    health_evidence: Mapping[str, Any] | None
    paused_at: datetime | None
    pause_reason: str | None
    labels: tuple[str, ...]
    is_test: bool
    persona_id: int | None
    persona: str | None
    persona_paused_at: datetime | None
    persona_warmup: Mapping[str, Any] | None
    backoff_until: datetime | None
    cooldown_until: datetime | None
    fleet_pause: str | None


@dataclass(frozen=True, slots=True)
class Hold:
    """Why nothing new is begun with an account, and until when where that is known."""

    code: str
    reason: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Next:
    """What may be done next for an account, from `at` on; at once where there is no moment."""

    action: NextAction
    method: str
    path: str
    phase: Phase | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """The settings as they are for one persona."""

    gap_hours_min: float
    gap_hours_max: float
    retry_delays: tuple[int, ...]
    max_failures: int
    min_quality_score: int
    reuse_days: int
    categories: Mapping[str, str]

    def category(self, phase: Phase) -> str:
        return self.categories.get(phase.value, phase.value)


@dataclass(frozen=True, slots=True)
class Bot:
    """Who calls: a token of the role bot, and the only accounts it may touch, where it has a list."""

    id: str
    name: str
    account_ids: frozenset[int] | None = None
    address: str | None = None
    request_id: str | None = None

    @property
    def actor(self) -> str:
        return f"token:{self.name}"

    @property
    def holder(self) -> str:
        """How its leases are held."""
        return f"bot:{self.id}"

    def may_touch(self, account_id: int) -> bool:
        return self.account_ids is None or account_id in self.account_ids


@dataclass(frozen=True, slots=True)
class Asked:
    """Which phase of which account an operator means, and why."""

    account_id: int
    phase: Phase
    actor: str
    note: str | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """The file of a picture, and the account that it is for."""

    account_id: int
    item_id: int
    sha256: str
    media_type: str
