"""The places at which accounts are validated at once in this process: fewer after a rate limit."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from retinue.workflows.validation import rules
from retinue.workflows.validation.rules import Width


class GateFull(Exception):
    """All places are taken."""

    def __init__(self, width: int) -> None:
        super().__init__(f"{width} accounts are validated at once")
        self.width = width


class Gate:
    """
    Limits found by one worker are kept by it alone: each goes out from its own address, and the
    networks count by that too.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._width: Width | None = None
        self._inside = 0

    @property
    def width(self) -> int | None:
        """None until the first has entered."""
        return None if self._width is None else self._width.now

    def allowed(self, *, most: int) -> int:
        """How many places there are, in use or not."""
        with self._lock:
            return rules.bounded(self._width or Width(most), most).now

    @contextmanager
    def place(self, *, most: int) -> Iterator[None]:
        """
        Raises:
            GateFull: come again later.
        """
        with self._lock:
            self._width = rules.bounded(self._width or Width(most), most)
            if self._inside >= self._width.now:
                raise GateFull(self._width.now)
            self._inside += 1
        try:
            yield
        finally:
            with self._lock:
                self._inside -= 1

    def limited(self) -> None:
        with self._lock:
            self._width = rules.after_rate_limit(self._width or Width(1))

    def passed(self, *, most: int) -> None:
        with self._lock:
            self._width = rules.after_clean(self._width or Width(most), most)
