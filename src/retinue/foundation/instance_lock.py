"""
One server per data directory, and one agent.

The lock belongs to an open file, so the kernel frees it when the process dies,
whatever the way; the file itself stays and says who was there last.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from retinue.foundation.errors import Conflict

FILE_NAME = "server.lock"
AGENT_FILE_NAME = "agent.lock"
_MODE = 0o600


class AlreadyServed(Conflict):
    """Another server works on the same data directory; the message names its process and address."""

    code = "already_served"


class InstanceLock:
    """A held lock. `tell` writes down where the server answers, for the next one to read."""

    def __init__(self, file: int) -> None:
        self._file = file
        self.tell(url=None)

    def tell(self, *, url: str | None) -> None:
        text = json.dumps({"pid": os.getpid(), "url": url}) + "\n"
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, text.encode(), 0)


class HasAgent(Conflict):
    """Another agent works on the same data directory; the message names its process."""

    code = "has_agent"


@contextmanager
def held(data_dir: Path) -> Iterator[InstanceLock]:
    """
    Hold the data directory, as its server, until the block ends.

    Raises:
        AlreadyServed: another process, or another part of this one, holds it.
    """
    with _locked(data_dir / FILE_NAME) as lock:
        if lock is None:
            raise _already_served(data_dir)
        yield lock


@contextmanager
def held_by_agent(data_dir: Path) -> Iterator[InstanceLock]:
    """
    Be the one agent of the data directory until the block ends.

    Raises:
        HasAgent: another process, a `retinue up` without `--no-agent` too, is it.
    """
    with _locked(data_dir / AGENT_FILE_NAME) as lock:
        if lock is None:
            raise _has_agent(data_dir)
        yield lock


@contextmanager
def _locked(path: Path) -> Iterator[InstanceLock | None]:
    """None where somebody else holds it."""
    # Close-on-exec: a child that outlives the server must not keep the directory taken.
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _MODE)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
            return
        yield InstanceLock(file)
    finally:
        os.close(file)


def holder(data_dir: Path, *, file_name: str = FILE_NAME) -> dict[str, Any] | None:
    """`{"pid", "url"}` of the server at work on the directory, None where there is none."""
    try:
        file = os.open(data_dir / file_name, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read(file)
    else:
        return None
    finally:
        os.close(file)


def _read(file: int) -> dict[str, Any]:
    try:
        facts = json.loads(os.pread(file, 4096, 0))
    except ValueError:
        # Its owner is between truncating and writing.
        facts = {}
    return {"pid": facts.get("pid"), "url": facts.get("url")}


def _already_served(data_dir: Path) -> AlreadyServed:
    other = holder(data_dir) or {"pid": None, "url": None}
    who = f"process {other['pid']}" if other["pid"] else "another process"
    where = f" at {other['url']}" if other["url"] else ""
    return AlreadyServed(
        f"The data directory {data_dir} is already served by {who}{where}. "
        "Stop that server first, or choose another directory with DATA_DIR (or RETINUE_DATA_DIR).",
        pid=other["pid"],
        url=other["url"],
    )


def _has_agent(data_dir: Path) -> HasAgent:
    other = holder(data_dir, file_name=AGENT_FILE_NAME) or {"pid": None}
    who = f"process {other['pid']}" if other["pid"] else "another process"
    return HasAgent(
        f"The data directory {data_dir} has an agent already: {who}. Each agent needs a data directory of its own;"
        " end that one, or start `retinue up` with --no-agent where it is part of the server.",
        pid=other["pid"],
    )
