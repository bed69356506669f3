"""
A rotation of the sealing key that is killed where a test says, in a process forked for it.

Forked from one that has loaded everything and opened nothing, because starting Python anew for each
of a hundred kills would take minutes.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from retinue.foundation import failpoints
from retinue.foundation.clock import SystemClock
from retinue.foundation.configuration import Configuration
from retinue.foundation.randomness import new_id, system_random
from retinue.foundation.runtime import Runtime
from retinue.foundation.sealing import Sealer
from retinue.workflows.resealing import service
from tests.factories import sealing
from tests.fixtures.databases import open_database

WISH = service.Wish("tests", settle_seconds=0, chunk=5)
MOST = 500
KILLED, DONE = "killed", "done"


def runtime_of(url: str, directory: Path) -> Runtime:
    configuration = Configuration(data_dir=directory)
    return Runtime(
        configuration=configuration,
        database=open_database(url),
        clock=SystemClock(),
        rng=system_random(),
        sealer=Sealer.from_file(configuration.effective_key_file),
        incarnation=new_id(),
    )


def rotate(url: str, directory: Path, *, die_at: int) -> None:
    """Die at the count-th point that is reached, whichever it is."""
    left = die_at

    def die(name: str) -> None:
        nonlocal left
        if name in service.FAILPOINTS:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    failpoints.install(die)
    service.rotate(runtime_of(url, directory), WISH)


def check(url: str, directory: Path, expected: Path) -> None:
    """All that was there opens with what the file holds now."""
    runtime = runtime_of(url, directory)
    found = sealing.everything(runtime.database, runtime.sealer)
    wanted = json.loads(expected.read_text())
    if {"/".join(where): text for where, text in found.items()} != wanted:
        os._exit(9)


def main(url: str, directory: Path, expected: Path) -> None:
    """Kill after kill, each a little further in its run, until a run comes to its end. Says how it went."""
    said: list[str] = []
    for number in range(1, MOST):
        # Never at the same point twice running, or a run that dies before each commit stays for ever.
        die_at = 1 + number % 4
        ended = forked(partial(rotate, url, directory, die_at=die_at))
        said.append(KILLED if os.WIFSIGNALED(ended) else DONE)
        checked = forked(lambda: check(url, directory, expected))
        if checked != 0 or (said[-1] == DONE and os.waitstatus_to_exitcode(ended) != 0):
            sys.exit(f"after kill {number}: rotation {ended}, check {checked}")
        if said[-1] == DONE:
            break
    print(json.dumps({"kills": said.count(KILLED), "is_done": said[-1] == DONE}))


def forked(act: Callable[[], None]) -> int:
    child = os.fork()
    if child == 0:
        code = 1
        try:
            act()
            code = 0
        finally:
            os._exit(code)
    return os.waitpid(child, 0)[1]


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
