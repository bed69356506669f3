"""What holds for every cache."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from retinue.foundation.cache import Cache
from retinue.foundation.randomness import new_id
from tests.factories.staging import until


@pytest.fixture
def key() -> str:
    """One of the test's own: a Redis serves many tests at once."""
    return f"history:{new_id()}"


class TestGet:
    def test_what_was_never_kept_is_a_miss(self, cache: Cache, key: str) -> None:
        assert cache.get(key) is None

    @pytest.mark.parametrize("value", [b"", b"\x00\xff", "grüße 🦦".encode(), b"x" * 1_000_000])
    def test_what_was_kept_comes_back_as_it_was(self, cache: Cache, key: str, value: bytes) -> None:
        cache.set(key, value, ttl=60)

        assert cache.get(key) == value

    def test_any_text_is_a_key(self, cache: Cache, key: str) -> None:
        odd = f"{key} 🦦:\n*?[a]"
        cache.set(odd, b"1", ttl=60)

        assert cache.get(odd) == b"1"
        assert cache.get(key) is None

    def test_nothing_is_kept_longer_than_asked(self, cache: Cache, key: str) -> None:
        cache.set(key, b"1", ttl=0.05)

        until(lambda: cache.get(key) is None, "its end")


class TestSet:
    def test_the_newer_value_counts(self, cache: Cache, key: str) -> None:
        cache.set(key, b"1", ttl=60)
        cache.set(key, b"2", ttl=60)

        assert cache.get(key) == b"2"

    @pytest.mark.parametrize("ttl", [0.0, -1.0, float("nan")])
    def test_no_time_drops_what_was_there(self, cache: Cache, key: str, ttl: float) -> None:
        cache.set(key, b"1", ttl=60)
        cache.set(key, b"2", ttl=ttl)

        assert cache.get(key) is None

    def test_a_time_without_end_is_a_long_one(self, cache: Cache, key: str) -> None:
        cache.set(key, b"1", ttl=float("inf"))

        assert cache.get(key) == b"1"


class TestDelete:
    def test_it_drops_all_that_it_is_given(self, cache: Cache, key: str) -> None:
        names = [f"{key}:{number}" for number in range(3)]
        for name in names:
            cache.set(name, b"1", ttl=60)

        cache.delete(*names[:2], "never kept")

        assert [cache.get(name) for name in names] == [None, None, b"1"]

    def test_nothing_to_delete_is_nothing(self, cache: Cache) -> None:
        cache.delete()


class TestOnce:
    def test_it_makes_what_is_missing_and_keeps_it(self, cache: Cache, key: str) -> None:
        assert cache.once(key, lambda: b"made", ttl=60) == b"made"
        assert cache.get(key) == b"made"
        assert cache.once(key, lambda: b"again", ttl=60) == b"made"

    def test_of_fifty_that_ask_at_once_one_makes_it(self, cache: Cache, key: str) -> None:
        made: list[int] = []
        go = threading.Event()

        def make() -> bytes:
            made.append(threading.get_ident())
            go.wait(5)
            return b"made"

        with ThreadPoolExecutor(50) as pool:
            asked = [pool.submit(cache.once, key, make, ttl=60) for _ in range(50)]
            until(lambda: bool(made), "the first")
            go.set()

            assert {one.result(10) for one in asked} == {b"made"}
        assert len(made) == 1

    def test_what_it_raises_all_raise_and_nothing_is_kept(self, cache: Cache, key: str) -> None:
        made: list[int] = []
        go = threading.Event()

        def make() -> bytes:
            made.append(1)
            go.wait(5)
            message = "no database"
            raise ConnectionResetError(message)

        with ThreadPoolExecutor(8) as pool:
            asked = [pool.submit(cache.once, key, make, ttl=60) for _ in range(8)]
            until(lambda: bool(made), "the first")
            go.set()
            errors = [type(one.exception(10)) for one in asked]

        assert errors == [ConnectionResetError] * 8
        assert cache.once(key, lambda: b"made", ttl=60) == b"made"

    def test_what_is_made_from_data_of_before_a_delete_is_not_kept(
        self, cache: Cache, key: str
    ) -> None:
        has_begun, go = threading.Event(), threading.Event()

        def make_old() -> bytes:
            has_begun.set()
            go.wait(5)
            return b"old"

        with ThreadPoolExecutor(1) as pool:
            early = pool.submit(cache.once, key, make_old, ttl=60)
            has_begun.wait(5)
            cache.delete(key)
            late = cache.once(key, lambda: b"new", ttl=60)
            go.set()

            assert early.result(10) == b"old"
        assert late == b"new"
        assert cache.get(key) == b"new"

    def test_who_makes_it_may_ask_for_it(self, cache: Cache, key: str) -> None:
        def make() -> bytes:
            return b"outer " + cache.once(key, lambda: b"inner", ttl=60)

        assert cache.once(key, make, ttl=60) == b"outer inner"
        assert cache.get(key) == b"outer inner"

    def test_only_bytes_are_kept(self, cache: Cache, key: str) -> None:
        with pytest.raises(TypeError, match="keeps bytes, not dict"):
            cache.once(key, dict, ttl=60)  # type: ignore[arg-type]

    def test_without_time_it_is_made_for_each(self, cache: Cache, key: str) -> None:
        made = [cache.once(key, lambda n=n: b"%d" % n, ttl=0) for n in range(2)]  # type: ignore[misc]

        assert made == [b"0", b"1"]
