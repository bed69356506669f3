"""Which journals are whose: several agents on one database write to a folder each."""

from __future__ import annotations

from pathlib import Path

from retinue.foundation import whole_file
from retinue.foundation.randomness import new_id

_FOLDER = "journal"
_FILE = "id"


def folder_id(data_dir: Path) -> str:
    """What the folder is known by in the database, wherever it is moved to. Made at the first call."""
    path = data_dir / _FOLDER / _FILE
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        path.parent.mkdir(mode=0o700, exist_ok=True)
    # Of two processes that make it at once one wins, and nobody reads half an id.
    whole_file.create(path, [f"{new_id()}\n".encode()])
    return path.read_text(encoding="ascii").strip()
