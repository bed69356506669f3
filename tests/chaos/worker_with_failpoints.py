"""
A worker in a process of its own that writes a line for each task it begins, and may be killed at any moment.

With `careless` it keeps what it has taken in its memory alone, as a queue in a broker would: the control.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.models import TaskType
from retinue.capabilities.tasks.schemas import ClaimedTask, Settled
from retinue.entrypoints.models import metadata
from retinue.foundation.clock import SystemClock
from retinue.foundation.configuration import Configuration
from retinue.foundation.randomness import new_id, system_random
from retinue.foundation.runtime import Runtime
from retinue.foundation.sealing import Sealer
from retinue.workflows.working.schemas import Reporting, TaskFunction
from retinue.workflows.working.service import Worker
from tests.fixtures.databases import open_database

assert metadata is not None
BEGUN = "begun.txt"
SECONDS = 0.05


def main(url: str, directory: Path, *, is_careless: bool) -> None:
    runtime = Runtime(
        configuration=Configuration(data_dir=directory),
        database=open_database(url),
        clock=SystemClock(),
        rng=system_random(),
        sealer=Sealer.of(bytes(range(32))),
        incarnation=new_id(),
    )

    def run(runtime: Runtime, task: ClaimedTask, report: Reporting) -> dict[str, Any]:
        line = f"{task.params['n']} {runtime.incarnation}\n".encode()
        with (directory / BEGUN).open("ab") as file:
            file.write(line)
        time.sleep(SECONDS)
        return {"n": task.params["n"], "by": os.getpid()}

    function = TaskFunction(TaskType.check_proxy, run, lambda _db, _params: [])
    if is_careless:
        _work_from_memory(runtime, function)
    else:
        Worker(runtime, [function]).run(threading.Event())


def _work_from_memory(runtime: Runtime, function: TaskFunction) -> None:
    """Takes everything, says that it is done, and then does it."""
    now = runtime.clock.now()
    with runtime.database.writing() as db:
        held = tasks.claim(db, [function.type], holder="careless", now=now, limit=200)
        tasks.complete_many(db, [Settled(one) for one in held], now=now)
    for task in held:
        function.run(runtime, task, lambda _progress, _note=None: None)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), is_careless=sys.argv[3] == "careless")
