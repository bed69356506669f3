"""Whether a SQLite file can be trusted, asked before anything is written to it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

_MOST_COMPLAINTS = 3
_MARKER = "database.damaged"


class DatabaseDamaged(Exception):
    """The file is not whole. Nothing was written; the message says which backup is there."""


def check(file: Path) -> None:
    """
    Every page and every tree of the file, but not each index against its table: that takes minutes.

    A file that is not there, or empty, has nothing wrong with it.

    Raises:
        DatabaseDamaged
    """
    complaint = complaint_about(file)
    if complaint is None:
        (file.parent / _MARKER).unlink(missing_ok=True)
    else:
        raise DatabaseDamaged(f"The database {file} is damaged: {complaint} {_remedy(file)}")


def look_over(file: Path) -> str | None:
    """
    As `check`, while others work with the file: what is found is written down beside it, not into it.

    It reads by a connection of its own and holds nobody up.
    """
    complaint = complaint_about(file)
    if complaint is not None:
        sentence = f"The database {file} is damaged: {complaint} {_mend(file)}"
        (file.parent / _MARKER).write_text(sentence, encoding="utf-8")
    return complaint


def known_damage(data_dir: Path) -> str | None:
    """What the last look has found, until a start finds the file whole."""
    try:
        return (data_dir / _MARKER).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def complaint_about(file: Path, *, pragma: str = "quick_check") -> str | None:
    """In words, at most three of them; none where the file is whole. `integrity_check` looks at indexes too."""
    if not file.exists() or file.stat().st_size == 0:
        return None
    try:
        with closing(
            sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
        ) as connection:
            rows = connection.execute(f"PRAGMA {pragma}({_MOST_COMPLAINTS})").fetchall()
    except sqlite3.DatabaseError as error:
        if "locked" in str(error) or "unable to open" in str(error):
            # Not a matter of damage; whoever opens it for work says what it is.
            return None
        return f"{error}."
    # One complaint may have several lines.
    found = [" ".join(str(row[0]).split()) for row in rows]
    return None if found == ["ok"] else f"{'; '.join(found)}."


def is_damage(error: BaseException | None) -> bool:
    """Whether this is how SQLite says that a file is not, or not any more, a whole database."""
    return isinstance(error, sqlite3.DatabaseError) and any(
        words in str(error) for words in ("malformed", "not a database")
    )


def backups_of(folder: Path) -> list[Path]:
    """The newest first."""
    found = [path for path in folder.glob("*.db") if path.is_file()]
    return sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)


def _mend(file: Path) -> str:
    newest = next(iter(backups_of(file.parent / "backups")), None)
    what = "a backup from elsewhere" if newest is None else f"the newest backup: {newest}"
    return f"Nothing new is begun. Stop the server and run `retinue db restore` with {what}."


def _remedy(file: Path) -> str:
    folder = file.parent / "backups"
    newest = next(iter(backups_of(folder)), None)
    if newest is None:
        return (
            f"Nothing was written to it. There is no backup in {folder}; "
            "bring one from elsewhere and run: retinue db restore FILE"
        )
    return f"Nothing was written to it. Restore the newest backup: retinue db restore {newest}"
