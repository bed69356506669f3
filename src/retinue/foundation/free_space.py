"""Room on the disk: what is under way needs some to be written down, so new work stops before there is none."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path

logger = logging.getLogger(__name__)

MEBIBYTE = 1 << 20
RESERVE_FILE = "reserve"
_MODE = 0o600


def free_bytes(path: Path) -> int:
    return shutil.disk_usage(path).free


class Room:
    """`least` is what must stay free for the outcomes of what was begun, in bytes."""

    def __init__(self, path: Path, *, least: int, look: Callable[[Path], int] = free_bytes) -> None:
        self._path = path
        self._least = least
        self._look = look

    def is_short(self) -> bool:
        try:
            return self._look(self._path) < self._least
        except OSError:
            # Whoever writes next will say what is wrong with the disk.
            return False

    @property
    def sentence(self) -> str:
        return f"waiting for room: less than {self._least // MEBIBYTE} MiB are free where the data lives"


class Reserve:
    """
    A file that holds nothing but its room, `size` bytes. It goes when the disk is full, so
    that the outcomes of what is under way can be written, and comes back when `least` is free besides.
    """

    def __init__(
        self,
        folder: Path,
        *,
        size: int,
        least: int,
        look: Callable[[Path], int] = free_bytes,
    ) -> None:
        self._file = folder / RESERVE_FILE
        self._size = size
        self._least = least
        self._look = look

    def look_after(self) -> None:
        """Call it every second or so; the disk fills faster than one thinks."""
        try:
            self._look_after()
        except OSError as error:
            logger.warning("the reserve on the disk: %s", error.strerror)

    def _look_after(self) -> None:
        free, is_there = self._look(self._file.parent), self._file.exists()
        if is_there and (free < self._size // 4 or not self._size):
            self._file.unlink()
            logger.warning("the disk is full: a reserve of %s bytes was given up", self._size)
        elif not is_there and self._size and free >= self._least + self._size:
            self._make()

    def _make(self) -> None:
        descriptor = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE)
        try:
            _fill(descriptor, self._size)
        except OSError:
            self._file.unlink()
            raise
        finally:
            os.close(descriptor)


def _fill(descriptor: int, size: int) -> None:
    """With blocks that are really its own; a file that is only long has none."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(descriptor, 0, size)
        return
    for start in range(0, size, MEBIBYTE):
        os.write(descriptor, bytes(min(MEBIBYTE, size - start)))
