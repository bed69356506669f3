"""A wheel in an environment of its own does the main job: nothing of the checkout is needed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.acceptance.product import environment
from tests.factories.staging import ROOT

pytestmark = [pytest.mark.slow]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An environment with the wheel in it; the libraries are those of the tests."""
    source, home = tmp_path / "source", tmp_path / "home"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE", "hatch_build.py"):
        shutil.copy(ROOT / name, source)
    # The dashboard is built already: its stamp travels with it, so that no node is needed here.
    left_out = shutil.ignore_patterns("__pycache__", "node_modules")
    for name in ("src", "migrations", "examples", "scripts", "dashboard"):
        shutil.copytree(ROOT / name, source / name, ignore=left_out)
    call(
        sys.executable,
        "-m",
        "pip",
        "wheel",
        ".",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        "dist",
        at=source,
    )
    (wheel,) = (source / "dist").glob("*.whl")
    call(sys.executable, "-m", "venv", "--without-pip", str(home), at=tmp_path)
    call(
        sys.executable, "-m", "pip", "--python", str(home / "bin" / "python"),
        "install", "--no-deps", "--no-index", "--no-compile", str(wheel), at=tmp_path,
    )  # fmt: skip
    # A path in a .pth file is not searched for further .pth files, so the checkout stays out of sight.
    (own,) = (home / "lib").glob("python3*/site-packages")
    (own / "libraries.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    shutil.rmtree(source)
    return home


def call(*command: str, at: Path) -> None:
    result = subprocess.run(command, cwd=at, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr + result.stdout


class TestInstalled:
    def test_it_does_the_main_job_and_brings_what_it_needs(
        self, home: Path, tmp_path: Path
    ) -> None:
        variables = environment(TMPDIR=str(tmp_path / "scratch"))
        (tmp_path / "scratch").mkdir()
        del variables["PYTHONPATH"]
        where = subprocess.run(
            [str(home / "bin" / "python"), "-c", "import retinue; print(retinue.__file__)"],
            cwd=tmp_path, env=variables, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert Path(where.stdout.strip()).is_relative_to(home)

        result = subprocess.run(
            [str(home / "bin" / "retinue"), "demo", "--once", "--json"],
            cwd=tmp_path, env=variables, capture_output=True, text=True, timeout=90, check=False,
        )  # fmt: skip

        assert result.returncode == 0, result.stderr
        found = json.loads(result.stdout)
        assert (found["accounts_imported"], found["agrees"], found["duplicates"]) == (14, True, 0)
