"""
`retinue worker` with one kind of task, which writes a line into a file when it acts; with
`TEST_TASKS=product` it runs those of the product instead.

A lease lasts as long as the environment says, so that a test need not wait for a real one. With
`TEST_DIE_AT` it kills itself, as hard as the kernel can, when it first reaches that failpoint.
"""

from __future__ import annotations

import os
import signal
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from retinue.capabilities.tasks.models import TaskType
from retinue.capabilities.tasks.schemas import ClaimedTask
from retinue.capabilities.tasks.service import settling, taking
from retinue.entrypoints import engine_room
from retinue.entrypoints.cli import main
from retinue.foundation import failpoints
from retinue.foundation.runtime import Runtime
from retinue.workflows.working import keeping, worker
from retinue.workflows.working.schemas import Reporting, TaskFunction

ACTED = "acted.txt"
SECONDS = 0.02


def act(runtime: Runtime, task: ClaimedTask, report: Reporting) -> dict[str, Any]:
    with (Path(os.environ["TEST_DIRECTORY"]) / ACTED).open("ab") as file:
        file.write(f"{task.id} {task.attempts}\n".encode())
    time.sleep(task.params.get("seconds", SECONDS))
    return {"n": task.params.get("n")}


def shorten_leases(seconds: float) -> None:
    for module in (settling, taking):
        module.LEASE = timedelta(seconds=seconds)  # type: ignore[attr-defined]
    for module in (keeping, worker):
        module.RENEW_SECONDS = seconds / 3  # type: ignore[attr-defined]
    keeping.SWEEP_SECONDS = 1.0


def die_at(point: str) -> None:
    def die(name: str) -> None:
        if name == point:
            os.kill(os.getpid(), signal.SIGKILL)

    failpoints.install(die)


if __name__ == "__main__":
    if "TEST_LEASE_SECONDS" in os.environ:
        shorten_leases(float(os.environ["TEST_LEASE_SECONDS"]))
    if "TEST_DIE_AT" in os.environ:
        die_at(os.environ["TEST_DIE_AT"])
    if os.environ.get("TEST_TASKS") != "product":
        function = TaskFunction(TaskType.check_proxy, act, lambda _db, _params: [])
        vars(engine_room)["TASKS"] = (function,)
    main()
