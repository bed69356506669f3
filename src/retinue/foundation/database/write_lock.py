"""
One writer at a time on a SQLite file, across threads and processes.

SQLite's own busy handler backs off at random, so a busy file starves some
writers for seconds. A file lock before `BEGIN IMMEDIATE` keeps the wait short
and even. The kernel frees it when a process dies.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from retinue.foundation.clock import Clock

_FIRST_PAUSE = 0.0002
_LONGEST_PAUSE = 0.002


class WriteLockTimeout(Exception):
    """Somebody else has been writing for longer than the caller would wait."""


class WriteLock:
    def __init__(self, path: Path, *, clock: Clock, timeout: float) -> None:
        self._path = path
        self._clock = clock
        self._timeout = timeout
        self._threads = threading.Lock()
        self._file = -1

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock. Raises `WriteLockTimeout` after the lock's timeout, in seconds."""
        self.acquire()
        try:
            yield
        finally:
            self.release()

    def acquire(self) -> None:
        """As `held`, for whoever sees to `release` himself."""
        deadline = self._clock.monotonic() + self._timeout
        if not self._threads.acquire(timeout=self._timeout):
            raise WriteLockTimeout
        try:
            self._acquire_file(deadline)
        except BaseException:
            self._threads.release()
            raise

    def release(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_UN)
        finally:
            self._threads.release()

    def _acquire_file(self, deadline: float) -> None:
        if self._file < 0:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        pause = _FIRST_PAUSE
        while True:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if self._clock.monotonic() > deadline:
                    raise WriteLockTimeout from None
                self._clock.sleep(pause)
                pause = min(pause * 1.5, _LONGEST_PAUSE)
            else:
                return

    def close(self) -> None:
        """
        Until it is asked for again. Twice is once: a number that was closed may be somebody else's
        file by now.
        """
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
