"""Sandgram as a child process: its own program, reached over the wire only, gone when we are gone."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from retinue.entrypoints.starting import NotStartable

_STOP_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class RunningSandgram:
    url: str
    control_token_file: Path
    pid: int


@contextmanager
def running(data_dir: Path, *, options: Sequence[str] = ()) -> Iterator[RunningSandgram]:
    """
    Start it on a free port and wait until it answers; end it with the block.

    It holds the other end of our pipe as its stdin and leaves when that closes, so
    not even `kill -9` of this process leaves it behind.

    Raises:
        NotStartable: it ended before it was ready; its own words are in the message.
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
        line = child.stdout.readline() if child.stdout else ""
        if not line:
            message = f"Sandgram did not start (exit {child.wait()}); see {log}."
            raise NotStartable(message)
        facts = json.loads(line)
        yield RunningSandgram(
            url=facts["url"], control_token_file=Path(facts["control_token_file"]), pid=child.pid
        )
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
