from __future__ import annotations

import asyncio
import logging
import multiprocessing
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from redis import Redis

from retinue.foundation.clock import SystemClock
from retinue.foundation.randomness import new_id
from retinue.foundation.redis_slots import PREFIX, RedisSlots
from tests.factories.scaling import killable_redis
from tests.fixtures.programs import find_program
from tests.fixtures.steward import free_port


@pytest.fixture
def name() -> str:
    return f"test:{new_id()}"


@asynccontextmanager
async def slots(url: str, name: str, rate: float) -> AsyncIterator[RedisSlots]:
    found = RedisSlots(url, name=name, rate=rate, clock=SystemClock())
    try:
        yield found
    finally:
        await found.close()


def _take_turns(url: str, name: str, rate: float, together: Barrier, out: str) -> None:
    """What a process of its own does: when each of its turns was."""
    together.wait(60)
    until = time.time() + 2

    async def run() -> list[float]:
        times: list[float] = []
        async with slots(url, name, rate) as place:

            async def call() -> None:
                while time.time() < until:
                    wait = await place.take()
                    assert wait is not None
                    await asyncio.sleep(abs(wait))
                    if wait >= 0:
                        times.append(time.time())

            await asyncio.gather(*(call() for _ in range(10)))
        return times

    Path(out).write_text("\n".join(map(str, asyncio.run(run()))), encoding="utf-8")


class TestTake:
    def test_turns_are_spread_evenly(self, redis_url: str, name: str) -> None:
        async def run() -> list[float]:
            turns = []
            async with slots(redis_url, name, 10) as place:
                for _ in range(4):
                    wait = await place.take()
                    assert wait is not None
                    turns.append(time.monotonic() + wait)
            return turns

        # The way to Redis and back takes a little of each.
        assert all(b - a > 0.08 for a, b in pairwise(asyncio.run(run())))

    def test_nobody_waits_longer_than_a_few_seconds_for_a_turn_of_its_own(
        self, redis_url: str, name: str
    ) -> None:
        async def run() -> list[float | None]:
            async with slots(redis_url, name, 1) as place:
                return [await place.take() for _ in range(30)]

        waits = asyncio.run(run())
        assert all(wait is not None and -5 <= wait <= 5 for wait in waits)
        assert waits[-1] == -5

    def test_a_hundred_at_once_are_served(self, redis_url: str, name: str) -> None:
        async def run() -> list[float | None]:
            async with slots(redis_url, name, 10_000) as place:
                return await asyncio.gather(*(place.take() for _ in range(100)))

        assert all(wait is not None for wait in asyncio.run(run()))

    @pytest.mark.slow
    def test_three_processes_keep_to_one_rate_together(
        self, redis_url: str, name: str, tmp_path: Path
    ) -> None:
        rate = 50.0
        context = multiprocessing.get_context("spawn")
        together = context.Barrier(3)
        files = [str(tmp_path / str(number)) for number in range(3)]
        workers = [
            context.Process(target=_take_turns, args=(redis_url, name, rate, together, file))
            for file in files
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(90)

        each = [
            [float(line) for line in Path(file).read_text(encoding="utf-8").split()]
            for file in files
        ]
        times = sorted(time for found in each for time in found)
        # Those who are woken late come close upon the next: the machine's doing, not the turns'.
        assert max(_within(times, 1.0)) <= rate * 1.2
        assert len(times) <= (times[-1] - times[0]) * rate + 2
        assert all(each)

    def test_a_clock_that_is_set_back_does_not_stop_everything(
        self, redis_url: str, name: str
    ) -> None:
        with Redis.from_url(redis_url) as plain:
            plain.set(f"{PREFIX}{name}:next", f"{(time.time() + 3600) * 1e6:.0f}", px=3_600_000)

        async def run() -> float | None:
            async with slots(redis_url, name, 10) as place:
                return await place.take()

        assert asyncio.run(run()) == pytest.approx(0)

    def test_nothing_stays_behind_for_long(self, redis_url: str, name: str) -> None:
        async def run() -> None:
            async with slots(redis_url, name, 10) as place:
                await place.take()
                await place.hold(0.5)

        asyncio.run(run())
        with Redis.from_url(redis_url) as plain:
            assert 0 < plain.pttl(f"{PREFIX}{name}:next") <= 1_200
            assert 0 < plain.pttl(f"{PREFIX}{name}:held") <= 500

    @pytest.mark.parametrize("rate", [0, -1, float("inf"), float("nan")])
    def test_a_rate_is_more_than_nothing(self, rate: float) -> None:
        with pytest.raises(ValueError, match="more than 0"):
            RedisSlots("redis://127.0.0.1:1/0", name="x", rate=rate, clock=SystemClock())


class TestHold:
    def test_nobody_has_a_turn_before_its_end(self, redis_url: str, name: str) -> None:
        async def run() -> list[float | None]:
            async with (
                slots(redis_url, name, 1000) as one,
                slots(redis_url, name, 1000) as another,
            ):
                await one.hold(0.3)
                await one.hold(0.1)
                first = await another.take()
                await asyncio.sleep(0.35)
                return [first, await another.take()]

        first, second = asyncio.run(run())
        assert first is not None
        assert -0.3 <= first < 0
        assert second == pytest.approx(0, abs=0.01)


class TestAway:
    def test_it_says_that_it_does_not_know(
        self, name: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        async def run() -> list[float | None]:
            url = f"redis://:s3cret-word@127.0.0.1:{free_port()}/0"
            async with slots(url, name, 10) as place:
                await place.hold(1)
                return [await place.take() for _ in range(50)]

        with caplog.at_level(logging.INFO):
            assert asyncio.run(run()) == [None] * 50
        assert len(caplog.messages) == 1
        assert "s3cret-word" not in caplog.text

    def test_it_knows_again_when_it_is_back(self, tmp_path: Path, name: str) -> None:
        if not find_program("redis"):
            pytest.skip("no redis-server on this machine")
        with killable_redis(tmp_path) as redis:

            async def run() -> list[float | None]:
                async with slots(redis.url, name, 10) as place:
                    before = await place.take()
                    redis.kill()
                    away = await place.take()
                    redis.start()
                    await asyncio.sleep(1.05)
                    return [before, away, await place.take()]

            before, away, after = asyncio.run(run())
        assert before == 0
        assert away is None
        assert after == 0


def _within(times: list[float], seconds: float) -> list[int]:
    return [sum(start <= one < start + seconds for one in times) for start in times]
