"""One session at work: looked after, asked to end, pressed to, and its books closed once its tree is gone."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from retinue.capabilities.sessions import service as sessions
from retinue.capabilities.sessions.models import EngagementSession, SessionStatus
from retinue.capabilities.sessions.schemas import Ending, Order, StopStep
from retinue.entrypoints.agent.process import SessionProcess
from retinue.foundation.errors import Unavailable
from retinue.foundation.redaction import redact
from retinue.foundation.runtime import Runtime

logger = logging.getLogger(__name__)

_LAST_LINES = 20
_SILENT_REASON = f"no sign of life for {sessions.HEARTBEAT_MISSING.total_seconds():.0f} seconds"
_TIME_UP = Ending(SessionStatus.timed_out, "its time is up")


def close(runtime: Runtime, session_id: str, ending: Ending) -> None:
    """Close the books on a session whose process is gone."""
    with runtime.database.writing() as db:
        open_intents = sessions.end(db, session_id, ending, now=runtime.clock.now())
    logger.info(
        "session %s: %s (%s), %s open intents are unknown now",
        session_id,
        ending.status.value,
        ending.reason,
        open_intents,
    )


@dataclass(slots=True)
class Watch:
    """A session at work. `asked_at` (monotonic) is when its end was first asked for."""

    runtime: Runtime
    order: Order
    process: SessionProcess
    asked_at: float | None = None
    step: StopStep | None = None
    last_sign: tuple[datetime | None, float] | None = None
    """The newest heartbeat, and when (monotonic) it was first seen here."""
    verdict: Ending | None = None
    """How it ends whatever its exit code says: timed out, or silent for too long."""

    def look(self, row: EngagementSession | None) -> bool:
        """One look. False when it is over: its whole tree is gone and its row is closed."""
        code = self.process.exit_code()
        if code is not None:
            return not self._bury(code, row)
        self.process.look()
        if row is None:
            # Settled by somebody else: whatever it does now is not wanted any more.
            self.process.kill()
            return True
        now = self.runtime.clock.now()
        if self.asked_at is None and self._is_silent(row, now=now):
            self.verdict = Ending(SessionStatus.lost, _SILENT_REASON, error=self._last_words())
            self.process.kill()
        elif self.asked_at is None and self._is_late(row):
            self.verdict = _TIME_UP
            self.ask(_TIME_UP.reason)
        elif self.asked_at is None and row.desired_state != "running":
            self.ask("stop was asked for")
        if self.asked_at is not None:
            self._press(self.asked_at)
        return True

    def ask(self, reason: str) -> None:
        """Ask it to end; from then on it is pressed harder with each look."""
        self.asked_at = self.runtime.clock.monotonic()
        self.process.ask_to_stop()
        self.step = StopStep.ask
        try:
            with self.runtime.database.writing() as db:
                sessions.mark_stopping(
                    db, self.order.session_id, reason=reason, now=self.runtime.clock.now()
                )
        except (Unavailable, SQLAlchemyError) as error:
            logger.warning(
                "session %s: stopping could not be noted: %s", self.order.session_id, error
            )

    def abandon(self) -> None:
        """End what is left of it at once, without its books."""
        self.process.kill()
        self.process.end_tree()
        self.process.close()

    def _is_silent(self, row: EngagementSession, *, now: datetime) -> bool:
        """By the wall clock and by ours: a clock that was moved says nothing about a session."""
        elapsed = self.runtime.clock.monotonic()
        if self.last_sign is None or self.last_sign[0] != row.heartbeat_at:
            self.last_sign = (row.heartbeat_at, elapsed)
        is_old = elapsed - self.last_sign[1] > sessions.HEARTBEAT_MISSING.total_seconds()
        return is_old and sessions.is_silent(row, now=now)

    def _is_late(self, row: EngagementSession | None) -> bool:
        ends_by = None if row is None else row.ends_by
        return ends_by is not None and self.runtime.clock.now() >= ends_by

    def _press(self, asked_at: float) -> None:
        step = sessions.stop_step(self.runtime.clock.monotonic() - asked_at)
        if step is StopStep.terminate and self.step is not step:
            self.process.terminate()
        elif step is StopStep.kill:
            self.process.kill()
        self.step = step

    def _bury(self, code: int, row: EngagementSession | None) -> bool:
        """The process has ended; the row is closed only once its whole tree has."""
        if not self.process.end_tree():
            logger.error("session %s: a process of its tree does not end", self.order.session_id)
            return False
        ending = self.verdict or self._ending_of(code)
        if ending.status is SessionStatus.stopped and self.asked_at is None and self._is_late(row):
            # It saw for itself that its time was up, a moment before we did.
            ending = _TIME_UP
        close(self.runtime, self.order.session_id, ending)
        self.process.close()
        return True

    def _ending_of(self, code: int) -> Ending:
        status = sessions.status_of_exit(code, was_asked=self.asked_at is not None)
        if status is SessionStatus.failed and code not in sessions.KNOWN_EXITS:
            reason = f"its process ended by itself ({_exit_text(code)})"
            return Ending(status, reason, error=f"{reason}\n{self._last_words()}".strip())
        return Ending(status, status.value)

    def _last_words(self) -> str:
        lines = self.process.log_tail().splitlines()[-_LAST_LINES:]
        return redact("\n".join(lines))


def _exit_text(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
