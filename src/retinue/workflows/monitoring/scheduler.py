"""The engine: one thread that claims and writes, one that reads."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from decimal import Decimal

from retinue.capabilities.monitors import service as monitors
from retinue.capabilities.monitors.models import SourceName
from retinue.capabilities.monitors.schemas import DueMonitor
from retinue.drivers.metrics.protocol import SourceSettings
from retinue.foundation.clock import real_seconds
from retinue.foundation.clock_jumps import Jumps
from retinue.foundation.database import DatabaseBusy
from retinue.foundation.runtime import Runtime
from retinue.workflows.monitoring import writing
from retinue.workflows.monitoring.fetching import AGAIN, Fetcher
from retinue.workflows.monitoring.pace import Pace
from retinue.workflows.monitoring.schemas import OpenGate, OpenSource, Order, Outcome
from retinue.workflows.monitoring.sources import Opener, Premises, premises
from retinue.workflows.monitoring.troubles import BUDGET, PROBE_SECONDS, Troubles

logger = logging.getLogger(__name__)

LEASE_SECONDS = 120.0
_MARGIN_SECONDS = 30.0
_POLL_SECONDS = 1.0
_SHORTEST_WAIT = 0.02
_WRITE_SECONDS = 0.25
_LOOK_SECONDS = 5.0
_DRAIN_SECONDS = 10.0
_REPLAN_SECONDS = 3600.0


class Scheduler:
    """
    Claims about as much as is read in a few seconds, so that what another process could read never
    waits here, and writes what has ended four times a second, 500 at a time.
    """

    def __init__(
        self,
        runtime: Runtime,
        *,
        patience: float = _DRAIN_SECONDS,
        lease_seconds: float = LEASE_SECONDS,
        open_source: OpenSource | None = None,
        open_gate: OpenGate | None = None,
    ) -> None:
        self._runtime = runtime
        self._patience = patience
        self._lease = lease_seconds
        self._open_source = open_source
        self._open_gate = open_gate
        self._woken = threading.Event()
        self._troubles = Troubles()
        self._jumps = Jumps(runtime.clock)
        self._fetcher: Fetcher | None = None
        self._premises: Premises | None = None
        self._pace = Pace()
        self._unwritten: list[Outcome] = []
        self._last: dict[str, float] = {}

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set; then let what is being read end, `patience` at most, and give back the rest."""
        with monitors.due.heard_by(self._woken):
            while not stop.is_set():
                self._woken.clear()
                self._wait(stop, self._cycle_safely())
        self._drain()

    def step(self) -> int:
        """Read everything that is due now, and write it; say how many orders there were."""
        number = 0
        while orders := self._claim():
            number += len(orders)
            while self._in_hand:
                self._woken.wait(_SHORTEST_WAIT)
                self._woken.clear()
                self._write()
        return number

    def close(self) -> None:
        """For a scheduler that took steps: end its thread, write what has ended, give back the rest."""
        self._drain()

    def _cycle_safely(self) -> float:
        try:
            return self._cycle()
        except DatabaseBusy:
            logger.info("monitors wait: the database is busy")
        except Exception:
            logger.exception("monitors wait: the turn failed and is taken again")
        return _POLL_SECONDS

    def _cycle(self) -> float:
        """Write what has ended, claim what fits; say how many seconds may pass until the next turn."""
        self._write()
        claimed = self._claim()
        if claimed or self._in_hand:
            return _WRITE_SECONDS
        with self._runtime.database.reading() as db:
            due_at = monitors.next_due_at(db)
        if due_at is None:
            return _POLL_SECONDS
        seconds = real_seconds(due_at - self._runtime.clock.now())
        return min(max(seconds, _SHORTEST_WAIT), _POLL_SECONDS)

    @property
    def _in_hand(self) -> int:
        held = self._fetcher.in_hand if self._fetcher is not None else 0
        return held + len(self._unwritten)

    def _claim(self) -> Sequence[Order]:
        self._mind_the_clock()
        self._mind_the_budget()
        now = self._runtime.clock.now()
        with self._runtime.database.reading() as db:
            due_at = monitors.next_due_at(db)
        if due_at is None or due_at > now:
            return ()
        found = self._look()
        room = self._pace.room(found.places) - self._in_hand
        if room < self._pace.least(found.places):
            return ()
        with self._runtime.database.writing() as db:
            claimed = monitors.claim_due(
                db,
                holder=self._runtime.incarnation,
                now=now,
                limit=room,
                lease_seconds=self._lease,
            )
        return self._given(claimed, found)

    def _given(self, claimed: Sequence[DueMonitor], found: Premises) -> list[Order]:
        """What can be read goes to be read; what cannot is put back with the reason."""
        orders, refused = [], []
        until = self._runtime.clock.now() + AGAIN
        for monitor in claimed:
            name = found.default if monitor.source is None else SourceName(monitor.source)
            source = found.sources[name]
            if isinstance(source, str):
                refused.append((monitor, source))
                continue
            halt = self._troubles.halts.get(name.value)
            if halt is None:
                orders.append(Order(monitor, source, name.value))
            elif self._may_probe(name.value, source):
                orders.append(Order(monitor, source, name.value, is_probe=True))
            else:
                refused.append((monitor, halt.why))
        if refused:
            with self._runtime.database.writing() as db:
                for why in dict.fromkeys(one[1] for one in refused):
                    due = [monitor for monitor, its in refused if its == why]
                    now = self._runtime.clock.now()
                    monitors.give_back(db, due, now=now, again_at=until, why=why)
        if orders:
            self._started(found).give(orders)
        return orders

    def _may_probe(self, name: str, source: SourceSettings) -> bool:
        """Once a minute, and at once where somebody has given another key or address."""
        halt, elapsed = self._troubles.halts[name], self._runtime.clock.monotonic()
        if halt.source == source and elapsed < halt.probe_at:
            return False
        halt.source, halt.probe_at = source, elapsed + PROBE_SECONDS
        return True

    def _started(self, found: Premises) -> Fetcher:
        if self._fetcher is None:
            opener = Opener(self._runtime, places=found.places)
            self._fetcher = Fetcher(
                self._runtime,
                open_source=self._open_source or opener.source,
                open_gate=self._open_gate or opener.gate,
                places=found.places,
                margin=min(_MARGIN_SECONDS, self._lease / 4),
                on_ended=self._notice,
            )
            self._fetcher.start()
        return self._fetcher

    def _notice(self) -> None:
        fetcher = self._fetcher
        if fetcher is not None and (
            fetcher.waiting >= writing.CHUNK or fetcher.waiting == fetcher.in_hand
        ):
            self._woken.set()

    def _write(self) -> None:
        fetcher = self._fetcher
        if fetcher is None:
            return
        while True:
            if not self._unwritten:
                self._unwritten = fetcher.ended(writing.CHUNK)
                freed = self._troubles.judge(
                    self._unwritten, elapsed=self._runtime.clock.monotonic()
                )
                for order in [one.order for one in self._unwritten if one.source in freed]:
                    fetcher.allow(order.source)
            if not self._unwritten:
                return
            self._pace.ended(len(self._unwritten), elapsed=self._runtime.clock.monotonic())
            writing.write(self._runtime, self._unwritten, self._troubles)
            if cost := sum((one.cost for one in self._unwritten), Decimal(0)):
                fetcher.settle(cost)
            self._unwritten = []
            self._hurry()

    def _look(self) -> Premises:
        """Settings, keys and lasting alerts, now and then."""
        if self._premises is None or self._is_time("look", _LOOK_SECONDS):
            with self._runtime.database.reading() as db:
                self._premises = premises(db, self._runtime)
                self._troubles.look(db)
        return self._premises

    def _mind_the_clock(self) -> None:
        """After a clock was set back, what lies too far ahead is laid out anew."""
        jump = self._jumps.look()
        if jump is None and not self._is_time("replan", _REPLAN_SECONDS):
            return
        while True:
            with self._runtime.database.writing() as db:
                number = monitors.replan(db, now=self._runtime.clock.now())
            if number < monitors.CHUNK:
                return

    def _mind_the_budget(self) -> None:
        """What waits for money goes on soon after there is some."""
        if BUDGET not in self._troubles.lasting or not self._is_time("budget", _LOOK_SECONDS):
            return
        with self._runtime.database.writing() as db:
            self._troubles.tell_budget(db, short=None, now=self._runtime.clock.now())
        self._hurry()

    def _hurry(self) -> None:
        """After an outage nobody waits as long as the last of many failures has told him to."""
        while self._troubles.is_over:
            with self._runtime.database.writing() as db:
                number = monitors.hurry(db, now=self._runtime.clock.now())
            if number < monitors.CHUNK:
                self._troubles.is_over = False

    def _is_time(self, what: str, seconds: float) -> bool:
        elapsed = self._runtime.clock.monotonic()
        if elapsed - self._last.get(what, float("-inf")) < seconds:
            return False
        self._last[what] = elapsed
        return True

    def _wait(self, stop: threading.Event, seconds: float) -> None:
        # Not the clock: a rehearsal that jumps through time must not spin here. In slices, to hear `stop`.
        waited = 0.0
        while waited < seconds and not stop.is_set():
            part = min(0.25, seconds - waited)
            if self._woken.wait(part):
                return
            waited += part

    def _drain(self) -> None:
        if self._fetcher is None:
            return
        self._fetcher.stop(patience=self._patience)
        try:
            self._write()
        except Exception:
            logger.exception("what was read at the end could not be written; it is read again")
