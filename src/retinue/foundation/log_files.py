"""Log files that a process writes to without a handler of ours in between, as a child its standard error."""

from __future__ import annotations

from logging.handlers import RotatingFileHandler
from pathlib import Path

FULL_BYTES = 10_000_000
FILES_KEPT = 3


def roll_over(path: Path, *, full_bytes: int = FULL_BYTES) -> None:
    """
    Where the file is full: `ava.log` becomes `ava.log.1`, and so on; the oldest goes.

    For a moment when nobody writes to it. A file that cannot be moved is written on.
    """
    try:
        if path.stat().st_size < full_bytes:
            return
        # Without a stream of its own it only moves files, and opens none.
        RotatingFileHandler(path, backupCount=FILES_KEPT, delay=True).doRollover()
    except OSError:
        return
