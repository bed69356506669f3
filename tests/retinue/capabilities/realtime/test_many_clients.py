"""The benchmark of many clients in small: two servers of one database, some stalled, some coming and going."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from tests.factories.listening import Crowd
from tests.factories.staging import until
from tests.factories.streaming import Station, streaming

STEADY = 48
RESTLESS = 6
STALLED = 6
EVENTS = 600
RETURNS = 12
TEXT = "x" * 6000


@pytest.mark.timeout(180)
class TestManyClients:
    def test_nothing_is_missed_by_those_who_read_and_the_stalled_are_closed(
        self, database_url: str, data_dir: Path
    ) -> None:
        with (
            streaming(database_url, data_dir) as first,
            streaming(database_url, data_dir) as second,
        ):
            stations = (first, second)
            crowd = asyncio.run(listened(stations))
            found = crowd.tally
            assert (found.missing, found.doubled, found.out_of_order) == (0, 0, 0)
            assert found.lost_lines == 0
            assert crowd.returns == RETURNS


async def listened(stations: tuple[Station, Station]) -> Crowd:
    crowd = Crowd([station.port for station in stations], is_exact=True)
    try:
        await crowd.gather(steady=STEADY, restless=RESTLESS, stalled=STALLED)
        until(lambda: lines(stations) == STEADY + RESTLESS + STALLED, "all lines")
        publishing = threading.Thread(target=publish, args=(stations[0],))
        publishing.start()
        await crowd.come_and_go(RETURNS, seconds=3)
        await asyncio.to_thread(publishing.join)
        last = stations[0].last
        await asyncio.to_thread(lambda: until(lambda: last() >= EVENTS, "the last number"))
        assert await crowd.until(lambda one: one.position == EVENTS, patience=60)
        await asyncio.to_thread(
            lambda: until(
                lambda: lines(stations) == STEADY + RESTLESS, "the end of the stalled", seconds=45
            )
        )
        # The end of a line that was closed by mistake is told before this turn of the loop.
        await asyncio.sleep(0.1)
        return crowd
    finally:
        crowd.close()


def publish(station: Station) -> None:
    for start in range(0, EVENTS, 10):
        station.publish(
            *({"account_id": 1, "n": n, "text": TEXT} for n in range(start, start + 10))
        )


def lines(stations: tuple[Station, Station]) -> int:
    return sum(len(station.hub._lines) for station in stations)
