"""Many leases in one call."""

from __future__ import annotations

import random
import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database, DatabaseBusy
from retinue.foundation.leases import service
from tests.retinue.foundation.leases.taking import TTL, acquire, is_current

_RUNS = count()


class Many:
    """Holders that take whatever they get of some keys, at once, and give it back."""

    KEYS = tuple(f"account:{n}" for n in range(12))

    def __init__(self, database: Database, clock: ManualClock) -> None:
        self.database, self.clock = database, clock
        self.now_held: dict[str, str] = {}
        self.fences: dict[str, list[int]] = defaultdict(list)
        self.lock = threading.Lock()

    def run(self, *, holders: int, turns: int) -> None:
        with ThreadPoolExecutor(holders) as pool:
            names = [f"holder-{n}" for n in range(holders)]
            list(pool.map(self._hold, names, [turns] * holders, timeout=60))

    def _hold(self, holder: str, turns: int) -> None:
        dice = random.Random(holder)
        while turns:
            keys = dice.sample(self.KEYS, k=dice.randint(1, len(self.KEYS)))
            try:
                self._turn(holder, keys, alone=dice.random() < 0.2)
            except DatabaseBusy:
                continue
            turns -= 1

    def _turn(self, holder: str, keys: list[str], *, alone: bool) -> None:
        held = self._take(holder, keys, alone=alone)
        with self.lock:
            for lease in held:
                assert self.now_held.setdefault(lease.key, holder) == holder
                self.fences[lease.key].append(lease.fence)
        # Told as free before it is: the next may have it before this thread goes on.
        with self.lock:
            for lease in held:
                del self.now_held[lease.key]
        while True:
            try:
                with self.database.writing() as db:
                    service.release_many(db, held)
                return
            except DatabaseBusy:
                continue

    def _take(self, holder: str, keys: list[str], *, alone: bool) -> list[service.Lease]:
        now = self.clock.now()
        with self.database.writing() as db:
            if not alone:
                wanted = dict.fromkeys(keys, holder)
                return list(service.acquire_many(db, wanted, ttl=TTL, now=now).values())
            try:
                return [service.acquire(db, keys[0], holder=holder, ttl=TTL, now=now)]
            except service.LeaseHeld:
                return []


class TestAcquireMany:
    def test_each_key_goes_to_the_holder_it_is_asked_for(
        self, database: Database, clock: ManualClock
    ) -> None:
        with database.writing() as db:
            held = service.acquire_many(db, {"a": "ava", "b": "ben"}, ttl=TTL, now=clock.now())

        assert {key: lease.holder for key, lease in held.items()} == {"a": "ava", "b": "ben"}
        for key, lease in held.items():
            with database.reading() as db:
                assert service.holder_of(db, key, now=clock.now()) == lease
            assert lease.fence == 1

    def test_what_somebody_holds_is_left_out_and_left_alone(
        self, database: Database, clock: ManualClock
    ) -> None:
        first = acquire(database, clock, key="a", holder="ava")
        with database.writing() as db:
            held = service.acquire_many(db, {"a": "ben", "b": "ben"}, ttl=TTL, now=clock.now())
            assert service.acquire_many(db, {"a": "ava"}, ttl=TTL, now=clock.now()) == {}

        assert held.keys() == {"b"}
        assert is_current(database, clock, first)

    def test_what_has_run_out_or_was_given_back_comes_with_a_higher_fence(
        self, database: Database, clock: ManualClock
    ) -> None:
        with database.writing() as db:
            first = service.acquire_many(db, {"a": "x", "b": "x"}, ttl=TTL, now=clock.now())
            service.release_many(db, [first["a"]])
            again = service.acquire_many(db, {"a": "y", "b": "y"}, ttl=TTL, now=clock.now())
        assert {key: lease.fence for key, lease in again.items()} == {"a": 2}
        clock.sleep(30)
        with database.writing() as db:
            third = service.acquire_many(db, {"a": "z", "b": "z"}, ttl=TTL, now=clock.now())
        assert {key: lease.fence for key, lease in third.items()} == {"a": 3, "b": 2}
        assert not is_current(database, clock, again["a"])

    def test_none_is_wanted_and_none_is_taken(self, database: Database, clock: ManualClock) -> None:
        with database.writing() as db:
            assert service.acquire_many(db, {}, ttl=TTL, now=clock.now()) == {}

    def test_of_many_at_once_each_key_has_one_holder_and_its_fence_only_grows(
        self, database: Database, clock: ManualClock
    ) -> None:
        crowd = Many(database, clock)
        crowd.run(holders=6, turns=25)

        for fences in crowd.fences.values():
            assert sorted(fences) == list(range(1, len(fences) + 1))
        assert sum(map(len, crowd.fences.values())) > 100

    # SQLite has one writer.
    @pytest.mark.databases("postgresql", "mariadb")
    def test_nobody_waits_for_a_key_that_somebody_has_in_hand(
        self, database: Database, clock: ManualClock
    ) -> None:
        first = acquire(database, clock, key="a")
        with database.writing() as db:
            service.release(db, first)
            with database.writing() as other:
                held = service.acquire_many(
                    other, {"a": "ben", "b": "ben"}, ttl=TTL, now=clock.now()
                )
        assert held.keys() == {"b"}

    # One database serves all examples, each under keys of its own, on every engine in turn.
    @settings(
        max_examples=30,
        deadline=None,
        suppress_health_check=[
            HealthCheck.function_scoped_fixture,
            HealthCheck.differing_executors,
        ],
    )
    @given(data=st.data())
    def test_it_takes_what_taking_them_one_by_one_takes(
        self, database: Database, clock: ManualClock, data: st.DataObject
    ) -> None:
        run = next(_RUNS)
        held: dict[str, list[service.Lease]] = {"alone": [], "together": []}
        for _ in range(data.draw(st.integers(1, 6))):
            clock.sleep(data.draw(st.sampled_from([0, 10, 29, 30, 31])))
            names = data.draw(st.lists(st.sampled_from("abcde"), unique=True, max_size=5))
            alone: dict[str, int] = {}
            with database.writing() as db:
                for name in names:
                    try:
                        key = f"alone {run} {name}"
                        one = service.acquire(db, key, holder="x", ttl=TTL, now=clock.now())
                    except service.LeaseHeld:
                        continue
                    held["alone"].append(one)
                    alone[name] = one.fence
                wanted = {f"together {run} {name}": "x" for name in names}
                taken = service.acquire_many(db, wanted, ttl=TTL, now=clock.now())
                held["together"] += [taken[key] for key in wanted if key in taken]
            assert {key.split()[-1]: one.fence for key, one in taken.items()} == alone
            back = [n for n in range(len(held["alone"])) if data.draw(st.booleans())]
            with database.writing() as db:
                for n in back:
                    service.release(db, held["alone"][n])
                service.release_many(db, [held["together"][n] for n in back])


class TestRenewMany:
    def test_what_was_taken_since_stays_with_whoever_took_it(
        self, database: Database, clock: ManualClock
    ) -> None:
        with database.writing() as db:
            first = service.acquire_many(db, {"a": "x", "b": "x"}, ttl=TTL, now=clock.now())
        clock.sleep(30)
        other = acquire(database, clock, key="a", holder="y")
        clock.sleep(20)
        with database.writing() as db:
            service.renew_many(db, list(first.values()), ttl=TTL, now=clock.now())
            service.release_many(db, [first["a"]])
        clock.sleep(5)

        assert is_current(database, clock, other)
        assert not is_current(database, clock, first["a"])
        assert is_current(database, clock, first["b"])
        clock.sleep(5)
        assert not is_current(database, clock, other)
