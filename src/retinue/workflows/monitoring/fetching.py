"""Reading side by side: one event loop on a thread of its own, a hundred calls at a time."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, suppress
from datetime import datetime, timedelta
from decimal import Decimal

import uvloop

from retinue.capabilities.monitors.schemas import FailedRead, Read
from retinue.drivers.metrics.errors import (
    KeyRefused,
    MetricsError,
    PaymentRequired,
    SourceUnavailable,
)
from retinue.drivers.metrics.protocol import (
    MetricsSource,
    SourceSettings,
    Subject,
    SubjectKind,
)
from retinue.foundation.runtime import Runtime
from retinue.workflows.monitoring.doorman import Doorman, Verdict
from retinue.workflows.monitoring.gates import FirstPassed
from retinue.workflows.monitoring.schemas import OpenGate, OpenSource, Order, Outcome, PutBack

logger = logging.getLogger(__name__)

NO_BUDGET = "The month's budget is spent."
AGAIN = timedelta(minutes=5)
"""When those are looked at again that could not be read for want of money, of a key or of an address."""

_AWAY_CLASSES = frozenset({"transient"})


class Fetcher:
    """
    `margin` is what must be left of a lease when a reading begins, in seconds: else it would be over
    before the reading is. `on_ended` is called, from the thread that reads, when something has ended. What is given is
    read in its order; everything that was given comes back once, by `ended`.
    """

    def __init__(
        self,
        runtime: Runtime,
        *,
        open_source: OpenSource,
        open_gate: OpenGate,
        places: int,
        margin: float,
        on_ended: Callable[[], None],
    ) -> None:
        self._runtime = runtime
        self._open_source = open_source
        self._open_gate = open_gate
        self._places = places
        self._margin = margin
        self._on_ended = on_ended
        self._outcomes: deque[Outcome] = deque()
        self._given = 0
        self._back = 0
        self._halted: dict[SourceSettings, str] = {}
        self._ready = threading.Event()
        self._thread = threading.Thread(
            target=self._run_thread, name="retinue-metrics", daemon=True
        )

    @property
    def in_hand(self) -> int:
        """What was given and did not come back yet."""
        return self._given - self._back

    @property
    def waiting(self) -> int:
        """What has ended and was not fetched by `ended` yet."""
        return len(self._outcomes)

    def start(self) -> None:
        self._thread.start()
        self._ready.wait()

    def give(self, orders: Sequence[Order]) -> None:
        self._given += len(orders)
        self._loop.call_soon_threadsafe(self._accept, list(orders))

    def ended(self, limit: int) -> list[Outcome]:
        found: list[Outcome] = []
        while self._outcomes and len(found) < limit:
            found.append(self._outcomes.popleft())
        self._back += len(found)
        return found

    def settle(self, cost: Decimal) -> None:
        """So much of what was promised is in the database now, or was not billed."""
        self._soon(self._doorman.settle, cost)

    def allow(self, source: SourceSettings) -> None:
        """A source that had refused us answers again."""
        self._soon(self._halted.pop, source, None)

    def stop(self, *, patience: float) -> None:
        """Begin nothing more; what is being read may end, `patience` seconds at most. Then all is back."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._close, patience)
            self._thread.join()

    def _soon(self, act: Callable[..., object], *arguments: object) -> None:
        # Once its thread has ended there is nothing left to be told.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(act, *arguments)

    def _in_a_while(self) -> datetime:
        return self._runtime.clock.now() + AGAIN

    # What follows runs in the thread that reads.

    def _run_thread(self) -> None:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(self._main())

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[Order] = asyncio.Queue()
        self._closing = asyncio.Event()
        self._patience = 0.0
        self._reading: set[asyncio.Task[None] | None] = set()
        self._opened: dict[SourceSettings, tuple[MetricsSource, FirstPassed]] = {}
        self._opening = asyncio.Lock()
        self._doorman = Doorman(self._runtime)
        runners = [asyncio.create_task(self._run_orders()) for _ in range(self._places)]
        self._ready.set()
        try:
            async with AsyncExitStack() as self._stack:
                await self._closing.wait()
                for runner in runners:
                    if runner not in self._reading:
                        runner.cancel()
                if self._reading:
                    await asyncio.wait(
                        [task for task in self._reading if task], timeout=self._patience
                    )
                for runner in runners:
                    runner.cancel()
                await asyncio.gather(*runners, return_exceptions=True)
                while not self._queue.empty():
                    self._end(Outcome(self._queue.get_nowait(), back=PutBack()))
        finally:
            self._doorman.close()

    def _close(self, patience: float) -> None:
        self._patience = patience
        self._closing.set()

    def _accept(self, orders: list[Order]) -> None:
        for order in orders:
            self._queue.put_nowait(order)

    def _end(self, outcome: Outcome) -> None:
        self._outcomes.append(outcome)
        self._on_ended()

    async def _run_orders(self) -> None:
        task = asyncio.current_task()
        while not self._closing.is_set():
            order = await self._queue.get()
            outcome = Outcome(order, back=PutBack())
            try:
                outcome = await self._outcome_of(order)
            except Exception as error:
                logger.exception("a reading failed in a way that nobody has foreseen")
                outcome = _broken(order, f"{type(error).__name__} while it was read")
            finally:
                # Also when this task is cancelled: what was taken comes back.
                self._reading.discard(task)
                self._end(outcome)

    async def _outcome_of(self, order: Order) -> Outcome:
        try:
            source, gate = await self._source_of(order.source)
        except ValueError as error:
            return Outcome(order, back=PutBack(str(error), self._in_a_while()))
        await gate.pass_first()
        subject = Subject(SubjectKind(order.monitor.kind.value), order.monitor.subject)
        price = source.price(subject)
        refusal = await self._refusal(order, price)
        if refusal is not None:
            return Outcome(order, back=refusal, price=price)
        return await self._read(order, source, subject, price)

    async def _refusal(self, order: Order, price: Decimal) -> PutBack | None:
        left = order.monitor.claimed_until - self._runtime.clock.now()
        if left.total_seconds() < self._margin:
            return PutBack()
        if (why := self._halted.get(order.source)) is not None and not order.is_probe:
            return PutBack(why, self._in_a_while())
        verdict = await self._doorman.ask(order.monitor.id, price)
        if verdict is Verdict.unpaid:
            return PutBack(NO_BUDGET, self._in_a_while())
        return None if verdict is Verdict.go else PutBack()

    async def _read(
        self, order: Order, source: MetricsSource, subject: Subject, price: Decimal
    ) -> Outcome:
        task = asyncio.current_task()
        if self._closing.is_set():
            self._doorman.settle(price)
            return Outcome(order, back=PutBack())
        self._reading.add(task)
        is_billed = False
        try:
            reading = await source.read(subject)
            is_billed = True
            self._halted.pop(order.source, None)
            read = Read.of(order.monitor, reading)
            return Outcome(order, read=read, cost=price, is_billed=True)
        except MetricsError as error:
            is_billed = error.is_billed
            return self._failed(order, error, price if is_billed else Decimal(0))
        finally:
            if not is_billed:
                self._doorman.settle(price)

    def _failed(self, order: Order, error: MetricsError, cost: Decimal) -> Outcome:
        is_refused = isinstance(error, PaymentRequired | KeyRefused)
        if is_refused:
            self._halted[order.source] = error.message
        failed = FailedRead(
            monitor=order.monitor,
            code=error.code,
            failure_class=error.failure.value,
            message=error.message,
            retry_after=error.retry_after,
        )
        return Outcome(
            order,
            failed=failed,
            cost=cost,
            is_billed=error.is_billed,
            is_refused=is_refused,
            is_away=isinstance(error, SourceUnavailable) and error.failure.value in _AWAY_CLASSES,
        )

    async def _source_of(self, settings: SourceSettings) -> tuple[MetricsSource, FirstPassed]:
        """
        Raises:
            ValueError: the settings cannot be used.
        """
        found = self._opened.get(settings)
        if found is not None:
            return found
        async with self._opening:
            found = self._opened.get(settings)
            if found is None:
                real = await self._stack.enter_async_context(self._open_gate(settings))
                gate = FirstPassed(real)
                source = await self._stack.enter_async_context(self._open_source(settings, gate))
                found = self._opened[settings] = source, gate
        return found


def _broken(order: Order, message: str) -> Outcome:
    failed = FailedRead(order.monitor, "reading_failed", "unknown", message)
    return Outcome(order, failed=failed)
