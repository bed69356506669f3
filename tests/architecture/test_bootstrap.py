"""What a new user meets before anything is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def bootstrap(
    checkout: Path, *arguments: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [checkout / "scripts" / "bootstrap", *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout that needs nothing but itself, so that the test needs no index."""
    copy = tmp_path / "a checkout"
    shutil.copytree(
        ROOT / "scripts", copy / "scripts", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / "pyproject.toml", copy)
    (copy / "requirements").mkdir()
    for profile in ("core", "dev"):
        (copy / "requirements" / f"{profile}.lock").write_text("# nothing\n")
    package = copy / "src" / "retinue" / "entrypoints"
    package.mkdir(parents=True)
    (package / "cli.py").write_text(
        "import sys\nfrom importlib.metadata import version\n\n"
        "def main():\n    print(version('retinue'), *sys.argv[1:])\n    return 7\n"
    )
    return copy


class TestBootstrap:
    def test_an_old_python_is_told_in_one_line(self, tmp_path: Path) -> None:
        old = tmp_path / "python3.9"
        old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2" || exit 1\n')
        old.chmod(0o755)

        result = bootstrap(ROOT, "core", PYTHON=str(old))

        assert result.returncode == 1
        assert result.stderr.startswith(
            "Retinue needs Python 3.11 or newer, and found Python 3.9.2."
        )
        assert result.stderr.count("\n") == 1

    def test_it_makes_a_command_that_runs_the_checkout(self, checkout: Path) -> None:
        """The path holds a space, as some home directories do."""
        result = bootstrap(checkout, "core", PYTHON=sys.executable)
        assert result.returncode == 0, result.stderr

        command = subprocess.run(
            [checkout / ".venv" / "bin" / "retinue", "a b", "c"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip

        assert command.stdout == "0.1.0 a b c\n"
        assert command.returncode == 7

    def test_a_second_time_it_does_nothing(self, checkout: Path) -> None:
        bootstrap(checkout, "dev", PYTHON=sys.executable)

        # What dev has is enough for core.
        for profile in ("dev", "core"):
            assert bootstrap(checkout, profile, PYTHON=sys.executable).stderr == ""

    def test_a_changed_lock_is_installed(self, checkout: Path) -> None:
        bootstrap(checkout, "core", PYTHON=sys.executable)
        (checkout / "requirements" / "core.lock").write_text("# still nothing\n")

        assert "Preparing .venv" in bootstrap(checkout, "core", PYTHON=sys.executable).stderr

    def test_a_failing_pip_is_told_and_tried_again(self, checkout: Path) -> None:
        lock = checkout / "requirements" / "core.lock"
        lock.write_text("./nowhere-to-be-found\n")

        for _ in range(2):
            result = bootstrap(checkout, "core", PYTHON=sys.executable)
            assert result.returncode == 1
            assert "pip could not install requirements/core.lock" in result.stderr
