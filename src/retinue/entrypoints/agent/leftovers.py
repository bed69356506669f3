"""What an earlier run of an agent has left behind, ended before anything new begins."""

from __future__ import annotations

import logging

from retinue.capabilities.sessions import service as sessions
from retinue.capabilities.sessions.models import EngagementSession, SessionStatus
from retinue.capabilities.sessions.schemas import Ending
from retinue.entrypoints.agent.process import end_stranger
from retinue.entrypoints.agent.watching import close
from retinue.foundation.runtime import Runtime

logger = logging.getLogger(__name__)

_LOOK_SECONDS = 5.0
_PATIENCE = 5.0
_ENDED = Ending(SessionStatus.lost, "its agent had ended")


class Leftovers:
    """
    The sessions of an earlier run of `agent`. Their processes are ended before their rows
    are: a row must not be closed under one.

    Where that run was on another host (`was_here` False), nobody here can see its
    processes: they count as gone once they show no life and their lease has run out.
    """

    def __init__(self, runtime: Runtime, agent: str, *, was_here: bool) -> None:
        self._runtime = runtime
        self._agent = agent
        self._was_here = was_here
        self._left: set[str] | None = None
        """None before the first look."""
        self._looked_at = 0.0

    def settle(self) -> None:
        now = self._runtime.clock.monotonic()
        is_first = self._left is None
        if not is_first and (not self._left or now - self._looked_at < _LOOK_SECONDS):
            return
        self._looked_at = now
        with self._runtime.database.reading() as db:
            rows = {row.id: row for row in sessions.watched(db, self._agent)}
        left = set(rows) if self._left is None else self._left & set(rows)
        # The first look may wait for them; later ones must not keep the sessions at work waiting.
        patience = _PATIENCE if is_first else 0.0
        stubborn: set[str] = set()
        for session_id in left:
            row = rows[session_id]
            if self._is_gone(row, patience=patience):
                close(self._runtime, row.id, _ENDED)
            else:
                logger.error("session %s: process %s does not end", row.id, row.pid)
                stubborn.add(session_id)
        self._left = stubborn

    def _is_gone(self, row: EngagementSession, *, patience: float) -> bool:
        if self._was_here:
            return row.pid is None or end_stranger(row.pid, birth=row.pid_birth, patience=patience)
        with self._runtime.database.reading() as db:
            return sessions.is_cut_off(db, row, now=self._runtime.clock.now())
