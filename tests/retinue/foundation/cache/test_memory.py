from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from retinue.foundation.cache import MemoryCache
from retinue.foundation.clock import ManualClock

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class TestMemoryCache:
    def test_time_is_the_clocks_own(self, clock: ManualClock) -> None:
        cache = MemoryCache(clock)
        cache.set("a", b"1", ttl=30)

        clock.advance(timedelta(seconds=29.9))
        assert cache.get("a") == b"1"
        clock.advance(timedelta(seconds=0.1))
        assert cache.get("a") is None
        assert len(cache) == 0

    def test_a_wall_clock_that_is_set_back_keeps_nothing_alive(self, clock: ManualClock) -> None:
        cache = MemoryCache(clock)
        cache.set("a", b"1", ttl=30)

        clock.set(clock.now() - timedelta(days=400))
        clock.advance(timedelta(seconds=30))

        assert cache.get("a") is None

    def test_what_was_used_longest_ago_goes_first(self, clock: ManualClock) -> None:
        cache = MemoryCache(clock, most_entries=2)
        cache.set("a", b"1", ttl=30)
        cache.set("b", b"2", ttl=30)
        cache.get("a")

        cache.set("c", b"3", ttl=30)

        assert [cache.get(key) for key in "abc"] == [b"1", None, b"3"]

    def test_what_is_too_large_is_not_kept_and_drives_nothing_out(self, clock: ManualClock) -> None:
        cache = MemoryCache(clock, most_bytes=1_000)
        cache.set("a", b"1", ttl=30)

        cache.set("b", b"x" * 1_000, ttl=30)

        assert [cache.get(key) for key in "ab"] == [b"1", None]

    def test_a_value_that_becomes_too_large_drops_the_old_one(self, clock: ManualClock) -> None:
        cache = MemoryCache(clock, most_bytes=1_000)
        cache.set("a", b"1", ttl=30)

        cache.set("a", b"x" * 1_000, ttl=30)

        assert cache.get("a") is None
        assert cache.size == 0

    def test_a_thread_that_ends_does_not_take_the_others_along(self, clock: ManualClock) -> None:
        cache = MemoryCache(clock)

        def make() -> bytes:
            raise SystemExit

        threading.Thread(target=_quietly(lambda: cache.once("a", make, ttl=30))).start()

        assert cache.once("a", lambda: b"1", ttl=30) == b"1"

    @given(
        acts=st.lists(
            st.tuples(
                st.sampled_from(["get", "set", "delete", "once", "wait"]),
                st.sampled_from("abcdef"),
                st.binary(max_size=400),
            ),
            max_size=60,
        )
    )
    def test_it_never_holds_more_than_it_may_nor_answers_wrongly(
        self, acts: list[tuple[str, str, bytes]]
    ) -> None:
        clock = ManualClock(NOON)
        cache = MemoryCache(clock, most_entries=3, most_bytes=1_500)
        newest: dict[str, bytes] = {}
        for act, key, value in acts:
            if act == "set":
                cache.set(key, value, ttl=10)
                newest[key] = value
            elif act == "once":
                newest[key] = cache.once(key, lambda value=value: value, ttl=10)  # type: ignore[misc]
            elif act == "delete":
                cache.delete(key)
                newest.pop(key, None)
            elif act == "wait":
                clock.advance(timedelta(seconds=len(value) / 40))
            else:
                assert cache.get(key) in {None, newest.get(key)}
            assert len(cache) <= 3
            assert 0 <= cache.size <= 1_500
            assert (cache.size == 0) == (len(cache) == 0)


def _quietly(act: Callable[[], object]) -> Callable[[], None]:
    def run() -> None:
        with suppress(SystemExit):
            act()

    return run
