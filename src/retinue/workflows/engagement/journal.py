"""
What a session has promised and learnt, on disk outside the database.

One file per session, and one per worker and hour for what tasks do; one JSON line per fact: names
and ids, nothing secret. The line of an intent is synced before anything is sent, so that a database
that was restored from an older backup, or that is away, can be told afterwards what it does not know.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from retinue.capabilities.ledger.models import AttemptState
from retinue.foundation import whole_file
from retinue.foundation.clock import Clock

logger = logging.getLogger(__name__)

FOLDER = "journal"
_KEPT_AT_LEAST = timedelta(days=60)

_MODE = 0o600
_OF_TASKS = "-tasks-"
_TAIL_BYTES = 16_384


@dataclass(frozen=True, slots=True)
class Intended:
    attempt: str
    account: str
    """The login: a row's id may be given out anew after a restore, to somebody else."""
    network: str
    person: str
    """The network's own id."""
    handle: str
    action: str
    object_id: str | None
    session: str | None
    fence: int
    at: datetime
    kind: Literal["intent"] = "intent"
    task: str | None = None


@dataclass(frozen=True, slots=True)
class Learnt:
    attempt: str
    state: AttemptState
    at: datetime
    kind: Literal["outcome"] = "outcome"


class Journal:
    def __init__(self, data_dir: Path, name: str, *, clock: Clock) -> None:
        folder = data_dir / FOLDER
        folder.mkdir(mode=0o700, exist_ok=True)
        self._clock = clock
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        self._file = os.open(folder / f"{name}.jsonl", flags, _MODE)
        whole_file.sync(folder)

    def intend(self, fact: Intended) -> None:
        """
        On disk when this returns.

        Raises:
            OSError: it cannot be written; nothing may be sent then.
        """
        self._write(fact)
        os.fsync(self._file)

    def learn(self, attempt_id: str, state: AttemptState, *, is_urgent: bool = False) -> None:
        """
        `is_urgent` waits for the disk: the database does not answer, and this is the only copy.
        An outcome that cannot be written is not lost as long as the database takes it.
        """
        try:
            self._write(Learnt(attempt_id, state, self._clock.now()))
            if is_urgent:
                os.fsync(self._file)
        except OSError as error:
            logger.warning("the journal does not take an outcome: %s", error.strerror)

    def close(self) -> None:
        os.close(self._file)

    def _write(self, fact: Intended | Learnt) -> None:
        line = json.dumps(asdict(fact), default=_plain, separators=(",", ":")).encode() + b"\n"
        if os.write(self._file, line) != len(line):
            # The torn line is skipped by whoever reads it; the next one begins on a line of its own.
            os.write(self._file, b"\n")
            message = "the line did not fit"
            raise OSError(message)


def read_journals(data_dir: Path) -> Iterator[Intended | Learnt]:
    """All facts of all sessions, the sessions in the order of their beginning. Torn lines are left out."""
    for path in sorted((data_dir / FOLDER).glob("*.jsonl")):
        yield from read_journal(path)


def read_journal(path: Path) -> Iterator[Intended | Learnt]:
    with path.open("rb") as file:
        for line in file:
            fact = _fact(line)
            if fact is not None:
                yield fact


def read_journal_of(data_dir: Path, session_id: str) -> Iterator[Intended | Learnt]:
    path = data_dir / FOLDER / f"{session_id}.jsonl"
    return read_journal(path) if path.is_file() else iter(())


def task_journal(incarnation: str, now: datetime) -> str:
    """
    The name of the file for what a worker's tasks do in this hour. It begins with the time as a
    session's id does, so that the names of all files grow with it.
    """
    hour = now.replace(minute=0, second=0, microsecond=0)
    stamp = f"{int(hour.timestamp() * 1000):012x}"
    return f"{stamp[:8]}-{stamp[8:]}{_OF_TASKS}{incarnation}"


def read_journals_of_tasks(data_dir: Path, *, since: datetime) -> Iterator[Intended | Learnt]:
    """What tasks wrote in files that have grown since then."""
    for path in sorted((data_dir / FOLDER).glob(f"*{_OF_TASKS}*.jsonl")):
        if path.stat().st_mtime >= since.timestamp():
            yield from read_journal(path)


def last_intent(path: Path) -> Intended | None:
    """From the end of the file: this is asked at every start."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL_BYTES))
        lines = file.read().splitlines()
    facts = (_fact(line) for line in reversed(lines))
    return next((fact for fact in facts if isinstance(fact, Intended)), None)


def newest_journals(data_dir: Path, *, limit: int) -> list[Path]:
    """Session ids grow with time, and so do the names."""
    return sorted((data_dir / FOLDER).glob("*.jsonl"), reverse=True)[:limit]


def prune_journals(data_dir: Path, *, window: timedelta, now: datetime) -> int:
    """
    Remove files that nobody has written to for so long that none of their intents holds anybody
    back. `window` is the longest for which a person is left alone; twice that is kept.
    """
    oldest = (now - max(_KEPT_AT_LEAST, 2 * window)).timestamp()
    removed = 0
    for path in (data_dir / FOLDER).glob("*.jsonl"):
        # A server and an agent of one directory may both be at it.
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < oldest:
                path.unlink()
                removed += 1
    return removed


def _fact(line: bytes) -> Intended | Learnt | None:
    try:
        values: dict[str, Any] = json.loads(line)
        values["at"] = datetime.fromisoformat(values["at"])
        if values.get("kind") == "outcome":
            return Learnt(**{**values, "state": AttemptState(values["state"])})
        return Intended(**values)
    except (ValueError, TypeError, KeyError):
        return None


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
