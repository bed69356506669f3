from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from retinue.foundation import whole_file

Put = Callable[[Path, Iterable[bytes]], object]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "one.txt"


def is_alone(path: Path) -> bool:
    return [one.name for one in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("put", [whole_file.write, whole_file.create])
class TestBoth:
    def test_the_file_is_whole_and_its_owners_alone(self, path: Path, put: Put) -> None:
        put(path, [b"one ", b"and two"])
        assert path.read_bytes() == b"one and two"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert is_alone(path)

    def test_a_full_disk_leaves_nothing(
        self, path: Path, put: Put, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(_descriptor: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            put(path, [b"one"])
        assert list(path.parent.iterdir()) == []

    def test_while_it_is_written_it_is_a_draft(self, path: Path, put: Put) -> None:
        seen: list[Path] = []

        def pieces() -> Iterator[bytes]:
            seen.extend(whole_file.drafts(path))
            assert not path.exists()
            yield b"one"

        put(path, pieces())
        (draft,) = seen
        assert not draft.exists()
        assert list(whole_file.drafts(path)) == []


class TestWrite:
    def test_it_takes_the_place_of_what_was_there(self, path: Path) -> None:
        whole_file.write(path, [b"before"])
        whole_file.write(path, [b"after"])
        assert path.read_bytes() == b"after"
        assert is_alone(path)

    def test_a_source_that_breaks_off_leaves_what_was_there(self, path: Path) -> None:
        def pieces() -> Iterator[bytes]:
            yield b"af"
            raise RuntimeError("broken off")

        whole_file.write(path, [b"before"])
        with pytest.raises(RuntimeError):
            whole_file.write(path, pieces())
        assert path.read_bytes() == b"before"
        assert is_alone(path)


class TestCreate:
    def test_what_is_there_stays(self, path: Path) -> None:
        assert whole_file.create(path, [b"first"])
        assert not whole_file.create(path, [b"second"])
        assert path.read_bytes() == b"first"
        assert is_alone(path)
