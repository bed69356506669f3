"""The one that gives events their numbers: any process may run it, the lease decides whose turn it is."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta

from retinue.foundation.database import DatabaseBusy
from retinue.foundation.events import repository, service
from retinue.foundation.leases import service as leases
from retinue.foundation.runtime import Runtime

logger = logging.getLogger(__name__)

LEASE_KEY = "events.publisher"
_LEASE = timedelta(seconds=5)
_POLL_SECONDS = 0.2
_BREATH_SECONDS = 0.02
_PAUSE_AFTER_ERROR = 1.0
_PRUNE_SECONDS = 60.0


class Publisher:
    """
    Idle, it writes nothing: the lease is taken when something waits for a number
    and may run out afterwards. The lease spares two publishers the same work; that
    no number is given twice does not rest on it but on the counter's row.
    """

    def __init__(self, runtime: Runtime, *, lease: timedelta = _LEASE) -> None:
        self._runtime = runtime
        self._ttl = lease
        self._holder = f"{runtime.incarnation}/publisher"
        self._lease: leases.Lease | None = None
        self._next_prune = runtime.clock.monotonic()

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set. Errors are logged and tried again: numbers may be late, never wrong."""
        woken = threading.Event()
        with service.published.heard_by(woken):
            while not stop.is_set():
                woken.clear()
                numbered = 0
                try:
                    numbered = self.drain()
                    self.prune_when_due()
                    if numbered:
                        # The first after a silence has its number at once; of a stream, what comes
                        # within a breath is numbered by one transaction instead of one for each.
                        stop.wait(_BREATH_SECONDS)
                except DatabaseBusy:
                    logger.info("event numbers wait: the database is busy")
                except Exception:
                    logger.exception("event numbers wait: the publisher failed and tries again")
                    stop.wait(_PAUSE_AFTER_ERROR)
                # Not the clock: a rehearsal that jumps through time must not spin here.
                # Where other processes publish without a bell, one event is seldom the last.
                woken.wait(_BREATH_SECONDS if numbered else _POLL_SECONDS)
        self.release()

    def drain(self) -> int:
        """Number everything that waits now; say how many."""
        total = 0
        while done := self.step():
            total += done
            if done < service.CHUNK:
                break
        return total

    def step(self) -> int:
        """Number one chunk; 0 when nothing waits or another publisher has the turn."""
        database, now = self._runtime.database, self._runtime.clock.now()
        with database.reading() as db:
            if not repository.has_unnumbered(db):
                return 0
        with database.writing() as db:
            if self._lease is None or not leases.renew(db, self._lease, ttl=self._ttl, now=now):
                self._lease = None
                try:
                    taken = leases.acquire(
                        db, LEASE_KEY, holder=self._holder, ttl=self._ttl, now=now
                    )
                except leases.LeaseHeld:
                    return 0
            else:
                taken = self._lease
            done = service.number(db)
        self._lease = taken
        return done

    def prune_when_due(self) -> int:
        clock = self._runtime.clock
        if clock.monotonic() < self._next_prune:
            return 0
        self._next_prune = clock.monotonic() + _PRUNE_SECONDS
        with self._runtime.database.reading() as db:
            if not service.has_expired(db, now=clock.now()):
                return 0
        total = 0
        while True:
            with self._runtime.database.writing() as db:
                dropped = service.prune(db, now=clock.now())
            total += dropped
            if not dropped:
                return total

    def release(self) -> None:
        """Let the next publisher start at once instead of after the lease."""
        if self._lease is None:
            return
        try:
            with self._runtime.database.writing() as db:
                leases.release(db, self._lease)
        except DatabaseBusy:
            logger.info("the publisher's lease runs out by itself: the database is busy")
        self._lease = None
