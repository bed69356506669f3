from __future__ import annotations

import logging
import os
import socket
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from retinue.capabilities.sessions import service as sessions
from retinue.capabilities.sessions.errors import AgentNameTaken
from retinue.capabilities.sessions.models import EngagementSession, SessionStatus
from retinue.capabilities.sessions.schemas import Ending, Order
from retinue.capabilities.settings.service import ENVIRONMENT_NAMES
from retinue.entrypoints.agent.leftovers import Leftovers
from retinue.entrypoints.agent.process import Places, SessionProcess, allowed_environment
from retinue.entrypoints.agent.surroundings import ClockWatch, DiskWatch
from retinue.entrypoints.agent.watching import Watch, close
from retinue.foundation.errors import Unavailable
from retinue.foundation.runtime import Runtime
from retinue.workflows.restoring import service as restoring

logger = logging.getLogger(__name__)

# Without docstrings and column numbers a session takes some megabytes less.
_FRUGAL = ("-OO", "-X", "no_debug_ranges")
SESSION_COMMAND = (sys.executable, *_FRUGAL, "-m", "retinue.entrypoints.session_process")
"""Without docstrings, which take 5 MB of each process."""

_STEP_SECONDS = 0.1
_REPORT_SECONDS = 3.0
_END_SECONDS = 18.0
_LOOK_BACK_SECONDS = 60.0


class Agent:
    """
    `session_command` is what starts a session process; `environment` is added to the few
    variables that it inherits. `host` is where it works. One thread runs it.
    """

    def __init__(
        self,
        runtime: Runtime,
        *,
        name: str,
        session_command: Sequence[str] = SESSION_COMMAND,
        environment: Mapping[str, str] | None = None,
        host: str | None = None,
    ) -> None:
        self._runtime = runtime
        self._name = name
        self._command = tuple(session_command)
        self._environment = allowed_environment(
            os.environ, names=ENVIRONMENT_NAMES, extra=environment or {}
        )
        self._host = host or socket.gethostname()
        self._watches: dict[str, Watch] = {}
        self._clock = ClockWatch(runtime, agent=name, host=self._host)
        self._disk = DiskWatch(runtime)
        self._reported_at: float | None = None
        self._looked_back_at: float | None = None
        """None where the database may be another than it was."""
        self._leftovers: Leftovers | None = None
        """None before the first look."""
        self._is_ending = False

    def run(self, stop: threading.Event) -> None:
        """
        Until `stop` is set; then every session is ended, and verified gone, before this returns.

        Raises:
            AgentNameTaken: another run has taken the name over. Nothing of what is its own is touched.
        """
        try:
            while not stop.is_set():
                self._try_step()
                self._runtime.clock.sleep(_STEP_SECONDS, until=stop)
        finally:
            self._end_all()

    def check_name(self) -> None:
        """
        Before the first step, for whoever wants to know early.

        Raises:
            AgentNameTaken: another agent of this name is at work.
        """
        self._former_host()

    def step(self) -> None:
        """One pass: report, settle what was left, take up orders, look after each process."""
        # First, because the rest needs the room.
        self._disk.look()
        has_jumped = self._clock.look()
        if not self._is_ending:
            self._settle_leftovers()
            self._claim()
        self._report(at_once=has_jumped)
        self._look_back()
        with self._runtime.database.reading() as db:
            rows = {row.id: row for row in sessions.watched(db, self._name)}
            orders = [
                sessions.order_of(db, row)
                for row in rows.values()
                if sessions.is_waiting(row) and row.id not in self._watches
            ]
        if not self._is_ending:
            for order in orders:
                self._start(order)
            self._close_unstarted(rows.values())
        for session_id, watch in list(self._watches.items()):
            if not watch.look(rows.get(session_id)):
                del self._watches[session_id]

    @property
    def running(self) -> tuple[str, ...]:
        """The ids of the sessions whose process this agent holds."""
        return tuple(self._watches)

    def _try_step(self) -> None:
        try:
            self.step()
        except AgentNameTaken:
            raise
        except (Unavailable, SQLAlchemyError) as error:
            # The processes go on, and each stops by itself when its lease cannot be renewed.
            logger.warning("agent %s: the database does not answer: %s", self._name, error)
            self._looked_back_at = None
        except Exception:
            logger.exception("agent %s: a pass failed; the next one goes on", self._name)

    def _report(self, *, at_once: bool) -> None:
        now = self._runtime.clock.monotonic()
        last = self._reported_at
        if last is not None and now - last < _REPORT_SECONDS and not at_once:
            return
        with self._runtime.database.writing() as db:
            is_known = self._reported_at is not None and sessions.report_agent(
                db,
                self._name,
                incarnation=self._runtime.incarnation,
                now=self._runtime.clock.now(),
            )
            # An agent that ends takes no name back.
            if not is_known and not self._is_ending:
                self._former_host_in(db)
                sessions.register_agent(
                    db,
                    self._name,
                    incarnation=self._runtime.incarnation,
                    host=self._host,
                    pid=os.getpid(),
                    now=self._runtime.clock.now(),
                )
                journals = restoring.folder_id(self._runtime.configuration.data_dir)
                sessions.note_journals(db, self._name, journals)
                self._looked_back_at = None
        self._reported_at = now

    def _look_back(self) -> None:
        """
        Other hosts may know neither that an older copy was put in the database's place nor what a
        session could only write down here before it ended; our journals do.
        """
        now, last = self._runtime.clock.monotonic(), self._looked_back_at
        if self._is_ending or (last is not None and now - last < _LOOK_BACK_SECONDS):
            return
        restoring.hold_if_older(self._runtime)
        self._looked_back_at = now
        restoring.tidy(self._runtime)

    def _settle_leftovers(self) -> None:
        if self._leftovers is None:
            # Whoever still has the name still has its sessions: they are no leftovers.
            was_here = self._former_host() in {None, self._host}
            self._leftovers = Leftovers(self._runtime, self._name, was_here=was_here)
        self._leftovers.settle()

    def _former_host(self) -> str | None:
        with self._runtime.database.reading() as db:
            return self._former_host_in(db)

    def _former_host_in(self, db: Session) -> str | None:
        return sessions.host_of_agent(
            db,
            self._name,
            host=self._host,
            incarnation=self._runtime.incarnation,
            now=self._runtime.clock.now(),
            is_there=_is_another,
        )

    def _claim(self) -> None:
        """Take up orders that name no agent. The look costs nothing where there are none."""
        if self._is_ending or self._clock.is_settling:
            # Right after a jump of the clock the other agents seem silent, and are not.
            return
        with self._runtime.database.reading() as db:
            if not sessions.has_unclaimed(db):
                return
        with self._runtime.database.writing() as db:
            sessions.claim_orders(db, self._name, now=self._runtime.clock.now())

    def _close_unstarted(self, rows: Iterable[EngagementSession]) -> None:
        ending = Ending(SessionStatus.stopped, "stopped before it began")
        for row in rows:
            if row.pid is None and row.desired_state != "running" and row.id not in self._watches:
                close(self._runtime, row.id, ending)

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
            ending = Ending(SessionStatus.failed, reason, error=reason)
            close(self._runtime, order.session_id, ending)
            return
        self._watches[order.session_id] = Watch(self._runtime, order, process)
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
            "least_free_bytes": configuration.disk_stop_bytes,
        }

    def _places(self, order: Order) -> Places:
        data_dir: Path = self._runtime.configuration.data_dir
        return Places(
            work=data_dir / "sessions" / order.session_id,
            log=data_dir / "logs" / f"{order.log_name}.log",
        )

    def _end_all(self) -> None:
        """Ends even when the database does not answer; the rows are then settled at the next start."""
        self._is_ending = True
        deadline = self._runtime.clock.monotonic() + _END_SECONDS
        for watch in self._watches.values():
            if watch.asked_at is None:
                watch.ask(f"the agent {self._name} was ended")
        while self._watches and self._runtime.clock.monotonic() < deadline:
            self._try_step()
            self._runtime.clock.sleep(_STEP_SECONDS)
        for watch in self._watches.values():
            watch.abandon()
        self._watches.clear()


def _is_another(pid: int) -> bool:
    if pid == os.getpid():
        return False
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
