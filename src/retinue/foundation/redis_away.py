"""When a Redis that something may do without was last seen to be away, and who has been told."""

from __future__ import annotations

import logging
import threading

from redis.exceptions import ConnectionError as Away
from redis.exceptions import TimeoutError as TooSlow

from retinue.foundation import redaction
from retinue.foundation.clock import Clock

PAUSE_SECONDS = 1.0
TELL_SECONDS = 60.0


class Absence:
    """Asked before each try, so that a Redis that is away costs one failed try a second at most."""

    def __init__(self, what: str, *, clock: Clock, logger: logging.Logger) -> None:
        """`what` is the sentence's beginning and end around the cause, with `%s` in it."""
        self._what = what
        self._clock = clock
        self._logger = logger
        self._lock = threading.Lock()
        self._try_again_at = float("-inf")
        self._tell_again_at = float("-inf")

    @property
    def is_recent(self) -> bool:
        return self._clock.monotonic() < self._try_again_at

    def note(self, error: Exception) -> None:
        """Says so in the log, at most once a minute. Only what did not answer is left alone for a while."""
        now = self._clock.monotonic()
        if isinstance(error, Away | TooSlow | OSError):
            self._try_again_at = now + PAUSE_SECONDS
        with self._lock:
            if now < self._tell_again_at:
                return
            self._tell_again_at = now + TELL_SECONDS
        self._logger.warning(self._what, redaction.redact(str(error)) or type(error).__name__)
