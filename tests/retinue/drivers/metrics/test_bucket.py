from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retinue.drivers.metrics.bucket import OpenGate, PacedGate, SharedGate, gate_of
from tests.factories.vendoring import Pauses


async def passed(gate: OpenGate | PacedGate, pauses: Pauses, times: int) -> list[float]:
    """When each of so many, one after the other, was let through."""
    found = []
    for _ in range(times):
        await gate.acquire()
        found.append(pauses.clock.monotonic())
    return found


class TestPacedGate:
    def test_calls_are_spread_evenly(self, pauses: Pauses) -> None:
        gate = PacedGate(10, clock=pauses.clock, sleep=pauses.sleep)

        assert asyncio.run(passed(gate, pauses, 5)) == pytest.approx([0, 0.1, 0.2, 0.3, 0.4])

    def test_a_pause_saves_nothing_up(self, pauses: Pauses) -> None:
        gate = PacedGate(10, clock=pauses.clock, sleep=pauses.sleep)
        asyncio.run(passed(gate, pauses, 1))
        pauses.clock.advance(timedelta(minutes=1))

        times = asyncio.run(passed(gate, pauses, 3))

        assert [time - times[0] for time in times] == pytest.approx([0, 0.1, 0.2])

    def test_a_burst_is_allowed_where_it_is_asked_for(self, pauses: Pauses) -> None:
        gate = PacedGate(10, clock=pauses.clock, sleep=pauses.sleep, burst=3)

        assert asyncio.run(passed(gate, pauses, 5)) == pytest.approx([0, 0, 0, 0.1, 0.2])

    @given(
        rate=st.floats(0.5, 500),
        waits=st.lists(st.floats(0, 2), min_size=2, max_size=40),
    )
    def test_within_no_second_are_there_more_than_allowed_and_one(
        self, rate: float, waits: list[float]
    ) -> None:
        pauses = Pauses()
        gate = PacedGate(rate, clock=pauses.clock, sleep=pauses.sleep)

        async def run() -> list[float]:
            times = []
            for wait in waits:
                pauses.clock.advance(timedelta(seconds=wait))
                times += await passed(gate, pauses, 3)
            return times

        times = asyncio.run(run())
        for start in times:
            within = sum(start <= time < start + 1 - 1e-4 for time in times)
            assert within <= rate + 1

    def test_those_who_ask_at_once_take_their_turns(self) -> None:
        """On the machine's time: fifty wait together, and are through after their turns."""

        async def run() -> float:
            loop = asyncio.get_running_loop()
            clock = _LoopClock(loop)
            gate = PacedGate(500, clock=clock, sleep=asyncio.sleep)  # type: ignore[arg-type]
            start = loop.time()
            await asyncio.gather(*(gate.acquire() for _ in range(50)))
            return loop.time() - start

        assert 0.097 <= asyncio.run(run()) < 1

    def test_one_who_gives_up_holds_nobody_up(self, pauses: Pauses) -> None:
        async def run() -> None:
            gate = PacedGate(0.01, clock=pauses.clock, sleep=asyncio.sleep)
            await gate.acquire()
            waiting = asyncio.ensure_future(gate.acquire())
            await asyncio.sleep(0)
            waiting.cancel()
            pauses.clock.advance(timedelta(seconds=200))
            await asyncio.wait_for(gate.acquire(), 1)

        asyncio.run(run())

    @pytest.mark.parametrize("rate", [0, -1, float("inf"), float("nan")])
    def test_a_rate_is_more_than_nothing(self, pauses: Pauses, rate: float) -> None:
        with pytest.raises(ValueError, match="more than 0"):
            PacedGate(rate, clock=pauses.clock, sleep=pauses.sleep)


class _LoopClock:
    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.monotonic = loop.time


class TestHold:
    @pytest.mark.parametrize("rate", [0, 10])
    def test_nobody_passes_before_its_end(self, pauses: Pauses, rate: float) -> None:
        async def run() -> list[float]:
            gate = gate_of(rate, clock=pauses.clock, sleep=pauses.sleep)
            await gate.hold(7)
            await gate.hold(3)
            return await passed(gate, pauses, 2)

        first, second = asyncio.run(run())
        assert first == pytest.approx(7)
        assert second - first == pytest.approx(0.1 if rate else 0)

    def test_those_who_wait_already_are_spread_anew(self) -> None:
        """On the machine's time, because they wait together."""

        async def run() -> list[float]:
            loop = asyncio.get_running_loop()
            turns: list[float] = []
            gate = PacedGate(50, clock=_LoopClock(loop), sleep=asyncio.sleep)  # type: ignore[arg-type]

            async def call(number: int) -> None:
                await gate.acquire()
                turns.append(loop.time() - start)
                if number == 0:
                    await gate.hold(0.2)

            start = loop.time()
            await asyncio.gather(*(call(number) for number in range(5)))
            return turns

        first, *others = asyncio.run(run())
        assert first < 0.1
        assert all(turn >= 0.199 for turn in others)
        assert others[-1] >= 0.2 + 3 / 50 - 0.001


class TestGateOf:
    @pytest.mark.parametrize("rate", [0, -3])
    def test_no_rate_lets_everybody_pass(self, pauses: Pauses, rate: float) -> None:
        gate = gate_of(rate, clock=pauses.clock, sleep=pauses.sleep)

        asyncio.run(passed(gate, pauses, 100))

        assert pauses.taken == []


class _Told:
    """Slots that answer what they are told to."""

    def __init__(self, *answers: float | None) -> None:
        self.answers = list(answers)
        self.held: list[float] = []

    async def take(self) -> float | None:
        return self.answers.pop(0)

    async def hold(self, seconds: float) -> None:
        self.held.append(seconds)


class TestSharedGate:
    def gate(self, slots: _Told, pauses: Pauses) -> SharedGate:
        alone = PacedGate(1, clock=pauses.clock, sleep=pauses.sleep)
        return SharedGate(slots, alone=alone, sleep=pauses.sleep)

    def test_it_waits_for_its_turn(self, pauses: Pauses) -> None:
        asyncio.run(self.gate(_Told(0.4), pauses).acquire())

        assert pauses.taken == [0.4]

    def test_without_a_turn_it_asks_again(self, pauses: Pauses) -> None:
        asyncio.run(self.gate(_Told(-5.0, -2.0, 0.0), pauses).acquire())

        assert pauses.taken == [5.0, 2.0]

    def test_without_the_common_place_it_keeps_to_its_share(self, pauses: Pauses) -> None:
        async def run() -> None:
            gate = self.gate(_Told(None, None, None), pauses)
            for _ in range(3):
                await gate.acquire()

        asyncio.run(run())
        assert pauses.taken == pytest.approx([1, 1])

    def test_a_halt_is_called_for_all_and_for_itself(self, pauses: Pauses) -> None:
        slots = _Told(None)

        async def run() -> None:
            gate = self.gate(slots, pauses)
            await gate.hold(9)
            await gate.acquire()

        asyncio.run(run())
        assert slots.held == [9]
        assert sum(pauses.taken) == pytest.approx(9)
