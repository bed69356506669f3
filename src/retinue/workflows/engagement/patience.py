"""Writes that outlast a busy spell of the database, or a server that is started again."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import InterfaceError, OperationalError

from retinue.foundation.clock import Clock
from retinue.foundation.errors import Unavailable
from retinue.workflows.engagement.control import Progress

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

_PATIENCE_SECONDS = 60.0
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 4.0


class Patience:
    """Each try is a sign of life: a session that waits for its database is not silent."""

    def __init__(self, clock: Clock, progress: Progress) -> None:
        self._clock = clock
        self._progress = progress

    def keep_trying(
        self,
        call: Callable[[], Result],
        *,
        wait: Callable[[float], None] | None = None,
        on_trouble: Callable[[], None] | None = None,
        seconds: float = _PATIENCE_SECONDS,
    ) -> Result:
        """
        Call until the database answers, for `seconds`; the last error is raised after that.

        `call` is one whole transaction that may be done twice: an answer that was lost
        on the way may have been a commit. `wait` may end the waiting by raising; without
        it nothing does, not even a stop. `on_trouble` is called once, when the first try has failed.
        """
        deadline = self._clock.monotonic() + seconds
        pause = _FIRST_PAUSE
        while True:
            try:
                return call()
            except (Unavailable, OperationalError, InterfaceError) as error:
                if self._clock.monotonic() + pause > deadline:
                    raise
                logger.warning("the database is waited for: %s", type(error).__name__)
                if on_trouble is not None:
                    on_trouble()
                    on_trouble = None
            self._progress.touch()
            (wait or self._sleep)(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _sleep(self, seconds: float) -> None:
        self._clock.sleep(seconds)
