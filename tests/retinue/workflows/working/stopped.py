"""A worker in a process that a test stops: `python -m tests.retinue.workflows.working.stopped URL`."""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from retinue.capabilities.tasks.models import TaskType
from retinue.capabilities.tasks.schemas import ClaimedTask
from retinue.entrypoints import models as _models  # noqa: F401 - the tables that the tasks refer to
from retinue.foundation.clock import SystemClock
from retinue.foundation.configuration import Configuration
from retinue.foundation.database import Database
from retinue.foundation.randomness import new_id
from retinue.foundation.runtime import Runtime
from retinue.foundation.sealing import Sealer
from retinue.workflows.working.schemas import Reporting, TaskFunction
from retinue.workflows.working.service import Worker


def function(body: Callable[[], None], kind: TaskType = TaskType.check_proxy) -> TaskFunction:
    """Its result says in which process it was done."""

    def run(runtime: Runtime, task: ClaimedTask, report: Reporting) -> Mapping[str, Any]:
        body()
        return {"by": os.getpid()}

    return TaskFunction(kind, run, lambda _db, _params: [])


def main(url: str) -> None:
    path = make_url(url).database if url.startswith("sqlite") else None
    runtime = Runtime(
        configuration=Configuration(data_dir=Path("unused")),
        database=Database(url, lock_path=Path(f"{path}.lock") if path else None),
        clock=SystemClock(),
        rng=random.Random(7),
        sealer=Sealer.of(bytes(range(32))),
        incarnation=new_id(),
    )

    def run(_: Runtime, task: ClaimedTask, report: Reporting) -> Mapping[str, Any]:
        print(f"at work on {task.id}", flush=True)
        sys.stdin.readline()
        return {"by": os.getpid()}

    worker = Worker(runtime, [TaskFunction(TaskType.check_proxy, run, lambda _db, _params: [])])
    print(json.dumps({"ran": worker.step()}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
