"""Which journals are whose: several agents on one database write to a folder each."""

from __future__ import annotations

import os
from pathlib import Path

from retinue.foundation.randomness import new_id

_FOLDER = "journal"
_FILE = "id"
_MODE = 0o600


def folder_id(data_dir: Path) -> str:
    """What the folder is known by in the database, wherever it is moved to. Made at the first call."""
    path = data_dir / _FOLDER / _FILE
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        path.parent.mkdir(mode=0o700, exist_ok=True)
    # Of two processes that make it at once the link lets one win, and nobody reads half an id.
    own = path.with_name(f"{_FILE}.{os.getpid()}")
    with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _MODE), "w") as file:
        file.write(new_id() + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(own)
    except FileExistsError:
        pass
    finally:
        own.unlink()
    return path.read_text(encoding="ascii").strip()
