"""The queue and a batch on a terminal, redrawn while they change; plain lines where there is no terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from retinue.capabilities.tasks.schemas import BatchRead, QueueRead
    from retinue.foundation.clock import Clock

_SECONDS = 1.0
_TASKS_SHOWN = 20
_BAR = 24


def follow_batch(read: Callable[[], BatchRead], clock: Clock) -> None:
    """A bar for each chunk, until nothing of the batch is left to do."""
    batch = read()
    if not sys.stdout.isatty():
        shown = -1
        while batch.finished_at is None:
            if batch.progress != shown:
                shown = batch.progress
                print(f"{shown:>3} %  {batch.counts.model_dump()}", flush=True)
            clock.sleep(_SECONDS)
            batch = read()
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns) as progress:
        bars = {
            chunk.chunk: progress.add_task(f"chunk {chunk.chunk + 1}", total=chunk.counts.total)
            for chunk in batch.chunks
        }
        while True:
            for chunk in batch.chunks:
                ended = chunk.counts.completed + chunk.counts.failed
                progress.update(bars[chunk.chunk], completed=ended)
            if batch.finished_at is not None:
                return
            clock.sleep(_SECONDS)
            batch = read()


def follow_queue(read: Callable[[], QueueRead], clock: Clock) -> None:
    """Until Ctrl-C."""
    if not sys.stdout.isatty():
        while True:
            print("\n".join(queue_lines(read())), flush=True)
            print(flush=True)
            clock.sleep(_SECONDS)
    from rich.live import Live
    from rich.text import Text

    def drawn() -> Any:
        return Text("\n".join(queue_lines(read())))

    with Live(drawn(), refresh_per_second=4) as live:
        while True:
            clock.sleep(_SECONDS)
            live.update(drawn())


def queue_lines(queue: QueueRead) -> Iterator[str]:
    names = ("high", "medium", "low", "batch")
    depth = ", ".join(
        f"{number} {name}" for name, number in zip(names, queue.depth.values(), strict=True)
    )
    yield f"{queue.pending} wait ({depth}), {queue.running} run"
    minute = queue.completed_last_minute + queue.failed_last_minute
    hour = queue.completed_last_hour + queue.failed_last_hour
    failed = queue.failed_last_hour
    yield f"{minute} ended in the last minute, {hour} in the last hour, {failed} of those failed"
    for group in queue.waiting:
        until = f" until {group.next_until:%H:%M:%S}" if group.next_until else ""
        why = f": {group.why}" if group.why else ""
        yield f"  {group.number:>6} wait for {group.waiting_for.value}{until}{why}"
    for one in queue.running_tasks[:_TASKS_SHOWN]:
        filled = _BAR * one.progress // 100
        bar = "#" * filled + "." * (_BAR - filled)
        yield f"  {bar} {one.progress:>3} %  {one.type.value} {one.account or ''} {one.note or ''}".rstrip()
    for worker in queue.workers:
        state = "lost" if worker.is_lost else f"{worker.busy} of {worker.places} places busy"
        yield f"  worker {worker.host}/{worker.pid}: {state}"
