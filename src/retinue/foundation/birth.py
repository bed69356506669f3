"""
When a process was born, in a form that the machine's clock cannot move.

A pid alone is reused; a pid and its birth name one process for good.
"""

from __future__ import annotations

from pathlib import Path

import psutil

_PROC = Path("/proc")
_BY_CLOCK = "at"
_TOLERANCE_SECONDS = 2.0


class CannotLook(Exception):
    """Whether there is such a process is not known."""


def birth_of(pid: int) -> str | None:
    """
    `<boot id>:<ticks since the boot>`, or `at:<seconds since the epoch>` where the kernel
    does not tell those. None when there is no such process.

    Raises:
        CannotLook: there may be one.
    """
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return _birth_by_clock(pid)
    try:
        stat = (_PROC / str(pid) / "stat").read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    except OSError as error:
        raise CannotLook(str(error)) from error
    # The second field is the command's name, which may hold blanks and brackets.
    after_name = stat.rpartition(")")[2].split()
    return f"{boot}:{after_name[19]}"


def is_same(one: str, other: str) -> bool:
    kind, _, value = one.partition(":")
    other_kind, _, other_value = other.partition(":")
    if kind == other_kind == _BY_CLOCK:
        return abs(float(value) - float(other_value)) <= _TOLERANCE_SECONDS
    return one == other


def _birth_by_clock(pid: int) -> str | None:
    try:
        return f"{_BY_CLOCK}:{psutil.Process(pid).create_time():.2f}"
    except psutil.NoSuchProcess:
        return None
    except psutil.Error as error:
        raise CannotLook(str(error)) from error
