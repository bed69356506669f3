"""A process that logs in to X with tokens that have run out, and dies at a named point of their renewal."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from retinue.drivers.network.protocol import Credentials
from retinue.entrypoints.models import metadata
from retinue.foundation import failpoints
from retinue.foundation.clock import SystemClock
from retinue.foundation.configuration import Configuration
from retinue.foundation.randomness import new_id, system_random
from retinue.foundation.runtime import Runtime
from retinue.foundation.sealing import Sealer
from retinue.workflows.connecting import service
from tests.fixtures.databases import open_database

assert metadata is not None


def runtime_of(url: str, directory: Path) -> Runtime:
    return Runtime(
        configuration=Configuration(data_dir=directory),
        database=open_database(url),
        clock=SystemClock(),
        rng=system_random(),
        sealer=Sealer.of(bytes(range(32))),
        incarnation=new_id(),
    )


def log_in(runtime: Runtime, login: str) -> str:
    network = service.opener(replace(runtime, incarnation=new_id()))("x")
    with closing(network.open(Credentials(login=login))) as line:
        return line.log_in().handle


def main(url: str, directory: Path, logins: list[str], *, die_at: str) -> None:
    """One child for each account, forked from here: starting Python anew would take a second each."""
    for login in logins:
        child = os.fork()
        if child == 0:
            failpoints.install(
                lambda name: os.kill(os.getpid(), signal.SIGKILL) if name == die_at else None
            )
            log_in(runtime_of(url, directory), login)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print("killed" if os.WIFSIGNALED(status) else "lived", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[4:], die_at=sys.argv[3])
