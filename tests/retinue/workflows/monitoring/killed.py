"""A scheduler in a process of its own, to be killed. `python killed.py URL DATA_DIR LEASE_SECONDS [WRITES]`.

With WRITES it kills itself with what it has read in hand, before that write.
"""

from __future__ import annotations

import itertools
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from retinue.foundation import failpoints
from retinue.foundation.clock import SystemClock
from retinue.foundation.database import Database
from retinue.foundation.randomness import new_id
from retinue.foundation.runtime import Runtime
from retinue.workflows.monitoring.service import Scheduler
from tests.factories.serving import make_runtime
from tests.retinue.workflows.monitoring.reading import Numbers


def runtime_on(url: str, data_dir: Path) -> Runtime:
    clock = SystemClock()
    lock = data_dir / "write.lock" if url.startswith("sqlite") else None
    database = Database(url, lock_path=lock, clock=clock)
    made = make_runtime(database, clock, data_dir, sandgram_url="http://127.0.0.1:9")
    return Runtime(
        configuration=made.configuration,
        database=database,
        clock=clock,
        rng=made.rng,
        sealer=made.sealer,
        incarnation=new_id(),
    )


def die_before(writes: int) -> Callable[[str], None]:
    left = itertools.count(1)

    def reached(name: str) -> None:
        if name == "monitoring.write" and next(left) == writes:
            os.kill(os.getpid(), signal.SIGKILL)

    return reached


def main(url: str, data_dir: str, lease: str, writes: str = "0") -> None:
    failpoints.install(die_before(int(writes)))
    runtime = runtime_on(url, Path(data_dir))
    source = Numbers(runtime.clock, seconds=0.05)
    scheduler = Scheduler(
        runtime,
        lease_seconds=float(lease),
        open_source=source.opener,
        open_gate=source.open_gate,
    )
    print("at work", flush=True)
    scheduler.run(threading.Event())


if __name__ == "__main__":
    main(*sys.argv[1:])
