"""The files of pictures, in `content/` of the data directory: named by what they hold, beside them their thumbnails."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy.orm import Session

from retinue.capabilities.content.repository import listed as repository
from retinue.capabilities.content.schemas.adding import Drawn
from retinue.foundation import kept_files

_ENDINGS = {"image/jpeg": "jpg", "image/png": "png"}
_THUMBNAIL = "thumb.jpg"


def folder(data_dir: Path) -> Path:
    return data_dir / "content"


def picture_path(data_dir: Path, sha256: str, media_type: str) -> Path:
    return folder(data_dir) / sha256[:2] / f"{sha256}.{_ENDINGS[media_type]}"


def thumbnail_path(data_dir: Path, sha256: str) -> Path:
    return folder(data_dir) / sha256[:2] / f"{sha256}.{_THUMBNAIL}"


def keep(data_dir: Path, drawn: Drawn) -> None:
    """Afterwards both files are on the disk. Twice is once."""
    _write(thumbnail_path(data_dir, drawn.sha256), drawn.thumbnail)
    _write(picture_path(data_dir, drawn.sha256, drawn.media_type), drawn.content)


def _write(path: Path, content: bytes) -> None:
    if path.exists() and path.stat().st_size == len(content):
        # As good as new, so that the sweep spares it too.
        os.utime(path)
        return
    kept_files.write(path, content)


def sweep(db: Session, paths: Sequence[Path]) -> int:
    """Take away those of the files that no picture names, while nobody else can write; how many there were."""
    return kept_files.sweep(paths, partial(repository.known_files, db))


def strays(data_dir: Path, *, wall_now: datetime) -> Iterator[Sequence[Path]]:
    """Files that are old enough to have a row, in chunks."""
    return kept_files.strays(folder(data_dir).glob("??/*"), wall_now=wall_now)
