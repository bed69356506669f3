"""The control: the same work as Celery does it by itself, with the broker as the only place where a task is kept."""

from __future__ import annotations

import os
import time
from pathlib import Path

from celery import Celery

ACTED = "acted.txt"
SECONDS = 0.02

app = Celery("control", broker=os.environ["TEST_REDIS_URL"], set_as_current=False)
app.conf.update(
    task_ignore_result=True,
    broker_connection_retry_on_startup=True,
    worker_prefetch_multiplier=1,
    task_publish_retry=False,
)


@app.task(name="control.act")  # type: ignore[untyped-decorator, unused-ignore]
def act(number: int) -> None:
    with (Path(os.environ["TEST_DIRECTORY"]) / ACTED).open("ab") as file:
        file.write(f"{number}\n".encode())
    time.sleep(SECONDS)
