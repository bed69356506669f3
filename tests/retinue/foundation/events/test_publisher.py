from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable

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


def write_from_threads(database: Database, *, writers: int, each: int) -> None:
    def write(writer: int) -> None:
        dice = random.Random(writer)
        for number in range(each):
            with database.writing() as db:
                service.publish(db, "error", {"w": writer, "n": number}, now=SystemClock().now())
                time.sleep(dice.random() * 0.002)

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def assert_complete(database: Database, *, writers: int, each: int) -> None:
    events = all_events(database)
    assert [event.seq for event in events] == list(range(1, writers * each + 1))
    for writer in range(writers):
        mine = [event.data["n"] for event in events if event.data["w"] == writer]
        assert mine == list(range(each))


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
        write_from_threads(database, writers=4, each=40)
        wait_for(lambda: len(all_events(database)) == 160)
        stop.set()
        for publisher in publishers:
            publisher.join(PATIENCE)

        assert_complete(database, writers=4, each=40)

    def test_publishers_killed_in_the_middle_leave_no_gap_and_no_double(
        self, database: Database, database_url: str
    ) -> None:
        writing = threading.Thread(
            target=write_from_threads, args=(database,), kwargs={"writers": 3, "each": 150}
        )
        writing.start()
        for seed in range(3):
            with children.started("publisher", database_url):
                time.sleep(0.15 + 0.3 * random.Random(seed).random())
        writing.join(PATIENCE)
        with children.started("publisher", database_url):
            wait_for(lambda: len(all_events(database)) == 450)

        assert_complete(database, writers=3, each=150)

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
