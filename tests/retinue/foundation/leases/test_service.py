from __future__ import annotations

import threading

import pytest

from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.leases import service
from tests.retinue.foundation.leases.taking import TTL, acquire, is_current


class TestAcquire:
    def test_the_second_is_told_who_holds_the_key_and_until_when(
        self, database: Database, clock: ManualClock
    ) -> None:
        lease = acquire(database, clock)

        with pytest.raises(service.LeaseHeld, match="held by a") as refused:
            acquire(database, clock, holder="b")
        assert refused.value.facts == {"holder": "a", "until": lease.expires_at}

    def test_its_own_holder_does_not_get_it_twice(
        self, database: Database, clock: ManualClock
    ) -> None:
        acquire(database, clock)

        with pytest.raises(service.LeaseHeld):
            acquire(database, clock)

    def test_an_expired_lease_goes_to_the_next_with_a_higher_fence(
        self, database: Database, clock: ManualClock
    ) -> None:
        first = acquire(database, clock)
        clock.sleep(30)
        second = acquire(database, clock, holder="b")

        assert second.fence > first.fence
        assert not is_current(database, clock, first)
        assert is_current(database, clock, second)

    def test_twenty_at_once_and_one_gets_it(self, database: Database, clock: ManualClock) -> None:
        for key in ("first ever", "first ever", "free again"):
            taken: list[service.Lease] = []
            refused: list[service.LeaseHeld] = []
            start = threading.Barrier(20)

            def take(
                number: int,
                key: str = key,
                taken: list[service.Lease] = taken,
                refused: list[service.LeaseHeld] = refused,
                start: threading.Barrier = start,
            ) -> None:
                start.wait()
                try:
                    taken.append(acquire(database, clock, key=key, holder=str(number)))
                except service.LeaseHeld as error:
                    refused.append(error)

            threads = [threading.Thread(target=take, args=(n,)) for n in range(20)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert (len(taken), len(refused)) == (1, 19)
            with database.writing() as db:
                service.release(db, taken[0])


class TestRenew:
    def test_a_renewed_lease_lives_on(self, database: Database, clock: ManualClock) -> None:
        lease = acquire(database, clock)
        for _ in range(5):
            clock.sleep(20)
            with database.writing() as db:
                assert service.renew(db, lease, ttl=TTL, now=clock.now())

        assert is_current(database, clock, lease)

    def test_what_has_run_out_is_taken_up_again_while_nobody_took_it(
        self, database: Database, clock: ManualClock
    ) -> None:
        lease = acquire(database, clock)
        clock.sleep(3600)

        with database.writing() as db:
            assert service.renew(db, lease, ttl=TTL, now=clock.now())

        assert is_current(database, clock, lease)

    def test_what_somebody_else_took_stays_lost_even_after_they_gave_it_back(
        self, database: Database, clock: ManualClock
    ) -> None:
        lease = acquire(database, clock)
        clock.sleep(30)
        other = acquire(database, clock, holder="b")

        with database.writing() as db:
            assert not service.renew(db, lease, ttl=TTL, now=clock.now())
            service.release(db, other)
            assert not service.renew(db, lease, ttl=TTL, now=clock.now())


class TestRelease:
    def test_the_key_is_free_at_once_and_the_fence_goes_on(
        self, database: Database, clock: ManualClock
    ) -> None:
        first = acquire(database, clock)
        with database.writing() as db:
            service.release(db, first)
        assert not is_current(database, clock, first)

        assert acquire(database, clock, holder="b").fence == first.fence + 1

    def test_a_lost_lease_cannot_free_that_of_the_next(
        self, database: Database, clock: ManualClock
    ) -> None:
        first = acquire(database, clock)
        clock.sleep(31)
        second = acquire(database, clock, holder="b")
        with database.writing() as db:
            service.release(db, first)

        assert is_current(database, clock, second)


class TestHolderOf:
    def test_it_is_empty_before_after_and_once_released(
        self, database: Database, clock: ManualClock
    ) -> None:
        def holder() -> str | None:
            with database.reading() as db:
                lease = service.holder_of(db, "account:1", now=clock.now())
            return lease.holder if lease else None

        assert holder() is None
        lease = acquire(database, clock)
        assert holder() == "a"
        clock.sleep(30)
        assert holder() is None
        again = acquire(database, clock, holder="b")
        with database.writing() as db:
            service.release(db, again)
        assert holder() is None
        assert lease.fence < again.fence
