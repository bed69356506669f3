from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from retinue.entrypoints.agent.process import Places, SessionProcess, end_stranger
from retinue.foundation.birth import birth_of
from tests.factories.staging import is_gone, until

NAPPING = (sys.executable, "-c", "import time; time.sleep(600)")
LEAVING = (sys.executable, "-c", "pass")


def start(command: tuple[str, ...], folder: Path) -> SessionProcess:
    places = Places(work=folder / "work" / "one", log=folder / "logs" / "one.log")
    return SessionProcess.start(command, {}, places=places, environment=os.environ)


@pytest.fixture
def stranger() -> Iterator[subprocess.Popen[bytes]]:
    """A process with a group of its own that no session has anything to do with."""
    other = subprocess.Popen(NAPPING, start_new_session=True)
    yield other
    other.kill()
    other.wait()


class TestEndTree:
    def test_a_number_that_was_given_to_a_stranger_afterwards_is_never_signalled(
        self, tmp_path: Path, stranger: subprocess.Popen[bytes]
    ) -> None:
        process = start(LEAVING, tmp_path)
        until(lambda: process.exit_code() is not None, "the end")
        assert process.end_tree()
        process.pid = stranger.pid

        process.terminate()
        process.kill()

        assert process.end_tree()
        assert stranger.poll() is None

    def test_a_process_that_lives_is_ended(self, tmp_path: Path) -> None:
        process = start(NAPPING, tmp_path)
        assert not process.is_tree_gone()
        process.kill()
        until(lambda: process.exit_code() is not None, "the end")
        assert process.end_tree()
        assert is_gone(process.pid)


class TestEndStranger:
    def test_a_process_known_by_its_birth_is_ended(self, stranger: subprocess.Popen[bytes]) -> None:
        assert end_stranger(stranger.pid, birth=birth_of(stranger.pid))
        assert is_gone(stranger.pid)

    def test_a_process_of_another_birth_is_left_alone(
        self, stranger: subprocess.Popen[bytes]
    ) -> None:
        born = birth_of(stranger.pid)
        assert born is not None
        assert end_stranger(stranger.pid, birth=f"{born}0")
        assert end_stranger(stranger.pid, birth=None)
        assert stranger.poll() is None

    def test_a_process_that_is_gone_is_gone(self) -> None:
        child = subprocess.Popen(LEAVING)
        born = birth_of(child.pid)
        child.wait()
        assert end_stranger(child.pid, birth=born)
