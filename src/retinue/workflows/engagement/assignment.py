"""What one session works with, and the one way in which it ends early."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from retinue.capabilities.accounts.models import Account
from retinue.capabilities.plans.schemas import Plan
from retinue.capabilities.sessions.models import SessionStatus
from retinue.capabilities.sessions.schemas import Ending
from retinue.drivers.errors import CallPhase
from retinue.drivers.network.protocol import Line
from retinue.foundation import failpoints
from retinue.foundation.runtime import Runtime
from retinue.workflows.engagement.progress import Progress

ACTIONS = ("view", "like", "comment", "follow")
"""In the order in which a person meets them."""


class SessionEnds(Exception):
    """The session is over, for the reason inside; raised between two acts only."""

    def __init__(self, status: SessionStatus, reason: str, *, error: str | None = None) -> None:
        super().__init__(reason)
        self.ending = Ending(status=status, reason=reason, error=error)


class ActPhases:
    """Lets a crash test stop inside an act, and not inside a read."""

    def __init__(self) -> None:
        self.is_acting = False

    def __call__(self, phase: CallPhase) -> None:
        if self.is_acting and phase is CallPhase.sent:
            failpoints.reach("after_request_sent")
        elif self.is_acting and phase is CallPhase.answered:
            failpoints.reach("after_answer")


@dataclass(frozen=True, slots=True)
class Totals:
    """The session's own limits, drawn once."""

    successes: int
    visits: int
    by_action: dict[str, int]


@dataclass(slots=True)
class Assignment:
    """One session's account, plan and line. `stop` is set when an operator, the agent or a lost lease says so."""

    runtime: Runtime
    session_id: str
    fence: int
    account: Account
    plan: Plan
    line: Line
    phases: ActPhases
    progress: Progress
    stop: threading.Event
    own_handles: frozenset[str]
    list_folders: tuple[Path, ...]
    totals: Totals
    shift: timedelta
    """How far this session moves its working hours."""
    visits: int = 0
    resting: dict[str, datetime] = field(default_factory=dict)
    """Actions that a limit keeps still, and until when."""

    def now(self) -> datetime:
        now = self.runtime.clock.now()
        self.progress.alive(now)
        return now
