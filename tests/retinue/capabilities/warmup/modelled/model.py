"""What must come of each call, said a second time and without tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from retinue.capabilities.warmup.models import Phase
from retinue.capabilities.warmup.schemas import Bot

START = datetime(2026, 1, 31, 12, tzinfo=UTC)
DELAYS = (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4))
LEASE = timedelta(minutes=30)
WAITS = {"pending", "failed"}
WORK = {"content_assigned", "in_progress"}


@dataclass
class Step:
    status: str = "pending"
    at: datetime | None = None
    failures: int = 0
    choice: int | None = None


@dataclass
class Model:
    lifecycle: str = "ready"
    is_paused: bool = False
    steps: dict[Phase, Step] = field(default_factory=dict)
    holder: str | None = None
    until: datetime = START

    def shown(self, phase: Phase, now: datetime) -> str:
        step = self.steps[phase]
        has_come = step.at is not None and step.at <= now
        return "available" if step.status in WAITS and has_come else step.status

    def turn(self) -> Phase | None:
        return next((one for one in self.steps if self.steps[one].status != "completed"), None)

    def is_held_by_other(self, bot: Bot, now: datetime) -> bool:
        return self.holder not in {None, bot.id} and self.until > now

    def leave(self, bot: Bot, now: datetime) -> None:
        turn = self.turn()
        goes_on = self.lifecycle == "warming_up" and (
            turn is None or self.shown(turn, now) in WORK | {"available"}
        )
        self.holder, self.until = (bot.id if goes_on else None), now + LEASE

    def refusal(
        self, phase: Phase, now: datetime, *, done: set[str], source: set[str]
    ) -> str | None:
        """None where it goes through, `done` where it changes nothing."""
        if not self.steps:
            return "warmup_not_started"
        shown, turn = self.shown(phase, now), self.turn()
        if shown in done:
            return "done"
        if self.steps[phase].status == "completed":
            return "phase_not_ready"
        if turn is not phase:
            return "phase_not_available"
        if shown in source:
            return None
        return "phase_not_available" if shown in WAITS else "phase_not_ready"
