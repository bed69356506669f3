"""What a worker does so that the others know it is alive, and takes over from those that are not."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.models import TaskType
from retinue.capabilities.tasks.schemas import ClaimedTask, Heartbeat
from retinue.foundation.clock_jumps import Jumps
from retinue.foundation.runtime import Runtime

logger = logging.getLogger(__name__)

BEAT_SECONDS = 5.0
SWEEP_SECONDS = 5.0
RESUMED_SECONDS = 1.0
"""A pause that an account's own page has taken back rings no bell here."""
RENEW_SECONDS = tasks.LEASE.total_seconds() / 3
_TURN_SECONDS = 1.0
_HOUSEKEEPING_SECONDS = 600.0


class Keeper:
    """`held` is what the worker has in hand, by id; it is looked at, never changed."""

    def __init__(
        self,
        runtime: Runtime,
        *,
        types: Sequence[TaskType],
        held: Mapping[str, ClaimedTask],
        places: Callable[[], int],
    ) -> None:
        self._runtime = runtime
        self._types = sorted(types)
        self._held = held
        self._places = places
        self._started_at: datetime = runtime.clock.now()
        self._jumps = Jumps(runtime.clock)
        self._last: dict[str, float] = {}
        self._quiet_until = float("-inf")
        self._budgets: Mapping[Any, Any] | None = None
        self._lock = threading.RLock()
        self._blocks = 0
        self._ended = threading.Event()
        self._thread = threading.Thread()

    def turn(self) -> None:
        """Whatever of all this is due."""
        if self._is_time("beat", BEAT_SECONDS):
            self.beat()
        if self._is_time("renew", RENEW_SECONDS):
            self.renew()
        if self._is_time("sweep", SWEEP_SECONDS) and not self.is_quiet():
            self.settle_lost()
        if self._is_time("resumed", RESUMED_SECONDS):
            self.wake_resumed()
            self.wake_budgeted()
        if self._is_time("house", _HOUSEKEEPING_SECONDS):
            with self._runtime.database.writing() as db:
                tasks.prune_uses(db, now=self._runtime.clock.now())

    def is_quiet(self) -> bool:
        """
        After a jump of the clock every lease seems to have run out: whoever is alive renews
        first, and only then is anything taken over.
        """
        elapsed = self._runtime.clock.monotonic()
        if self._jumps.look() is not None:
            self._quiet_until = elapsed + tasks.LEASE.total_seconds()
            self.renew()
        return elapsed < self._quiet_until

    def beat(self) -> None:
        places = self._places()
        beat = Heartbeat(
            self._runtime.incarnation,
            host=socket.gethostname(),
            pid=os.getpid(),
            started_at=self._started_at,
            places=places,
            busy=min(len(self._held), places),
            types=self._types,
        )
        with self._runtime.database.writing() as db:
            tasks.beat(db, beat, now=self._runtime.clock.now())

    def renew(self) -> None:
        if self._held:
            with self._runtime.database.writing() as db:
                tasks.renew(db, list(self._held.values()), now=self._runtime.clock.now())

    def settle_lost(self) -> None:
        now = self._runtime.clock.now()
        with self._runtime.database.reading() as db:
            if not tasks.has_lost(db, now=now):
                return
        with self._runtime.database.writing() as db:
            tasks.settle_lost(db, rng=self._runtime.rng, now=now)

    def wake_resumed(self) -> None:
        now = self._runtime.clock.now()
        with self._runtime.database.reading() as db:
            if not tasks.has_resumed(db, now=now):
                return
        with self._runtime.database.writing() as db:
            tasks.wake_resumed(db, now=now)

    def wake_budgeted(self) -> None:
        """Once the limits in the settings have changed, by whichever process; and at the first look."""
        with self._runtime.database.reading() as db:
            found = tasks.budgets_in_force(db)
        if found == self._budgets:
            return
        with self._runtime.database.writing() as db:
            tasks.wake_budgeted(db, now=self._runtime.clock.now())
        self._budgets = found

    @contextmanager
    def at_hand(self) -> Iterator[None]:
        """
        Be seen as a worker, and renew what is held, until the block ends: on a thread of its own,
        where nobody else takes turns. Blocks within blocks, and of several threads, are one.
        """
        with self._lock:
            self._blocks += 1
            if self._blocks == 1:
                self._last.clear()
                self.turn()
                self._ended = threading.Event()
                arguments = (self._ended,)
                name = "retinue-task-keeper"
                self._thread = threading.Thread(
                    target=self._turns, args=arguments, name=name, daemon=True
                )
                self._thread.start()
        try:
            yield
        finally:
            with self._lock:
                self._blocks -= 1
                if not self._blocks:
                    self._ended.set()
                    self._thread.join()
                    self.leave()

    def _turns(self, ended: threading.Event) -> None:
        # Real seconds: a clock of a rehearsal must not spin here.
        while not ended.wait(_TURN_SECONDS):
            try:
                self.turn()
            except Exception:
                logger.exception("the tasks in hand could not be renewed yet")

    def leave(self) -> None:
        with self._runtime.database.writing() as db:
            tasks.leave(db, self._runtime.incarnation)

    def _is_time(self, what: str, seconds: float) -> bool:
        elapsed = self._runtime.clock.monotonic()
        if elapsed - self._last.get(what, float("-inf")) < seconds:
            return False
        self._last[what] = elapsed
        return True
