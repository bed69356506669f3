"""
Where browsers keep their files, and how what a killed process has left is cleared away.

Each run has a folder of its own with a lock in it. A lock that nobody holds says that its process
is gone: then what still runs out of that folder is ended, and the folder removed.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import psutil

NAME = "browser"
"""Of all of them, in the data directory."""

_LOCK = "lock"
_RUN = "run-"
_MODE = 0o600
_ENDING_SECONDS = 5.0


class Folder:
    """One run's folder, held until it is closed."""

    def __init__(self, path: Path, lock: int) -> None:
        self.path = path
        self._lock = lock

    def close(self) -> None:
        """End what runs out of the folder and remove it. Doing it twice is nothing."""
        if self._lock < 0:
            return
        clear(self.path)
        os.close(self._lock)
        self._lock = -1


def open_folder(root: Path) -> Folder:
    """A fresh folder below `root`; what dead processes have left beside it is cleared away."""
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(root):
        sweep_alone(root)
        path = Path(mkdtemp(prefix=_RUN, dir=root))
        lock = os.open(path / _LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, _MODE)
        fcntl.flock(lock, fcntl.LOCK_EX)
    return Folder(path, lock)


def sweep(root: Path) -> int:
    """Clear away what dead processes have left; how many folders that were."""
    if not root.is_dir():
        return 0
    with _alone(root):
        return sweep_alone(root)


def sweep_alone(root: Path) -> int:
    count = 0
    for path in sorted(root.glob(f"{_RUN}*")):
        with contextlib.suppress(OSError):
            lock = os.open(path / _LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, _MODE)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                clear(path)
                count += 1
            except BlockingIOError:
                # Its process is alive.
                pass
            finally:
                os.close(lock)
    return count


def clear(path: Path) -> None:
    end(processes_of(path))
    shutil.rmtree(path, ignore_errors=True)


def processes_of(path: Path) -> list[psutil.Process]:
    """Ours that were started with a file of this folder among their arguments."""
    mark = str(path) + os.sep
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if any(mark in part for part in process.cmdline()) and process.pid != os.getpid():
                found.append(process)
    return found


def end(processes: list[psutil.Process]) -> None:
    """Kill them and everything below them, and wait until they are gone."""
    whole = {one.pid: one for one in processes}
    for process in processes:
        with contextlib.suppress(psutil.Error):
            whole.update((one.pid, one) for one in process.children(recursive=True))
    for process in whole.values():
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(list(whole.values()), timeout=_ENDING_SECONDS)


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    lock = os.open(root / _LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, _MODE)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
