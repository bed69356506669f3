"""
Files that rows speak of, in a folder of the data directory.

A file is there before its row is committed. What no row names is swept away
some time later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from retinue.foundation import whole_file

_CHUNK = 200
_SPARED_FOR = timedelta(hours=1)
"""So long a file may wait for its row."""


def write(path: Path, content: bytes) -> None:
    """
    As `whole_file.write`, in a folder that is made where it is missing. The sweep takes drafts away.

    Raises:
        OSError: it could not be written; what was there before still is.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    whole_file.write(path, [content])


def strays(paths: Iterable[Path], *, wall_now: datetime) -> Iterator[Sequence[Path]]:
    """Those of the paths that are files and old enough to have a row, in chunks."""
    before = (wall_now - _SPARED_FOR).timestamp()
    found: list[Path] = []
    for path in paths:
        with suppress(FileNotFoundError):  # another process sweeps too
            if path.stat().st_mtime < before and path.is_file():
                found.append(path)
        if len(found) == _CHUNK:
            yield found
            found = []
    if found:
        yield found


def sweep(paths: Sequence[Path], known: Callable[[set[str]], set[str]]) -> int:
    """
    Take away those of the files that no row names; how many there were.

    Args:
        known: which of these names, up to their first dot, have a row. A row that is
            written after its answer is not seen: a folder where old files are named
            anew is swept while nobody else writes.
    """
    names = {path: path.name.lstrip(".").partition(".")[0] for path in paths}
    with_row = known(set(names.values()))
    gone = [path for path, name in names.items() if name not in with_row]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)
