"""Sandgram as a child process: its own program, reached over the wire only, gone when we are gone."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from retinue.entrypoints.errors import NotStartable

_STOP_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class RunningSandgram:
    url: str
    control_token_file: Path
    pid: int
    mail: str | None = None
    """Host and port of its mail server."""


class SandgramChild:
    """Started and perhaps not ready yet: there is time to do something else meanwhile."""

    def __init__(self, child: subprocess.Popen[str], log: Path) -> None:
        self._child = child
        self._log = log

    def ready(self) -> RunningSandgram:
        """
        Wait until it answers.

        Raises:
            NotStartable: it ended before it was ready; its own words are in its log.
        """
        line = self._child.stdout.readline() if self._child.stdout else ""
        if not line:
            message = f"Sandgram did not start (exit {self._child.wait()}); see {self._log}."
            raise NotStartable(message)
        facts = json.loads(line)
        token_file = Path(facts["control_token_file"])
        return RunningSandgram(
            facts["url"], token_file, pid=self._child.pid, mail=facts.get("imap")
        )


@contextmanager
def started(data_dir: Path, *, options: Sequence[str] = ()) -> Iterator[SandgramChild]:
    """
    Start it on a free port; end it with the block.

    It holds the other end of our pipe as its stdin and leaves when that closes, so
    not even `kill -9` of this process leaves it behind.
    """
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    command = [
        sys.executable,
        "-m",
        "sandgram",
        "serve",
        "--port",
        "0",
        "--data-dir",
        str(data_dir),
    ]
    log = data_dir / "sandgram.log"
    with log.open("ab") as errors:
        child = subprocess.Popen(
            [*command, "--exit-with-stdin", *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
            text=True,
        )
    try:
        yield SandgramChild(child, log)
    finally:
        _end(child)


def _end(child: subprocess.Popen[str]) -> None:
    if child.stdin is not None:
        child.stdin.close()
    try:
        child.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    if child.stdout is not None:
        child.stdout.close()
