"""What an agent watches besides its sessions: the wall clock, and the room on the disk."""

from __future__ import annotations

import logging

from retinue.foundation import clock_jumps
from retinue.foundation.clock_jumps import Jump, Jumps
from retinue.foundation.events import service as events
from retinue.foundation.free_space import Reserve
from retinue.foundation.runtime import Runtime

logger = logging.getLogger(__name__)

_QUIET_SECONDS = 6.0
"""Twice the time in which every agent reports once."""
_DISK_SECONDS = 1.0


class ClockWatch:
    """
    Notices, tells and writes down the jumps of this host's clock. After one,
    `is_settling` for as long as the others need to report by the new time.
    """

    def __init__(self, runtime: Runtime, *, agent: str, host: str) -> None:
        self._runtime = runtime
        self._agent = agent
        self._host = host
        self._jumps = Jumps(runtime.clock)
        self._quiet_until = float("-inf")
        self._untold: list[Jump] = []

    @property
    def is_settling(self) -> bool:
        return self._runtime.clock.monotonic() < self._quiet_until

    def look(self) -> bool:
        """True right after a jump. Raises what the database raises; the telling is then tried again."""
        jump = self._jumps.look()
        if jump is not None:
            self._quiet_until = self._runtime.clock.monotonic() + _QUIET_SECONDS
            self._untold.append(jump)
            self._write_down(jump)
        if self._untold:
            self._tell()
        return jump is not None

    def _write_down(self, jump: Jump) -> None:
        seconds = jump.by.total_seconds()
        logger.warning("clock_jump: the clock of %s was moved by %+.1f s", self._host, seconds)
        try:
            clock_jumps.write_down(self._runtime.configuration.data_dir, jump)
        except OSError as error:
            logger.warning("the jump of the clock cannot be written down: %s", error.strerror)

    def _tell(self) -> None:
        with self._runtime.database.writing() as db:
            for jump in self._untold:
                data = {
                    "host": self._host,
                    "agent": self._agent,
                    "seconds": round(jump.by.total_seconds(), 1),
                }
                events.publish(db, "clock_jump", data, now=self._runtime.clock.now())
        self._untold.clear()


class DiskWatch:
    """Keeps the reserve on the disk of the data, and gives it up when it is needed."""

    def __init__(self, runtime: Runtime) -> None:
        configuration = runtime.configuration
        self._clock = runtime.clock
        self._looked_at = float("-inf")
        self._reserve = Reserve(
            configuration.data_dir,
            size=configuration.disk_reserve_bytes,
            least=configuration.disk_stop_bytes,
        )

    def look(self) -> None:
        now = self._clock.monotonic()
        if now - self._looked_at >= _DISK_SECONDS:
            self._looked_at = now
            self._reserve.look_after()
