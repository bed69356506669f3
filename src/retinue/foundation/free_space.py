"""Room on the disk: what is under way needs some to be written down, so new work stops before there is none."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

MEBIBYTE = 1 << 20


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
