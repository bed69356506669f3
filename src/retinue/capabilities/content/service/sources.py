"""
Where many files come from: a folder, or an archive that is read and never unpacked.

No name in an archive becomes a path, so none can lead out of anywhere; it is refused all the same.
"""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol

from retinue.capabilities.content.errors import ManifestRefused
from retinue.capabilities.content.rules import manifest
from retinue.foundation.errors import Problem
from retinue.foundation.pictures import LARGEST_FILE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

MOST_FILES = 5000
LARGEST_ARCHIVE = 200 * 1024 * 1024
_HIDDEN = (".", "__MACOSX")
_TOO_LARGE = LARGEST_FILE + 1


class Source(Protocol):
    @property
    def names(self) -> Collection[str]:
        """With `/` between their parts; hidden files are left out."""
        ...

    def read(self, name: str) -> bytes:
        """At most one byte more than a picture may have."""
        ...


class Folder:
    """Its files, and those of the folders in it. Links are not followed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._files = {
            found.relative_to(path).as_posix(): found
            for found in sorted(path.rglob("*"))
            if _is_plain(found, path)
        }
        if len(self._files) > MOST_FILES:
            raise refused(f"has more than {MOST_FILES:,} files; split it")

    @property
    def names(self) -> Collection[str]:
        return self._files.keys()

    def read(self, name: str) -> bytes:
        with self._files[name].open("rb") as file:
            return file.read(_TOO_LARGE)


def _is_plain(found: Path, root: Path) -> bool:
    parts = found.relative_to(root).parts
    if any(part.startswith(_HIDDEN) for part in parts) or found.is_symlink():
        return False
    is_linked = any(parent.is_symlink() for parent in found.parents if parent.is_relative_to(root))
    return found.is_file() and (not is_linked or root.is_symlink())


class Archive:
    def __init__(self, opened: zipfile.ZipFile) -> None:
        self._opened = opened
        self._members = _members(opened)

    @property
    def names(self) -> Collection[str]:
        return self._members.keys()

    def read(self, name: str) -> bytes:
        """What is declared is not believed: reading ends at the limit."""
        try:
            with self._opened.open(self._members[name]) as file:
                return _read(file)
        except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as error:
            raise refused(f"{name} cannot be read from the archive") from error


def _read(file: IO[bytes]) -> bytes:
    return file.read(_TOO_LARGE)


def _members(opened: zipfile.ZipFile) -> Mapping[str, zipfile.ZipInfo]:
    found: dict[str, zipfile.ZipInfo] = {}
    for member in opened.infolist():
        name = member.filename
        if member.is_dir() or any(
            part.startswith(_HIDDEN) for part in name.split("/") if part != ".."
        ):
            continue
        if manifest.is_outside(name):
            raise refused(f"holds {name[:100]!r}, which leads out of it")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise refused(f"holds a link, {name[:100]!r}")
        if member.flag_bits & 1:
            raise refused("is encrypted; send it open")
        if name in found:
            raise refused(f"holds {name[:100]!r} twice")
        found[name] = member
        if len(found) > MOST_FILES:
            raise refused(f"has more than {MOST_FILES:,} files; split it")
    return found


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """
    Raises:
        ManifestRefused: it is no archive that can be read.
    """
    try:
        opened = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise refused("is no zip archive that can be read") from error
    with opened:
        yield Archive(opened)


def refused(problem: str) -> ManifestRefused:
    return ManifestRefused(f"file: {problem}.", problems=[Problem(("file",), problem)])
