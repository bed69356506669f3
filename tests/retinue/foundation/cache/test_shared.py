from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from redis import Redis

from retinue.foundation.cache.shared import PREFIX, RedisCache
from retinue.foundation.clock import ManualClock, SystemClock
from retinue.foundation.randomness import new_id
from tests.factories.scaling import KillableRedis, killable_redis
from tests.factories.staging import until
from tests.fixtures.programs import find_program
from tests.fixtures.steward import free_port

MAKING = ":making"


@pytest.fixture
def key() -> str:
    return f"history:{new_id()}"


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[KillableRedis]:
    if not find_program("redis"):
        pytest.skip("no redis-server on this machine")
    with killable_redis(tmp_path) as found:
        yield found


class TestSeveralProcesses:
    """Caches of one process share nothing but the Redis, as those of two processes do."""

    def test_what_one_keeps_another_reads(self, redis_url: str, key: str) -> None:
        one, another = (RedisCache(redis_url, clock=SystemClock()) for _ in range(2))
        one.set(key, b"1", ttl=60)
        assert another.get(key) == b"1"

        another.delete(key)
        assert one.get(key) is None

    def test_of_many_processes_one_makes_it(self, redis_url: str, key: str) -> None:
        caches = [RedisCache(redis_url, clock=SystemClock()) for _ in range(6)]
        made: list[int] = []
        has_begun, go = threading.Event(), threading.Event()

        def make() -> bytes:
            made.append(1)
            has_begun.set()
            go.wait(5)
            return b"made"

        with ThreadPoolExecutor(6) as pool:
            first = pool.submit(caches[0].once, key, make, ttl=60)
            has_begun.wait(5)
            others = [pool.submit(one.once, key, make, ttl=60) for one in caches[1:]]
            time.sleep(0.1)
            go.set()

            assert {one.result(10) for one in (first, *others)} == {b"made"}
        assert len(made) == 1

    def test_what_one_makes_from_old_data_is_not_kept_after_anothers_delete(
        self, redis_url: str, key: str
    ) -> None:
        one, another = (RedisCache(redis_url, clock=SystemClock()) for _ in range(2))

        def make_while_the_other_deletes() -> bytes:
            another.delete(key)
            return b"old"

        assert one.once(key, make_while_the_other_deletes, ttl=60) == b"old"
        assert another.get(key) is None

    def test_one_that_died_while_making_holds_the_others_up_for_a_while_only(
        self, redis_url: str, key: str, clock: ManualClock
    ) -> None:
        with Redis.from_url(redis_url) as plain:
            plain.set(f"{PREFIX}{key}{MAKING}", "of one who has died", px=10_000)
        cache = RedisCache(redis_url, clock=clock)
        before = clock.monotonic()

        assert cache.once(key, lambda: b"made", ttl=60) == b"made"
        assert 3 <= clock.monotonic() - before < 4
        assert cache.get(key) is None

    def test_nothing_of_a_making_stays_behind(self, redis_url: str, key: str) -> None:
        cache = RedisCache(redis_url, clock=SystemClock())
        cache.once(key, lambda: b"made", ttl=60)
        with pytest.raises(ZeroDivisionError):
            cache.once(f"{key}:2", lambda: bytes(1 // 0), ttl=60)

        with Redis.from_url(redis_url) as plain:
            assert list(plain.scan_iter(f"{PREFIX}{key}*")) == [f"{PREFIX}{key}".encode()]
            assert 0 < plain.pttl(f"{PREFIX}{key}") <= 60_000


class TestRedisAway:
    def test_it_is_a_miss_and_never_an_error(self, clock: ManualClock, key: str) -> None:
        cache = RedisCache(f"redis://127.0.0.1:{free_port()}/0", clock=clock)

        cache.set(key, b"1", ttl=60)
        cache.delete(key)

        assert cache.get(key) is None
        assert cache.once(key, lambda: b"made", ttl=60) == b"made"

    def test_it_says_so_once_a_minute_and_shows_no_password(
        self, clock: ManualClock, caplog: pytest.LogCaptureFixture
    ) -> None:
        cache = RedisCache(f"redis://:s3cret-word@127.0.0.1:{free_port()}/0", clock=clock)

        with caplog.at_level(logging.INFO):
            for _ in range(119):
                cache.get("a")
                clock.advance(timedelta(seconds=1))

        assert len(caplog.messages) == 2
        assert "nothing is lost" in caplog.text
        assert "s3cret-word" not in caplog.text

    def test_one_that_is_silent_holds_nobody_up_for_long(self, key: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            cache = RedisCache(
                f"redis://127.0.0.1:{silent.getsockname()[1]}/0", clock=SystemClock()
            )
            start = time.monotonic()
            for number in range(20):
                assert cache.once(f"{key}:{number}", lambda: b"made", ttl=60) == b"made"

        assert time.monotonic() - start < 3

    def test_one_thread_still_makes_it_for_the_others(self, key: str) -> None:
        cache = RedisCache(f"redis://127.0.0.1:{free_port()}/0", clock=SystemClock())
        made: list[int] = []
        go = threading.Event()

        def make() -> bytes:
            made.append(1)
            go.wait(5)
            return b"made"

        with ThreadPoolExecutor(10) as pool:
            asked = [pool.submit(cache.once, key, make, ttl=60) for _ in range(10)]
            until(lambda: bool(made), "the first")
            time.sleep(0.1)
            go.set()

            assert {one.result(10) for one in asked} == {b"made"}
        assert len(made) == 1

    def test_another_kind_of_value_is_a_miss_and_no_reason_to_stay_away(
        self, redis_url: str, key: str
    ) -> None:
        cache = RedisCache(redis_url, clock=SystemClock())
        with Redis.from_url(redis_url) as plain:
            plain.rpush(f"{PREFIX}{key}", "of somebody else")

        assert cache.get(key) is None
        cache.set(f"{key}:2", b"1", ttl=60)
        assert cache.get(f"{key}:2") == b"1"

    @pytest.mark.parametrize("rule", ["requirepass other", "maxmemory 1"])
    def test_a_redis_that_refuses_is_a_miss(self, redis: KillableRedis, rule: str) -> None:
        name, value = rule.split()
        redis.client.config_set(name, value)
        cache = RedisCache(redis.url, clock=SystemClock())

        cache.set("a", b"1", ttl=60)

        assert cache.get("a") is None
        assert cache.once("a", lambda: b"made", ttl=60) == b"made"


class TestRedisBack:
    def test_it_is_used_again_after_a_second(
        self, redis: KillableRedis, clock: ManualClock
    ) -> None:
        cache = RedisCache(redis.url, clock=clock)
        cache.set("a", b"1", ttl=60)
        redis.kill()
        assert cache.get("a") is None

        redis.start()
        clock.advance(timedelta(seconds=1))
        cache.set("a", b"2", ttl=60)

        assert cache.get("a") == b"2"

    def test_what_was_to_be_dropped_meanwhile_is_dropped_before_anything_is_read(
        self, redis: KillableRedis, clock: ManualClock
    ) -> None:
        cache = RedisCache(redis.url, clock=clock)
        cache.set("a", b"old", ttl=60)
        cache.set("b", b"kept", ttl=60)
        with _hung(redis):
            cache.delete("a")
        clock.advance(timedelta(seconds=1))

        assert cache.get("b") == b"kept"
        assert cache.get("a") is None
        assert redis.client.get(f"{PREFIX}a") is None

    def test_a_flushed_redis_is_an_empty_one(
        self, redis: KillableRedis, clock: ManualClock
    ) -> None:
        cache = RedisCache(redis.url, clock=clock)

        def make_while_all_is_flushed() -> bytes:
            redis.client.flushall()
            redis.client.script_flush()
            return b"made"

        assert cache.once("a", make_while_all_is_flushed, ttl=60) == b"made"
        assert cache.get("a") is None
        assert cache.once("a", lambda: b"again", ttl=60) == b"again"
        assert cache.get("a") == b"again"


class _hung:  # noqa: N801 - reads as the word it is
    """Stopped, as by a machine that swaps: it answers nothing, and has forgotten nothing afterwards."""

    def __init__(self, redis: KillableRedis) -> None:
        assert redis.process is not None
        self._process = redis.process

    def __enter__(self) -> None:
        self._process.send_signal(19)

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(18)
