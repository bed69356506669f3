"""The threads of a worker, which run what it has taken."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence

from retinue.capabilities.tasks.models import TaskType
from retinue.capabilities.tasks.schemas import ClaimedTask
from retinue.foundation.runtime import Runtime
from retinue.workflows.working.performing import perform
from retinue.workflows.working.schemas import Outcome, TaskFunction

Chunk = Sequence[ClaimedTask]


class Hands:
    """As many threads as were ever needed at once. `on_ended` is called by a thread that has ended something."""

    def __init__(
        self,
        runtime: Runtime,
        functions: Mapping[TaskType, TaskFunction],
        *,
        on_ended: Callable[[], None],
    ) -> None:
        self._runtime = runtime
        self._functions = functions
        self._on_ended = on_ended
        self._chunks: queue.SimpleQueue[Chunk | None] = queue.SimpleQueue()
        self._outcomes: queue.SimpleQueue[list[Outcome]] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._over = threading.Event()

    def work_until(self, over: threading.Event) -> None:
        """Begin nothing more from the moment that `over` is set; what was not begun ends as an outcome that says so."""
        self._over = over

    def give(
        self, quick: Sequence[ClaimedTask], slow: Sequence[ClaimedTask], *, places: int
    ) -> None:
        """What is over in no time goes to the threads in pieces, everything else one by one."""
        for _ in range(len(self._threads), min(len(quick) + len(slow), places)):
            self._start_thread()
        for chunk in _chunked(quick, slow, places):
            self._chunks.put(chunk)

    @property
    def have_ended(self) -> bool:
        """Whether there are outcomes that nobody has fetched."""
        return not self._outcomes.empty()

    def ended(self) -> list[Outcome]:
        """What has ended since somebody last asked."""
        found: list[Outcome] = []
        while not self._outcomes.empty():
            found += self._outcomes.get()
        return found

    def stop(self) -> None:
        """Let the threads end once nothing is left for them."""
        for _ in self._threads:
            self._chunks.put(None)

    @property
    def are_at_work(self) -> bool:
        return any(thread.is_alive() for thread in self._threads)

    def join(self, seconds: float) -> None:
        for thread in self._threads:
            thread.join(seconds / len(self._threads))

    def _start_thread(self) -> None:
        # A daemon: a task that does not end in time must not keep the process; its lease runs out instead.
        name = f"retinue-task-{len(self._threads)}"
        thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _work(self) -> None:
        while (chunk := self._chunks.get()) is not None:
            outcomes = []
            for task in chunk:
                if self._over.is_set():
                    outcomes.append(Outcome(task))
                else:
                    outcomes.append(perform(self._runtime, self._functions[task.type], task))
            self._outcomes.put(outcomes)
            self._on_ended()


def _chunked(
    quick: Sequence[ClaimedTask], slow: Sequence[ClaimedTask], places: int
) -> Iterator[Chunk]:
    size = max(1, -(-len(quick) // max(1, places)))
    for start in range(0, len(quick), size):
        yield quick[start : start + size]
    for task in slow:
        yield [task]
