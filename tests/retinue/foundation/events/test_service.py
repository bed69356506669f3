from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.events import repository, service


def publish(database: Database, count: int, *, now: datetime, kind: str = "error") -> None:
    with database.writing() as db:
        for number in range(count):
            service.publish(db, kind, {"n": number}, now=now)


def number_all(database: Database) -> int:
    total = 0
    while True:
        with database.writing() as db:
            done = service.number(db)
        total += done
        if not done:
            return total


def seqs(database: Database, since: int = 0) -> list[int]:
    with database.reading() as db:
        return [event.seq for event in service.read_since(db, since, limit=10_000).events]


class TestPublish:
    def test_an_event_dies_with_its_transaction(self, database: Database, noon: datetime) -> None:
        with pytest.raises(RuntimeError), database.writing() as db:
            service.publish(db, "error", {}, now=noon)
            raise RuntimeError

        assert number_all(database) == 0

    def test_what_was_published_is_read_as_it_was(self, database: Database, noon: datetime) -> None:
        with database.writing() as db:
            service.publish(db, "account_update", {"account": "zoë 🦦", "n": 1}, now=noon)
        number_all(database)

        with database.reading() as db:
            [event] = service.read_since(db, 0).events
        assert event == service.PublishedEvent(
            1, "account_update", {"account": "zoë 🦦", "n": 1}, noon
        )

    def test_listeners_in_the_process_wake_after_the_commit_and_not_before(
        self, database: Database, noon: datetime
    ) -> None:
        import threading

        woken = threading.Event()
        with service.published.heard_by(woken):
            with database.writing() as db:
                service.publish(db, "error", {}, now=noon)
                assert not woken.is_set()
            assert woken.is_set()


class TestNumber:
    def test_an_event_without_a_number_is_not_read(
        self, database: Database, noon: datetime
    ) -> None:
        publish(database, 3, now=noon)

        assert seqs(database) == []

    def test_numbers_follow_the_order_of_writing_over_many_chunks(
        self, database: Database, noon: datetime
    ) -> None:
        publish(database, 1201, now=noon)
        assert number_all(database) == 1201

        with database.reading() as db:
            events = service.read_since(db, 0, limit=2000).events
        assert [event.seq for event in events] == list(range(1, 1202))
        assert [event.data["n"] for event in events] == list(range(1201))

    def test_ids_with_holes_get_numbers_without(self, database: Database, noon: datetime) -> None:
        for _ in range(5):
            publish(database, 2, now=noon)
            with pytest.raises(RuntimeError), database.writing() as db:
                service.publish(db, "error", {}, now=noon)
                raise RuntimeError
        number_all(database)

        assert seqs(database) == list(range(1, 11))

    @pytest.mark.databases("mariadb", "postgresql")
    def test_a_transaction_that_commits_late_with_a_lower_id_gets_the_next_number(
        self, database: Database, noon: datetime
    ) -> None:
        with database.writing() as late:
            service.publish(late, "late", {}, now=noon)
            publish(database, 2, now=noon, kind="early")
            assert number_all(database) == 2
        assert number_all(database) == 1

        with database.reading() as db:
            events = service.read_since(db, 0).events
        assert [(e.seq, e.type) for e in events] == [(1, "early"), (2, "early"), (3, "late")]

    def test_a_numbering_that_rolls_back_leaves_no_gap(
        self, database: Database, noon: datetime
    ) -> None:
        publish(database, 3, now=noon)
        with pytest.raises(RuntimeError), database.writing() as db:
            service.number(db)
            raise RuntimeError
        publish(database, 1, now=noon)
        number_all(database)

        assert seqs(database) == [1, 2, 3, 4]


class TestReadSince:
    def test_a_reader_goes_on_where_it_was(self, database: Database, noon: datetime) -> None:
        publish(database, 5, now=noon)
        number_all(database)

        assert seqs(database, since=3) == [4, 5]
        assert seqs(database, since=5) == []

    def test_a_reader_from_before_the_oldest_event_must_load_anew(
        self, database: Database, clock: ManualClock
    ) -> None:
        publish(database, 5, now=clock.now())
        number_all(database)
        clock.advance(timedelta(hours=25))
        publish(database, 2, now=clock.now())
        number_all(database)
        with database.writing() as db:
            service.prune(db, now=clock.now())

        with database.reading() as db:
            old, edge = service.read_since(db, 4), service.read_since(db, 5)
        assert (old.needs_resync, list(old.events), old.oldest, old.last) == (True, [], 6, 7)
        assert (edge.needs_resync, [e.seq for e in edge.events]) == (False, [6, 7])

    def test_a_number_that_was_never_given_means_another_history(self, database: Database) -> None:
        with database.reading() as db:
            assert service.read_since(db, 12).needs_resync
            assert not service.read_since(db, 0).needs_resync


class TestPrune:
    def test_a_day_is_kept_and_numbers_go_on_after_all_are_gone(
        self, database: Database, clock: ManualClock
    ) -> None:
        publish(database, 30, now=clock.now())
        number_all(database)
        with database.writing() as db:
            assert service.prune(db, now=clock.now() + timedelta(hours=23)) == 0
        clock.advance(timedelta(hours=25))
        with database.writing() as db:
            assert service.prune(db, now=clock.now(), limit=20) == 20
            assert service.prune(db, now=clock.now(), limit=20) == 10
            assert service.prune(db, now=clock.now(), limit=20) == 0
        publish(database, 1, now=clock.now())
        number_all(database)

        assert seqs(database, since=30) == [31]

    def test_an_event_without_a_number_is_never_dropped(
        self, database: Database, clock: ManualClock
    ) -> None:
        publish(database, 2, now=clock.now())
        clock.advance(timedelta(days=3))
        with database.writing() as db:
            assert service.prune(db, now=clock.now()) == 0

        assert number_all(database) == 2

    def test_a_young_event_holds_back_older_ones_that_were_numbered_after_it(
        self, database: Database, noon: datetime
    ) -> None:
        publish(database, 1, now=noon)
        publish(database, 1, now=noon - timedelta(hours=30))
        number_all(database)

        with database.writing() as db:
            assert service.prune(db, now=noon) == 0
        assert seqs(database) == [1, 2]


class TestRuns:
    def test_stretches_end_where_an_id_is_missing(self) -> None:
        assert list(repository.runs([1, 2, 3, 7, 9, 10])) == [(1, 3), (7, 7), (9, 10)]
        assert list(repository.runs([])) == []
