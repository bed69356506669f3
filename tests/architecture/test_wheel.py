"""An installed Retinue has everything with it that a checkout has beside it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

UPGRADE = """
import sys
from pathlib import Path

import retinue
from retinue.foundation.database import Database, migrations

assert Path(retinue.__file__).is_relative_to(sys.argv[1]), retinue.__file__
database = Database(f"sqlite:///{sys.argv[2]}")
migrations.upgrade(database)
print(migrations.current(database))
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a wheel holds, laid out as an installation lays it out."""
    source, place = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("installed")
    for name in ("pyproject.toml", "README.md", "LICENSE", "hatch_build.py"):
        shutil.copy(ROOT / name, source)
    for name in ("src", "migrations", "examples"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run(
        [Path(sys.executable).with_name("hatchling"), "build", "-t", "wheel"],
        cwd=source, check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = (source / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place)
    return place


class TestWheel:
    def test_it_migrates_a_database(self, installed: Path, tmp_path: Path) -> None:
        result = subprocess.run(
            [sys.executable, "-c", UPGRADE, str(installed), str(tmp_path / "retinue.db")],
            env={**os.environ, "PYTHONPATH": str(installed)}, cwd=tmp_path,
            capture_output=True, text=True, check=False,
        )  # fmt: skip

        assert result.returncode == 0, result.stderr
        assert result.stdout.strip() == max(
            path.name.partition("_")[0] for path in (ROOT / "migrations" / "versions").glob("0*.py")
        )

    def test_it_brings_its_commands(self, installed: Path) -> None:
        (points,) = installed.glob("retinue-*.dist-info/entry_points.txt")
        assert "retinue = retinue.entrypoints.cli:main" in points.read_text()
        assert "sandgram = sandgram.cli:main" in points.read_text()
