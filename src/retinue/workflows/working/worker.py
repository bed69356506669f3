"""A worker: one thread that takes and writes down, a few that run."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta

from sqlalchemy.orm import Session

from retinue.capabilities.sessions import service as sessions
from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.models import TaskType, WaitingFor
from retinue.capabilities.tasks.schemas import ClaimedTask, Leeway
from retinue.foundation.clock import real_seconds
from retinue.foundation.database import DatabaseBusy
from retinue.foundation.runtime import Runtime
from retinue.workflows.working import settling
from retinue.workflows.working.hands import Hands
from retinue.workflows.working.keeping import Keeper
from retinue.workflows.working.pace import Paces
from retinue.workflows.working.performing import perform
from retinue.workflows.working.schemas import Outcome, Registry, TaskFunction

logger = logging.getLogger(__name__)

PLACES = 6
_POLL_SECONDS = 1.0
_DRAIN_SECONDS = 10.0
_DRAIN_LOOK = 0.1
_SHORTEST_WAIT = 0.02
_SESSION_LOOK = timedelta(seconds=30)


class Worker:
    """
    Takes no more than it has places for, so that what another process could run never waits
    here; of what is over in no time it takes a hundred or two at once, and writes as many at once.
    """

    def __init__(
        self,
        runtime: Runtime,
        functions: Iterable[TaskFunction],
        *,
        places: int = PLACES,
        patience: float = _DRAIN_SECONDS,
    ) -> None:
        self._runtime = runtime
        self._registry = Registry(functions)
        self._places = places
        self._patience = patience
        self._id = runtime.incarnation
        self._paces = Paces()
        self._unwritten: list[Outcome] = []
        self._held: dict[str, ClaimedTask] = {}
        self._woken = threading.Event()
        self._stop = threading.Event()
        self._hands = Hands(runtime, self._registry, on_ended=self._woken.set)
        self._keeper = Keeper(
            runtime, types=list(self._registry), held=self._held, places=self._places_now
        )

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set; then let what runs end, `patience` at most, and give back the rest."""
        self._hands.work_until(stop)
        self._stop = stop
        with tasks.asked.heard_by(self._woken):
            while not stop.is_set():
                self._woken.clear()
                self._wait(stop, self._cycle_safely())
        self._drain()

    def ring(self, ids: Sequence[str] = ()) -> None:
        """Something is due, perhaps these: look now instead of at the next turn."""
        del ids
        self._woken.set()

    def at_hand(self) -> AbstractContextManager[None]:
        """Be seen as a worker also between calls of `work_on`, which is one for as long as it runs."""
        return self._keeper.at_hand()

    def work_on(self, ids: Sequence[str]) -> int:
        """
        Run those of these tasks that are due and that nobody has, in this thread; say how many.

        They are taken one by one, or many at once where they are over in no time, so that another
        process that was told of the same may take its part. Asking twice, or too late, does nothing.
        """
        left, runs = dict.fromkeys(ids), 0
        with self._keeper.at_hand():
            while left:
                ahead = self._paces.ahead({})
                claimed = self._claim(limit=1, ids=list(left), ahead=ahead)
                if not claimed:
                    break
                for task in claimed:
                    left.pop(task.id)
                runs += self._run_here(claimed)
        return runs

    def step(self) -> int:
        """Everything a worker does, once, in this thread; say how many tasks it ran."""
        self._keeper.beat()
        self._keeper.settle_lost()
        self._keeper.wake_resumed()
        runs = 0
        while ran := self._run_here(self._claim(limit=self._places_now())):
            runs += ran
        return runs

    def _run_here(self, claimed: Sequence[ClaimedTask]) -> int:
        outcomes = [perform(self._runtime, self._registry[task.type], task) for task in claimed]
        if outcomes:
            self._paces.learn(outcomes)
            settling.write(self._runtime, outcomes)
        for task in claimed:
            self._held.pop(task.id, None)
        return len(claimed)

    def _cycle_safely(self) -> float:
        try:
            return self._cycle()
        except DatabaseBusy:
            logger.info("tasks wait: the database is busy")
        except Exception:
            logger.exception("tasks wait: the turn failed and is taken again")
        return _POLL_SECONDS

    def _cycle(self) -> float:
        """Write what has ended, take what fits; say how many seconds may pass until the next turn."""
        self._write_ended()
        self._keeper.turn()
        claimed = self._claim_room()
        quick = [task for task in claimed if self._paces.is_quick(task.type)]
        slow = [task for task in claimed if not self._paces.is_quick(task.type)]
        self._hands.give(quick, slow, places=self._places_now())
        if claimed or self._hands.have_ended:
            # The bell rings when a thread has ended something.
            return _POLL_SECONDS
        return self._seconds_until_next()

    def _claim_room(self) -> Sequence[ClaimedTask]:
        if self._stop.is_set() or not self._registry or self._keeper.is_quiet():
            return ()
        in_hand = Counter(task.type for task in self._held.values())
        slow = sum(n for kind, n in in_hand.items() if not self._paces.is_quick(kind))
        free = max(0, self._places_now() - slow)
        ahead = self._paces.ahead(in_hand) if free else {}
        if not free and not ahead:
            return ()
        if ahead and self._paces.is_well_stocked(in_hand):
            # Few large claims cost less than many small ones.
            return ()
        return self._claim(limit=free, ahead=ahead)

    def _claim(
        self,
        *,
        limit: int,
        ids: Sequence[str] | None = None,
        ahead: dict[TaskType, int] | None = None,
    ) -> Sequence[ClaimedTask]:
        types = list(self._registry)
        now = self._runtime.clock.now()
        if ids is None:
            with self._runtime.database.reading() as db:
                if not tasks.has_due(db, types, now=now):
                    return ()
        in_hand = Counter(task.type for task in self._held.values())
        at_most = {
            kind: function.at_once(self._runtime) - in_hand[kind]
            for kind, function in self._registry.items()
            if function.at_once is not None
        }
        with self._runtime.database.writing() as db:
            claimed = tasks.claim(
                db,
                types,
                holder=self._id,
                now=now,
                limit=Leeway(ahead or {}, at_most, places=limit),
                ids=ids,
            )
            claimed = self._without_sessions(db, claimed)
        self._held.update((task.id, task) for task in claimed)
        return claimed

    def _without_sessions(self, db: Session, claimed: list[ClaimedTask]) -> list[ClaimedTask]:
        """A session whose lease has run out, in a machine that was asleep say, is a session still."""
        busy = {task.busy_account_id for task in claimed if task.busy_account_id is not None}
        engaged = sessions.with_open(db, busy) if busy else set()
        if not engaged:
            return claimed
        now = self._runtime.clock.now()
        for task in claimed:
            if task.busy_account_id in engaged:
                until = now + _SESSION_LOOK
                why = "The account has a session."
                tasks.wait(db, task, WaitingFor.account_busy, until, why, now=now)
        return [task for task in claimed if task.busy_account_id not in engaged]

    def _places_now(self) -> int:
        """As many as one type may run side by side, where that is more."""
        wanted = [f.at_once(self._runtime) for f in self._registry.values() if f.at_once]
        return max(self._places, *wanted) if wanted else self._places

    def _write_ended(self) -> None:
        outcomes = self._hands.ended()
        self._paces.learn(outcomes)
        self._unwritten += outcomes
        if not self._unwritten:
            return
        settling.write(self._runtime, self._unwritten)
        for outcome in self._unwritten:
            self._held.pop(outcome.task.id, None)
        self._unwritten = []

    def _seconds_until_next(self) -> float:
        if not self._registry or self._held:
            return _POLL_SECONDS
        with self._runtime.database.reading() as db:
            due_at = tasks.next_due_at(db, list(self._registry))
        if due_at is None:
            return _POLL_SECONDS
        seconds = real_seconds(due_at - self._runtime.clock.now())
        return min(max(seconds, _SHORTEST_WAIT), _POLL_SECONDS)

    def _wait(self, stop: threading.Event, seconds: float) -> None:
        # Not the clock: a rehearsal that jumps through time must not spin here. In slices, to hear `stop`.
        waited = 0.0
        while waited < seconds and not stop.is_set():
            part = min(0.25, seconds - waited)
            if self._woken.wait(part):
                return
            waited += part

    def _drain(self) -> None:
        self._hands.stop()
        left = self._patience
        while left > 0 and self._hands.are_at_work:
            self._write_ended_safely()
            # Real seconds, whatever the clock of the rehearsal says.
            self._hands.join(_DRAIN_LOOK)
            left -= _DRAIN_LOOK
        self._write_ended_safely()
        if self._held:
            names = sorted({task.type.value for task in self._held.values()})
            logger.warning("tasks still running at the end, they run again elsewhere: %s", names)
        self._close_functions()
        try:
            self._keeper.leave()
        except Exception:
            logger.exception("the worker's end could not be written; it will be taken for lost")

    def _close_functions(self) -> None:
        for close in {one.close for one in self._registry.values() if one.close is not None}:
            try:
                close(self._runtime)
            except Exception:
                logger.exception("what the tasks had kept open could not be closed")

    def _write_ended_safely(self) -> None:
        try:
            self._write_ended()
        except Exception:
            logger.exception("what has ended could not be written yet")
