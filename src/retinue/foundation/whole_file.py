"""
Files that are there whole or not at all, readable by their owner alone: written as a draft
beside their place and moved there. A process that is killed leaves its draft.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from retinue.foundation.randomness import new_id

_MODE = 0o600


def write(path: Path, pieces: Iterable[bytes]) -> None:
    """
    On the disk when this returns, in the place of what was there.

    Raises:
        OSError: it could not be written; what was there before still is.
    """
    with _draft(path, pieces) as draft:
        draft.replace(path)
    sync(path.parent)


def create(path: Path, pieces: Iterable[bytes]) -> bool:
    """
    As `write`, but False where there is a file already: it is left alone, whoever made it and when.

    Raises:
        OSError: it could not be written; nothing is there.
    """
    with _draft(path, pieces) as draft:
        try:
            # A link, too, appears whole or not at all, but never in the place of another file.
            path.hardlink_to(draft)
        except FileExistsError:
            return False
    sync(path.parent)
    return True


def drafts(path: Path) -> Iterator[Path]:
    """Those of this file that are being written, or were when their process was killed."""
    return path.parent.glob(f".{path.name}.*.draft")


@contextmanager
def _draft(path: Path, pieces: Iterable[bytes]) -> Iterator[Path]:
    draft = path.with_name(f".{path.name}.{new_id()}.draft")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE)
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """On the disk when this returns: of a file what it holds, of a folder what was made, moved or removed in it."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
