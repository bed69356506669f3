from __future__ import annotations

import logging
import os
import socket
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from retinue.capabilities.sessions import service as sessions
from retinue.capabilities.sessions.models import EngagementSession, SessionStatus
from retinue.capabilities.sessions.schemas import Ending, Order, StopStep
from retinue.capabilities.settings.service import ENVIRONMENT_NAMES
from retinue.entrypoints.agent.process import (
    Places,
    SessionProcess,
    allowed_environment,
    end_stranger,
)
from retinue.foundation.errors import Unavailable
from retinue.foundation.redaction import redact
from retinue.foundation.runtime import Runtime

logger = logging.getLogger(__name__)

SESSION_COMMAND = (sys.executable, "-OO", "-m", "retinue.entrypoints.session_process")
"""Without docstrings, which take 5 MB of each process."""

_STEP_SECONDS = 0.1
_REPORT_SECONDS = 3.0
_LAST_LINES = 20
_LEFTOVER_SECONDS = 5.0
_LEFTOVER_PATIENCE = 5.0
_END_SECONDS = 18.0
_SILENT_REASON = f"no sign of life for {sessions.HEARTBEAT_MISSING.total_seconds():.0f} seconds"
_TIME_UP = Ending(SessionStatus.timed_out, "its time is up")


@dataclass(slots=True)
class _Child:
    """A session at work. `asked_at` (monotonic) is when its end was first asked for."""

    order: Order
    process: SessionProcess
    asked_at: float | None = None
    step: StopStep | None = None
    verdict: Ending | None = None
    """How it ends whatever its exit code says: timed out, or silent for too long."""
    complaints: list[str] = field(default_factory=list)


class Agent:
    """
    `session_command` is what starts a session process; `environment` is added to the few
    variables that it inherits. One thread runs it.
    """

    def __init__(
        self,
        runtime: Runtime,
        *,
        name: str,
        session_command: Sequence[str] = SESSION_COMMAND,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._runtime = runtime
        self._name = name
        self._command = tuple(session_command)
        self._environment = allowed_environment(
            os.environ, names=ENVIRONMENT_NAMES, extra=environment or {}
        )
        self._children: dict[str, _Child] = {}
        self._reported_at: float | None = None
        self._leftovers: set[str] | None = None
        """Sessions of an earlier run whose process is not known to be gone; None before the first look."""
        self._tried_at = 0.0
        self._is_ending = False

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set; then every session is ended, and verified gone, before this returns."""
        while not stop.is_set():
            self._try_step()
            self._runtime.clock.sleep(_STEP_SECONDS, until=stop)
        self._end_all()

    def step(self) -> None:
        """One pass: report, settle what was left, take up orders, look after each process."""
        self._settle_leftovers()
        self._report()
        with self._runtime.database.reading() as db:
            rows = {row.id: row for row in sessions.watched(db, self._name)}
            orders = [
                sessions.order_of(db, row)
                for row in rows.values()
                if sessions.is_waiting(row) and row.id not in self._children
            ]
        for order in orders if not self._is_ending else ():
            self._start(order)
        for row in rows.values():
            if row.pid is None and row.desired_state != "running" and row.id not in self._children:
                self._close(row.id, Ending(SessionStatus.stopped, "stopped before it began"))
        for child in list(self._children.values()):
            self._look_after(child, rows.get(child.order.session_id))

    @property
    def running(self) -> tuple[str, ...]:
        """The ids of the sessions whose process this agent holds."""
        return tuple(self._children)

    def _try_step(self) -> None:
        try:
            self.step()
        except (Unavailable, SQLAlchemyError) as error:
            # The processes go on, and each stops by itself when its lease cannot be renewed.
            logger.warning("agent %s: the database does not answer: %s", self._name, error)
        except Exception:
            logger.exception("agent %s: a pass failed; the next one goes on", self._name)

    def _report(self) -> None:
        now = self._runtime.clock.monotonic()
        if self._reported_at is not None and now - self._reported_at < _REPORT_SECONDS:
            return
        with self._runtime.database.writing() as db:
            is_known = self._reported_at is not None and sessions.report_agent(
                db,
                self._name,
                incarnation=self._runtime.incarnation,
                now=self._runtime.clock.now(),
            )
            if not is_known:
                sessions.register_agent(
                    db,
                    self._name,
                    incarnation=self._runtime.incarnation,
                    host=socket.gethostname(),
                    pid=os.getpid(),
                    now=self._runtime.clock.now(),
                )
        self._reported_at = now

    def _settle_leftovers(self) -> None:
        """Processes of an earlier run are ended before their rows are: a row must not be closed under one."""
        now = self._runtime.clock.monotonic()
        is_first = self._leftovers is None
        if not is_first and (not self._leftovers or now - self._tried_at < _LEFTOVER_SECONDS):
            return
        self._tried_at = now
        with self._runtime.database.reading() as db:
            rows = {row.id: row for row in sessions.watched(db, self._name)}
        left = set(rows) if self._leftovers is None else self._leftovers & set(rows)
        # The first look may wait for them; later ones must not keep the sessions at work waiting.
        patience = _LEFTOVER_PATIENCE if is_first else 0.0
        stubborn: set[str] = set()
        for session_id in left:
            row = rows[session_id]
            is_gone = row.pid is None or end_stranger(
                row.pid, birth=row.pid_birth, patience=patience
            )
            if is_gone:
                self._close(row.id, Ending(SessionStatus.lost, "its agent had ended"))
            else:
                logger.error("session %s: process %s does not end", row.id, row.pid)
                stubborn.add(session_id)
        self._leftovers = stubborn

    def _start(self, order: Order) -> None:
        try:
            process = SessionProcess.start(
                self._command,
                self._secrets(order),
                places=self._places(order),
                environment=self._environment,
            )
        except OSError as error:
            logger.exception("session %s cannot be started", order.session_id)
            reason = f"its process could not be started: {error.strerror}"
            self._close(order.session_id, Ending(SessionStatus.failed, reason, error=reason))
            return
        child = _Child(order, process)
        self._children[order.session_id] = child
        with self._runtime.database.writing() as db:
            is_wanted = sessions.note_process(
                db,
                order.session_id,
                pid=process.pid,
                pid_birth=process.pid_birth,
                now=self._runtime.clock.now(),
            )
        if not is_wanted:
            process.kill()

    def _secrets(self, order: Order) -> dict[str, Any]:
        runtime = self._runtime
        configuration = runtime.configuration
        return {
            "session_id": order.session_id,
            "account_id": order.account_id,
            "fence": order.fence,
            "database_url": configuration.effective_database_url,
            "lock_path": str(configuration.write_lock_path),
            "data_dir": str(configuration.data_dir),
            "sandgram_url": configuration.sandgram_url,
            "key_id": runtime.sealer.key_id,
            "keys": runtime.sealer.export_keys(),
            "log_level": configuration.log_level,
        }

    def _places(self, order: Order) -> Places:
        data_dir: Path = self._runtime.configuration.data_dir
        return Places(
            work=data_dir / "sessions" / order.session_id,
            log=data_dir / "logs" / f"{order.log_name}.log",
        )

    def _look_after(self, child: _Child, row: EngagementSession | None) -> None:
        code = child.process.exit_code()
        if code is not None:
            self._bury(child, code, row)
            return
        child.process.look()
        if row is None:
            # Settled by somebody else: whatever it does now is not wanted any more.
            child.process.kill()
            return
        now = self._runtime.clock.now()
        if child.asked_at is None and sessions.is_silent(row, now=now):
            child.verdict = Ending(
                SessionStatus.lost, _SILENT_REASON, error=self._last_words(child)
            )
            child.process.kill()
        elif child.asked_at is None and self._is_late(row):
            child.verdict = _TIME_UP
            self._ask(child, _TIME_UP.reason)
        elif child.asked_at is None and row.desired_state != "running":
            self._ask(child, "stop was asked for")
        if child.asked_at is not None:
            self._press(child, child.asked_at)

    def _is_late(self, row: EngagementSession | None) -> bool:
        ends_by = None if row is None else row.ends_by
        return ends_by is not None and self._runtime.clock.now() >= ends_by

    def _ask(self, child: _Child, reason: str) -> None:
        child.asked_at = self._runtime.clock.monotonic()
        child.process.ask_to_stop()
        child.step = StopStep.ask
        try:
            with self._runtime.database.writing() as db:
                sessions.mark_stopping(
                    db, child.order.session_id, reason=reason, now=self._runtime.clock.now()
                )
        except (Unavailable, SQLAlchemyError) as error:
            logger.warning(
                "session %s: stopping could not be noted: %s", child.order.session_id, error
            )

    def _press(self, child: _Child, asked_at: float) -> None:
        step = sessions.stop_step(self._runtime.clock.monotonic() - asked_at)
        if step is StopStep.terminate and child.step is not step:
            child.process.terminate()
        elif step is StopStep.kill:
            child.process.kill()
        child.step = step

    def _bury(self, child: _Child, code: int, row: EngagementSession | None) -> None:
        """The process has ended; the row is closed only once its whole tree has."""
        if not child.process.end_tree():
            logger.error("session %s: a process of its tree does not end", child.order.session_id)
            return
        ending = child.verdict or self._ending_of(child, code)
        if ending.status is SessionStatus.stopped and child.asked_at is None and self._is_late(row):
            # It saw for itself that its time was up, a moment before we did.
            ending = _TIME_UP
        self._close(child.order.session_id, ending)
        child.process.close()
        del self._children[child.order.session_id]

    def _ending_of(self, child: _Child, code: int) -> Ending:
        status = sessions.status_of_exit(code, was_asked=child.asked_at is not None)
        if status is SessionStatus.failed and code not in sessions.KNOWN_EXITS:
            reason = f"its process ended by itself ({_exit_text(code)})"
            return Ending(status, reason, error=f"{reason}\n{self._last_words(child)}".strip())
        return Ending(status, status.value)

    def _last_words(self, child: _Child) -> str:
        lines = child.process.log_tail().splitlines()[-_LAST_LINES:]
        return redact("\n".join(lines))

    def _close(self, session_id: str, ending: Ending) -> None:
        with self._runtime.database.writing() as db:
            open_intents = sessions.end(db, session_id, ending, now=self._runtime.clock.now())
        logger.info(
            "session %s: %s (%s), %s open intents are unknown now",
            session_id,
            ending.status.value,
            ending.reason,
            open_intents,
        )

    def _end_all(self) -> None:
        """Ends even when the database does not answer; the rows are then settled at the next start."""
        self._is_ending = True
        deadline = self._runtime.clock.monotonic() + _END_SECONDS
        for child in self._children.values():
            if child.asked_at is None:
                self._ask(child, f"the agent {self._name} was ended")
        while self._children and self._runtime.clock.monotonic() < deadline:
            self._try_step()
            self._runtime.clock.sleep(_STEP_SECONDS)
        for child in self._children.values():
            child.process.kill()
            child.process.end_tree()
            child.process.close()
        self._children.clear()


def _exit_text(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
