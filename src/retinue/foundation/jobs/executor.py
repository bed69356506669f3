"""The embedded engine of background work: one thread that claims, a few that run."""

from __future__ import annotations

import logging
import queue
import threading
import traceback
from collections.abc import Iterable

from retinue.foundation.clock import real_seconds
from retinue.foundation.clock_jumps import Jumps
from retinue.foundation.database import DatabaseBusy
from retinue.foundation.jobs import service
from retinue.foundation.jobs.registry import JobFunction, Registry
from retinue.foundation.jobs.service import ClaimedJob
from retinue.foundation.randomness import new_id
from retinue.foundation.runtime import Runtime

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 5.0
_SHORTEST_WAIT = 0.02
_RENEW_SECONDS = service.LEASE.total_seconds() / 3
_HOUSEKEEPING_SECONDS = 3600.0
_DRAIN_SECONDS = 10.0
_SETTLE_TRIES = 5


class Executor:
    """
    Claims no more rows than it has idle threads, so that a row that another
    process could run never waits here. Rows of a process that died are due again
    when their lease has run out.
    """

    def __init__(
        self,
        runtime: Runtime,
        functions: Iterable[JobFunction],
        *,
        threads: int | None = None,
        patience: float = _DRAIN_SECONDS,
    ) -> None:
        self._runtime = runtime
        self._registry = Registry(functions)
        self._patience = patience
        self._threads = threads or runtime.configuration.worker_threads
        self._claimed: queue.SimpleQueue[ClaimedJob | None] = queue.SimpleQueue()
        self._woken = threading.Event()
        self._lock = threading.Lock()
        self._held: dict[int, ClaimedJob] = {}
        self._last_renewal = self._last_housekeeping = self._quiet_until = float("-inf")
        self._jumps = Jumps(runtime.clock)

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set; then let running jobs end, for `patience` seconds at most."""
        # Daemons: a job that does not end in time must not keep the process; its row's lease runs out instead.
        workers = [
            threading.Thread(target=self._work, name=f"retinue-job-{n}", daemon=True)
            for n in range(self._threads)
        ]
        for worker in workers:
            worker.start()
        self.start_schedules_patiently(stop)
        with service.deferred.heard_by(self._woken):
            while not stop.is_set():
                self._woken.clear()
                self._wait(stop, self._sweep_safely())
        self._drain(workers)

    def step(self) -> int:
        """Run everything that is due now, in this thread; say how many runs there were."""
        self.start_schedules()
        runs = 0
        while True:
            self._settle_lost()
            jobs = self._claim(limit=1)
            if not jobs:
                return runs
            for job in jobs:
                self._perform(job)
                runs += 1

    def start_schedules(self) -> None:
        schedules = self._registry.schedules()
        if not schedules:
            return
        now = self._runtime.clock.now()
        with self._runtime.database.writing() as db:
            for name, every in schedules.items():
                service.ensure_schedule(db, name, every=every, now=now)

    def start_schedules_patiently(self, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                self.start_schedules()
            except Exception:
                logger.exception("the schedules could not be written; trying again")
                stop.wait(SWEEP_SECONDS)
            else:
                return

    def _sweep_safely(self) -> float:
        try:
            return self._sweep()
        except DatabaseBusy:
            logger.info("jobs wait: the database is busy")
        except Exception:
            logger.exception("jobs wait: the sweep failed and is tried again")
        return SWEEP_SECONDS / 5

    def _sweep(self) -> float:
        """Renew, tidy up, claim what fits; say how many seconds may pass until the next sweep."""
        if self._is_quiet():
            return SWEEP_SECONDS / 5
        self._renew()
        self._settle_lost()
        self._keep_house()
        idle = self._threads - len(self._held)
        if idle <= 0:
            # The bell rings when a thread is free again.
            return SWEEP_SECONDS
        jobs = self._claim(limit=idle)
        for job in jobs:
            self._claimed.put(job)
        if len(jobs) == idle:
            return SWEEP_SECONDS
        return self._seconds_until_next()

    def _is_quiet(self) -> bool:
        """
        After a jump of the clock every lease seems to have run out: whoever is alive renews
        first, and only then is anything taken over or given up.
        """
        elapsed = self._runtime.clock.monotonic()
        if self._jumps.look() is not None:
            self._quiet_until = elapsed + service.LEASE.total_seconds()
            self._last_renewal = float("-inf")
        if elapsed >= self._quiet_until:
            return False
        self._renew()
        return True

    def _seconds_until_next(self) -> float:
        with self._runtime.database.reading() as db:
            due_at = service.next_due_at(db, list(self._registry))
        if due_at is None:
            return SWEEP_SECONDS
        seconds = real_seconds(due_at - self._runtime.clock.now())
        return min(max(seconds, _SHORTEST_WAIT), SWEEP_SECONDS)

    def _wait(self, stop: threading.Event, seconds: float) -> None:
        # Not the clock: a rehearsal that jumps through time must not spin here. In slices, to hear `stop`.
        waited = 0.0
        while waited < seconds and not stop.is_set():
            part = min(0.25, seconds - waited)
            if self._woken.wait(part):
                return
            waited += part

    def _claim(self, *, limit: int) -> list[ClaimedJob]:
        names = list(self._registry)
        now = self._runtime.clock.now()
        with self._runtime.database.reading() as db:
            if not service.has_due(db, names, now=now):
                return []
        holder = f"{self._runtime.incarnation}/{new_id()}"
        with self._runtime.database.writing() as db:
            jobs = service.claim(db, names, holder=holder, now=now, limit=limit)
        with self._lock:
            self._held.update((job.id, job) for job in jobs)
        return jobs

    def _work(self) -> None:
        while (job := self._claimed.get()) is not None:
            self._perform(job)
            self._woken.set()

    def _perform(self, job: ClaimedJob) -> None:
        error: str | None = None
        try:
            self._registry[job.name].run(self._runtime, job.payload)
        except Exception as failure:
            logger.warning(
                "job %s %s failed (attempt %s)", job.name, job.id, job.attempts, exc_info=True
            )
            error = "".join(traceback.format_exception_only(failure)).strip()
        try:
            self._settle(job, error)
        except Exception:
            logger.exception(
                "how job %s %s ended could not be written; it runs again", job.name, job.id
            )
        finally:
            with self._lock:
                self._held.pop(job.id, None)

    def _settle(self, job: ClaimedJob, error: str | None) -> None:
        for tries_left in reversed(range(_SETTLE_TRIES)):
            now = self._runtime.clock.now()
            try:
                with self._runtime.database.writing() as db:
                    if error is None:
                        is_ours = service.finish(db, job, now=now)
                    else:
                        is_ours = service.fail(db, job, error=error, now=now)
            except DatabaseBusy:
                if not tries_left:
                    raise
            else:
                if not is_ours:
                    logger.warning("job %s %s had gone to another process", job.name, job.id)
                return

    def _renew(self) -> None:
        elapsed = self._runtime.clock.monotonic()
        if elapsed - self._last_renewal < _RENEW_SECONDS:
            return
        with self._lock:
            held = list(self._held.values())
        if held:
            with self._runtime.database.writing() as db:
                service.renew(db, held, now=self._runtime.clock.now())
        self._last_renewal = elapsed

    def _settle_lost(self) -> None:
        now = self._runtime.clock.now()
        with self._runtime.database.reading() as db:
            if not service.has_lost(db, now=now):
                return
        with self._runtime.database.writing() as db:
            service.settle_lost(db, now=now)

    def _keep_house(self) -> None:
        elapsed = self._runtime.clock.monotonic()
        if elapsed - self._last_housekeeping < _HOUSEKEEPING_SECONDS:
            return
        while True:
            with self._runtime.database.writing() as db:
                if not service.prune(db, now=self._runtime.clock.now()):
                    break
        self._last_housekeeping = elapsed

    def _drain(self, workers: list[threading.Thread]) -> None:
        for _ in workers:
            self._claimed.put(None)
        # Real seconds, whatever the clock of the rehearsal says.
        left = self._patience
        for worker in workers:
            while worker.is_alive() and left > 0:
                worker.join(0.1)
                left -= 0.1
        if any(worker.is_alive() for worker in workers):
            names = sorted({job.name for job in self._held.values()})
            logger.warning("jobs still running at the end, they run again elsewhere: %s", names)
