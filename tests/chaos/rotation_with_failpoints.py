"""
A worker in a process of its own that changes one password in a real browser, and dies at a named point.

With `careless` it sends the new password without having stored it: the control.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account
from retinue.entrypoints.models import metadata
from retinue.foundation import failpoints
from retinue.foundation.clock import SystemClock
from retinue.foundation.configuration import Configuration
from retinue.foundation.randomness import new_id, system_random
from retinue.foundation.runtime import Runtime
from retinue.foundation.sealing import Sealer
from retinue.workflows.rotation.service import TASKS
from retinue.workflows.working.service import Worker
from tests.fixtures.databases import open_database

assert metadata is not None


def main(url: str, data_dir: Path, sandgram_url: str, *, point: str, is_careless: bool) -> None:
    runtime = Runtime(
        configuration=Configuration(data_dir=data_dir, sandgram_url=sandgram_url),
        database=open_database(url),
        clock=SystemClock(),
        rng=system_random(),
        sealer=Sealer.of(bytes(range(32))),
        incarnation=new_id(),
    )
    failpoints.install(lambda name: os.kill(os.getpid(), signal.SIGKILL) if name == point else None)
    if is_careless:
        accounts.propose_password = _forget
    Worker(runtime, TASKS).step()


def _forget(db: Session, sealer: Sealer, account: Account, password: str, *, now: datetime) -> str:
    del db, sealer, account, now
    return password


if __name__ == "__main__":
    main(
        sys.argv[1],
        Path(sys.argv[2]),
        sys.argv[3],
        point=sys.argv[4],
        is_careless=sys.argv[5] == "careless",
    )
