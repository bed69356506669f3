from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack

from retinue.foundation.clock import ManualClock, SystemClock
from retinue.foundation.database import Database
from retinue.foundation.events import service
from retinue.foundation.events.publisher import Publisher
from retinue.foundation.runtime import Runtime
from tests.retinue.foundation import children

PATIENCE = 30.0


def all_events(database: Database) -> list[service.PublishedEvent]:
    with database.reading() as db:
        return list(service.read_since(db, 0, limit=100_000).events)


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


class Writers:
    """Threads that publish, each its own numbers in order, until told to stop or `each` are written."""

    def __init__(self, database: Database, *, count: int, each: int | None = None) -> None:
        self.written = [0] * count
        self._database = database
        self._each = each
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._write, args=(n,)) for n in range(count)]
        for thread in self._threads:
            thread.start()

    def join(self) -> int:
        for thread in self._threads:
            thread.join()
        return sum(self.written)

    def stop(self) -> int:
        self._stop.set()
        return self.join()

    def _write(self, writer: int) -> None:
        dice = random.Random(writer)
        while not self._stop.is_set() and self.written[writer] != self._each:
            with self._database.writing() as db:
                data = {"w": writer, "n": self.written[writer]}
                service.publish(db, "error", data, now=SystemClock().now())
                time.sleep(dice.random() * 0.002)
            self.written[writer] += 1
            time.sleep(dice.random() * 0.01)


def assert_complete(database: Database, written: list[int]) -> None:
    events = all_events(database)
    assert [event.seq for event in events] == list(range(1, sum(written) + 1))
    for writer, count in enumerate(written):
        mine = [event.data["n"] for event in events if event.data["w"] == writer]
        assert mine == list(range(count))


class TestRun:
    def test_concurrent_writers_and_two_publishers_leave_no_gap_and_no_double(
        self, database: Database, make_runtime: Callable[[], Runtime]
    ) -> None:
        stop = threading.Event()
        publishers = [
            threading.Thread(target=Publisher(make_runtime()).run, args=(stop,)) for _ in range(2)
        ]
        for publisher in publishers:
            publisher.start()
        writers = Writers(database, count=4, each=40)
        assert writers.join() == 160
        wait_for(lambda: len(all_events(database)) == 160)
        stop.set()
        for publisher in publishers:
            publisher.join(PATIENCE)

        assert_complete(database, writers.written)

    def test_publishers_killed_in_the_middle_leave_no_gap_and_no_double(
        self, database: Database, database_url: str
    ) -> None:
        with ExitStack() as stack:
            publishers = [
                stack.enter_context(children.started("publisher", database_url)) for _ in range(4)
            ]
            for publisher in publishers:
                children.await_ready(publisher)
            writers = Writers(database, count=3)
            for seed, publisher in enumerate(publishers[:-1]):
                before = len(all_events(database))
                wait_for(lambda before=before: len(all_events(database)) > before)  # type: ignore[misc]
                time.sleep(0.1 * random.Random(seed).random())
                publisher.kill()
            total = writers.stop()
            wait_for(lambda: len(all_events(database)) == total)

        assert_complete(database, writers.written)

    def test_an_event_of_this_process_is_numbered_without_waiting_for_the_poll(
        self, database: Database, make_runtime: Callable[[], Runtime]
    ) -> None:
        stop, told = threading.Event(), threading.Event()
        thread = threading.Thread(target=Publisher(make_runtime()).run, args=(stop,))
        with service.numbered.heard_by(told):
            thread.start()
            with database.writing() as db:
                service.publish(db, "error", {}, now=SystemClock().now())
            assert told.wait(PATIENCE)
        stop.set()
        thread.join(PATIENCE)


class TestStep:
    def test_it_writes_nothing_while_nothing_waits(self, runtime: Runtime) -> None:
        publisher = Publisher(runtime)

        with runtime.database.writing():
            # With a write transaction open here, a second one would wait and fail.
            assert publisher.step() == 0

    def test_another_publisher_takes_over_when_the_lease_has_run_out(
        self, runtime: Runtime, clock: ManualClock, make_runtime: Callable[..., Runtime]
    ) -> None:
        first, second = Publisher(runtime), Publisher(make_runtime(clock))

        def publish() -> None:
            with runtime.database.writing() as db:
                service.publish(db, "error", {}, now=clock.now())

        publish()
        assert first.step() == 1
        publish()
        assert second.step() == 0
        clock.sleep(6)
        assert second.step() == 1
        publish()
        assert first.step() == 0

    def test_a_publisher_that_ends_in_order_hands_over_at_once(
        self, runtime: Runtime, clock: ManualClock, make_runtime: Callable[..., Runtime]
    ) -> None:
        first, second = Publisher(runtime), Publisher(make_runtime(clock))
        for publisher in (first, second):
            with runtime.database.writing() as db:
                service.publish(db, "error", {}, now=clock.now())
            assert publisher.step() == 1
            publisher.release()


class TestPruneWhenDue:
    def test_it_looks_once_a_minute(self, runtime: Runtime, clock: ManualClock) -> None:
        publisher = Publisher(runtime)
        with runtime.database.writing() as db:
            service.publish(db, "error", {}, now=clock.now())
        publisher.drain()
        assert publisher.prune_when_due() == 0
        clock.sleep(25 * 3600)

        assert publisher.prune_when_due() == 1
        assert publisher.prune_when_due() == 0
