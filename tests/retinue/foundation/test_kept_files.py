from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from retinue.foundation import kept_files

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def aged(path: Path, minutes: int) -> Path:
    kept_files.write(path, b"something")
    at = (NOW - timedelta(minutes=minutes)).timestamp()
    os.utime(path, (at, at))
    return path


def found(folder: Path) -> list[Sequence[Path]]:
    return list(kept_files.strays(sorted(folder.iterdir()), wall_now=NOW))


class TestWrite:
    def test_a_folder_that_is_missing_is_made_for_its_owner_alone(self, tmp_path: Path) -> None:
        path = tmp_path / "new folder" / "one.png"
        kept_files.write(path, b"something")
        assert path.read_bytes() == b"something"
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


class TestStrays:
    def test_what_may_still_wait_for_its_row_is_none(self, tmp_path: Path) -> None:
        old, _young = aged(tmp_path / "old.png", 61), aged(tmp_path / "young.png", 59)
        assert found(tmp_path) == [[old]]

    def test_they_come_in_chunks(self, tmp_path: Path) -> None:
        for number in range(201):
            aged(tmp_path / f"{number:03}.png", 61)
        assert [len(chunk) for chunk in found(tmp_path)] == [200, 1]

    def test_folders_are_none_and_neither_is_what_another_process_took(
        self, tmp_path: Path
    ) -> None:
        folder = tmp_path / "folder"
        folder.mkdir()
        os.utime(folder, (0, 0))
        gone = tmp_path / "gone.png"
        assert list(kept_files.strays([folder, gone], wall_now=NOW)) == []


class TestSweep:
    def test_what_no_row_names_goes_with_the_drafts_of_killed_writers(self, tmp_path: Path) -> None:
        known, unknown = aged(tmp_path / "known.png", 61), aged(tmp_path / "unknown.png", 61)
        thumbnail = aged(tmp_path / "known.thumb.jpg", 61)
        draft = aged(tmp_path / ".lost.png.0198f", 61)
        paths = [known, unknown, thumbnail, draft]

        assert kept_files.sweep(paths, lambda names: names & {"known"}) == 2
        assert set(tmp_path.iterdir()) == {known, thumbnail}
