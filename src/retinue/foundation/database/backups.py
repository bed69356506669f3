"""
Whole copies of a SQLite database, and the way back from one.

A restore is announced in a file beside the database before the first byte changes,
so that whoever starts afterwards, even after a kill, knows that the database is
older than what has happened.
"""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from retinue.foundation import whole_file
from retinue.foundation.database import health
from retinue.foundation.randomness import new_id

MARKER = "restored.json"
_MODE = 0o600


class BackupFailed(Exception):
    """The copy could not be made. The database is as it was."""


class BackupUnusable(Exception):
    """The file is no whole backup of a Retinue database. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Restore:
    """What the marker says. Not done means that the restore was cut off."""

    epoch: str
    source: str
    at: str
    is_done: bool


def back_up(file: Path, folder: Path, *, now: datetime) -> Path:
    """
    A consistent copy while everybody goes on working, named for its moment.

    Raises:
        BackupFailed
    """
    copy = folder / f"retinue-{now:%Y%m%dT%H%M%S}.db"
    draft = copy.with_suffix(".part")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft.unlink(missing_ok=True)
        # VACUUM INTO takes an empty file, and so the copy is private from its first byte.
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _MODE))
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            connection.execute("VACUUM INTO ?", (str(draft),))
        whole_file.sync(draft)
        draft.replace(copy)
        whole_file.sync(folder)
    except (OSError, sqlite3.Error) as error:
        draft.unlink(missing_ok=True)
        raise BackupFailed(f"The backup {copy} could not be written: {error}.") from error
    return copy


def restore(source: Path, *, file: Path, now: datetime) -> Path | None:
    """
    Put the backup in the database's place; where the old one is kept, none where there was none.

    Nobody may have the database open. Killed at any point, the next start finds the
    marker, and either the old database or the new one.

    Raises:
        BackupUnusable: the source is missing, damaged, or something else.
        OSError: no room, or no right. The marker then says that it is not done.
    """
    _check_source(source)
    data_dir = file.parent
    told = Restore(epoch=new_id(), source=str(source), at=now.isoformat(), is_done=False)
    write_marker(data_dir, told)
    draft = file.with_name(f"{file.name}.restoring")
    _copy(source, draft)
    kept = _keep(file, now=now)
    # A log that belongs to the old file would be replayed into the new one.
    for suffix in ("-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)
    draft.replace(file)
    whole_file.sync(data_dir)
    write_marker(data_dir, Restore(told.epoch, told.source, told.at, is_done=True))
    return kept


def read_marker(data_dir: Path) -> Restore | None:
    try:
        return Restore(**json.loads((data_dir / MARKER).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError):
        # It is written whole or not at all; whatever this is, it must not let anybody start.
        return Restore(epoch="unreadable", source="an unknown file", at="", is_done=True)


def write_marker(data_dir: Path, told: Restore) -> None:
    draft = data_dir / f"{MARKER}.draft"
    with draft.open("w", encoding="utf-8") as stream:
        json.dump(asdict(told), stream)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(data_dir / MARKER)
    whole_file.sync(data_dir)


def remove_marker(data_dir: Path) -> None:
    (data_dir / MARKER).unlink(missing_ok=True)
    whole_file.sync(data_dir)


def _check_source(source: Path) -> None:
    if not source.is_file() or source.stat().st_size == 0:
        raise BackupUnusable(f"{source} is not a file with a database in it.")
    complaint = health.complaint_about(source, pragma="integrity_check")
    if complaint is not None:
        raise BackupUnusable(f"The backup {source} is damaged: {complaint} Try an older one.")
    with closing(_open_read_only(source)) as connection:
        tables = {
            row[0]
            for row in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")
        }
    missing = {"alembic_version", "installation", "attempts"} - tables
    if missing:
        raise BackupUnusable(
            f"{source} is not a backup of Retinue: it has no table {min(missing)}."
        )


def _open_read_only(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)


def _copy(source: Path, target: Path) -> None:
    """By SQLite's own means, so that a log beside the source counts too."""
    target.unlink(missing_ok=True)
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _MODE))
    with closing(_open_read_only(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
        new.execute("PRAGMA journal_mode = DELETE")
    whole_file.sync(target)


def _keep(file: Path, *, now: datetime) -> Path | None:
    if not file.exists():
        return None
    folder = file.parent / "backups" / f"replaced-{now:%Y%m%dT%H%M%S}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept = folder / file.name
    for suffix in ("", "-wal"):
        part = file.with_name(file.name + suffix)
        if part.exists():
            twin = kept.with_name(kept.name + suffix)
            twin.unlink(missing_ok=True)
            os.link(part, twin)
    whole_file.sync(folder)
    return kept
