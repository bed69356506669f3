from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest


def db(data_dir: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "retinue", "--data-dir", str(data_dir), "db", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


class TestBackup:
    @pytest.mark.parametrize(
        ("folders", "named"),
        [
            ((), ""),
            (("evidence",), "evidence/"),
            (("content", "evidence"), "content/ and evidence/"),
        ],
    )
    def test_it_says_what_has_to_be_copied_besides(
        self, tmp_path: Path, folders: tuple[str, ...], named: str
    ) -> None:
        assert db(tmp_path, "upgrade").returncode == 0
        for name in folders:
            (tmp_path / name).mkdir()

        done = db(tmp_path, "backup")

        assert done.returncode == 0, done.stderr
        with closing(sqlite3.connect(done.stdout.strip())) as copy:
            assert copy.execute("SELECT count(*) FROM accounts").fetchone() == (0,)
        assert ("Copy" in done.stderr) is bool(folders)
        assert named in done.stderr
