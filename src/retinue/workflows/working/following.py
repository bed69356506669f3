"""Batches that were just asked for, watched from a command line until they are done."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext

from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.models import TaskType
from retinue.capabilities.tasks.schemas import TaskRead
from retinue.foundation.runtime import Runtime
from retinue.workflows.working.schemas import TaskFunction
from retinue.workflows.working.worker import Worker

_POLL_SECONDS = 0.3
_STOP_SECONDS = 12.0
_ENDED = {"completed", "failed"}
_FOR_OTHERS = {"account_busy", "account_backoff", "paused", "person"}
"""What no waiting here brings nearer: a session that ends, somebody who resumes or answers."""


def is_somebody_working(runtime: Runtime, kind: TaskType) -> bool:
    with runtime.database.reading() as db:
        found = tasks.workers(db, now=runtime.clock.now())
    return any(not one.is_lost and kind in one.types for one in found)


def follow(
    runtime: Runtime,
    batch_ids: Sequence[str],
    functions: Sequence[TaskFunction],
    *,
    title: str,
    is_elsewhere: bool,
    say: Callable[[str], None],
) -> list[TaskRead]:
    """
    What has ended by the time at which nothing more can be waited for. Where nobody else works, a worker of
    this process does.
    """
    # Read by the commands that show a bar, and by nobody else.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress  # noqa: PLC0415

    if not batch_ids:
        return []
    kind = functions[0].type
    with (
        nullcontext() if is_elsewhere else _working(runtime, functions),
        Progress(console=Console(stderr=True), transient=True) as bar,
    ):
        total = len(_found(runtime, batch_ids))
        task = bar.add_task(title, total=total)
        while True:
            found = _found(runtime, batch_ids)
            ended = [one for one in found if one.status in _ENDED]
            waiting = [one for one in found if one.waiting_for in _FOR_OTHERS]
            bar.update(task, completed=len(ended))
            if len(ended) + len(waiting) == len(found):
                for one in waiting:
                    say(f"{one.account} waits: {one.waiting_why}")
                return ended
            if is_elsewhere and not is_somebody_working(runtime, kind):
                say("Nobody is at work any more; what is left waits in the queue.")
                return ended
            runtime.clock.sleep(_POLL_SECONDS)


def _found(runtime: Runtime, batch_ids: Sequence[str]) -> list[TaskRead]:
    with runtime.database.reading() as db:
        return [tasks.read(row) for one in batch_ids for row in tasks.results(db, one)]


@contextmanager
def _working(runtime: Runtime, functions: Iterable[TaskFunction]) -> Iterator[None]:
    """A worker of our own for as long as the block runs."""
    stop = threading.Event()
    thread = threading.Thread(target=Worker(runtime, functions).run, args=(stop,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(_STOP_SECONDS)
