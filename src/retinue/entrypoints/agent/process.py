"""
One session process: how it is started, spoken to and ended with everything it started itself.

It gets what it needs, secrets included, through a pipe. The same pipe is its life
line: when our end closes, by whatever death, it finishes or abandons what it does.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from retinue.foundation.birth import CannotLook, birth_of, is_same
from retinue.foundation.log_files import roll_over

FD_OPTION = "--fd"
STOP_LINE = b"stop\n"

_KEPT_VARIABLES = (
    "PATH",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "TZ",
    "TZDIR",
    "PYTHONPATH",
    "PYTHONHASHSEED",
)
_LOG_MODE = 0o600
_TAIL_BYTES = 16_384
_SURE_KILL_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Places:
    """Where a session process works (0700, its own) and what it writes its log to (0600)."""

    work: Path
    log: Path


class SessionProcess:
    def __init__(self, child: subprocess.Popen[bytes], *, life_line: int, places: Places) -> None:
        self._child = child
        self._life_line: int | None = life_line
        self._places = places
        self._log_start = _size(places.log)
        self._known: dict[int, psutil.Process] = {}
        self._is_group_gone = False
        self.pid = child.pid
        self.pid_birth = _birth_of(child.pid)

    @classmethod
    def start(
        cls,
        command: Sequence[str],
        secrets: Mapping[str, Any],
        *,
        places: Places,
        environment: Mapping[str, str],
    ) -> SessionProcess:
        """`secrets` go over the pipe, never into the arguments or the environment."""
        for folder in (places.work.parent, places.work, places.log.parent):
            folder.mkdir(mode=0o700, exist_ok=True)
        roll_over(places.log)
        reading, writing = os.pipe()
        try:
            log = os.open(places.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, _LOG_MODE)
            try:
                child = subprocess.Popen(
                    [*command, FD_OPTION, str(reading)],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    pass_fds=(reading,),
                    close_fds=True,
                    start_new_session=True,
                    cwd=places.work,
                    env=dict(environment),
                )
            finally:
                os.close(log)
            process = cls(child, life_line=writing, places=places)
        except BaseException:
            os.close(writing)
            raise
        finally:
            os.close(reading)
        process.write(json.dumps(secrets).encode() + b"\n")
        return process

    def write(self, line: bytes) -> None:
        if self._life_line is not None:
            with suppress(BrokenPipeError):
                os.write(self._life_line, line)

    def ask_to_stop(self) -> None:
        self.write(STOP_LINE)

    def exit_code(self) -> int | None:
        """None while it lives. Reaps it, so that it never stays as a zombie."""
        return self._child.poll()

    def look(self) -> None:
        """Remember its descendants while they can be found: an orphan has another parent."""
        if self._child.returncode is not None:
            return
        with suppress(psutil.Error):
            for one in psutil.Process(self.pid).children(recursive=True):
                self._known[one.pid] = one

    def terminate(self) -> None:
        self.look()
        self._signal_group(signal.SIGTERM)

    def kill(self) -> None:
        """End the whole tree: the process, its group, and every descendant seen."""
        self.look()
        self._signal_group(signal.SIGKILL)
        with suppress(ProcessLookupError):
            self._child.kill()
        for one in self._known.values():
            with suppress(psutil.Error):
                one.kill()

    def is_tree_gone(self) -> bool:
        if self._child.poll() is None:
            return False
        return not (self._has_group() or any(_is_alive(one) for one in self._known.values()))

    def end_tree(self) -> bool:
        """After the process itself has ended: end what it left, and say whether nothing is left."""
        if self.is_tree_gone():
            return True
        self.kill()
        psutil.wait_procs(list(self._known.values()), timeout=_SURE_KILL_SECONDS)
        return self.is_tree_gone()

    def log_tail(self) -> str:
        """The last words of this run. They may hold anything: redact before keeping them."""
        with suppress(OSError), self._places.log.open("rb") as log:
            log.seek(max(self._log_start, _size(self._places.log) - _TAIL_BYTES))
            return log.read().decode(errors="replace")
        return ""

    def close(self) -> None:
        if self._life_line is not None:
            os.close(self._life_line)
            self._life_line = None
        shutil.rmtree(self._places.work, ignore_errors=True)

    def _signal_group(self, number: signal.Signals) -> None:
        if self._has_group():
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, number)

    def _has_group(self) -> bool:
        """
        Once the process is reaped and its group is empty, the number belongs to nobody:
        whoever gets it next is a stranger, so the group is never asked for again.
        """
        if self._child.returncode is None:
            return True
        self._is_group_gone = self._is_group_gone or not _has_group(self.pid)
        return not self._is_group_gone


def end_stranger(pid: int, *, birth: str | None, patience: float = _SURE_KILL_SECONDS) -> bool:
    """
    End the process that an earlier run has started, known by pid and birth together, with
    its tree. True when nothing of it is left; False where that could not be seen, too.
    """
    try:
        process = psutil.Process(pid)
        found = birth_of(pid)
    except psutil.NoSuchProcess:
        return True
    except (psutil.Error, CannotLook):
        return False
    if found is None or birth is None or not is_same(found, birth):
        return True
    tree = [process]
    with suppress(psutil.Error):
        tree += process.children(recursive=True)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    for one in tree:
        with suppress(psutil.Error):
            one.kill()
    _, alive = psutil.wait_procs(tree, timeout=patience)
    return not any(_is_alive(one) for one in alive)


def allowed_environment(
    inherited: Mapping[str, str], *, names: Sequence[str], extra: Mapping[str, str]
) -> dict[str, str]:
    """Only what is on the list: an environment is readable by others and full of other people's secrets."""
    kept = {name: inherited[name] for name in (*_KEPT_VARIABLES, *names) if name in inherited}
    # A session uses one core for a fraction of its time; a pool of arenas would only cost memory.
    return {"MALLOC_ARENA_MAX": "2", **kept, **extra}


def _birth_of(pid: int) -> str | None:
    try:
        return birth_of(pid)
    except CannotLook:
        return None


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
    except psutil.Error:
        # What cannot be looked at is not known to be gone.
        return True


def _has_group(pgid: int) -> bool:
    try:
        os.killpg(pgid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
