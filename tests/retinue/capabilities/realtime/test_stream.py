"""The stream as a client has it: over a real port, from a real server."""

from __future__ import annotations

import random
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from retinue import __version__
from retinue.foundation.events import service as events
from tests.factories.staging import until
from tests.factories.streaming import Station, read, read_until, streaming


class TestHello:
    def test_it_comes_first_and_says_where_the_stream_stands(self, station: Station) -> None:
        station.publish_numbers(range(3))
        station.wait_for_number(3)
        with station.connect() as client:
            hello = read(client)
        assert (hello["type"], hello["seq"]) == ("hello", 3)
        assert hello["data"]["oldest"] == 1
        assert hello["data"]["last"] == 3
        assert hello["data"]["server_version"] == __version__
        assert "account_update" in hello["data"]["types"]

    def test_without_a_number_only_what_comes_from_now_on_is_heard(self, station: Station) -> None:
        station.publish_numbers(range(3))
        station.wait_for_number(3)
        with station.connect() as client:
            read(client)
            station.publish({"account_id": 4, "n": "new"})
            event = read(client)
        assert event["seq"] == 4
        assert event["type"] == "account_update"
        assert event["data"] == {"account_id": 4, "n": "new"}
        assert event["timestamp"].endswith("Z")


class TestResuming:
    def test_what_came_meanwhile_is_sent_first(self, station: Station) -> None:
        station.publish_numbers(range(350))
        station.wait_for_number(350)
        with station.connect(100) as client:
            assert read(client)["seq"] == 100
            station.publish_numbers([350])
            found = read_until(client, 351)
        assert [event["seq"] for event in found] == list(range(101, 352))

    def test_two_hundred_reconnects_at_random_points_lose_nothing_and_repeat_nothing(
        self, station: Station
    ) -> None:
        dice, total, seen = random.Random(11), 1500, [0]
        writer = threading.Thread(target=self._write, args=(station, total))
        writer.start()
        connections = 0
        while seen[-1] < total or connections < 200:
            connections += 1
            with station.connect(seen[-1]) as client:
                assert read(client)["seq"] == seen[-1]
                for _ in range(dice.randrange(12) if seen[-1] < total else 0):
                    if seen[-1] == total:
                        break
                    event = read(client)
                    seen.append(event["seq"])
                    assert event["data"]["n"] == event["seq"]
        writer.join()
        assert seen == list(range(total + 1))
        assert connections >= 200

    @staticmethod
    def _write(station: Station, total: int) -> None:
        dice, number = random.Random(5), 1
        while number <= total:
            chunk = min(dice.randrange(1, 20), total + 1 - number)
            station.publish_numbers(range(number, number + chunk))
            number += chunk
            time.sleep(0.004)

    def test_a_number_that_is_gone_is_answered_with_resync(self, station: Station) -> None:
        station.publish_numbers(range(5))
        station.wait_for_number(5)
        with station.runtime.database.writing() as db:
            dropped = events.prune(db, now=station.runtime.clock.now() + timedelta(days=2))
        assert dropped == 5
        station.publish_numbers([6])
        station.wait_for_number(6)
        with station.connect(2) as client:
            hello, resync = read(client), read(client)
            station.publish_numbers([7])
            event = read(client)
        assert (hello["type"], hello["seq"]) == ("hello", 6)
        assert hello["data"]["oldest"] == 6
        assert (resync["type"], resync["seq"]) == ("resync", 6)
        assert resync["data"] == {"since": 2, "oldest": 6, "last": 6}
        assert event["seq"] == 7

    def test_the_number_before_the_oldest_is_still_good(self, station: Station) -> None:
        station.publish_numbers(range(5))
        station.wait_for_number(5)
        with station.runtime.database.writing() as db:
            events.prune(db, now=station.runtime.clock.now() + timedelta(days=2))
        station.publish_numbers([6])
        station.wait_for_number(6)
        with station.connect(5) as client:
            assert read(client)["seq"] == 5
            assert read(client)["seq"] == 6

    def test_a_number_from_the_future_is_answered_with_resync(self, station: Station) -> None:
        with station.connect(999) as client:
            assert read(client)["seq"] == 0
            assert read(client)["type"] == "resync"

    @pytest.mark.parametrize("since", ["-1", "x", "9223372036854775808", ""])
    def test_what_is_no_number_is_refused_by_name(self, station: Station, since: str) -> None:
        with pytest.raises(InvalidStatus) as refused:
            station.connect(path=f"/api/ws?since={since}")
        assert refused.value.response.status_code == 422
        assert b"since" in (refused.value.response.body or b"")


class TestPlace:
    def test_it_works_below_a_path(self, database_url: str, data_dir: Path) -> None:
        with (
            streaming(database_url, data_dir, root_path="/retinue") as station,
            station.connect() as client,
        ):
            assert read(client)["type"] == "hello"

    def test_a_refusal_below_a_path_is_a_problem_too(
        self, database_url: str, data_dir: Path
    ) -> None:
        with streaming(database_url, data_dir, root_path="/retinue") as station:
            with pytest.raises(InvalidStatus) as refused:
                station.connect(path="/api/ws?since=x")
            answer = refused.value.response
        assert answer.headers["Content-Type"] == "application/problem+json"

    def test_nothing_runs_when_nobody_listens(self, station: Station) -> None:
        with station.connect() as client:
            read(client)
            assert station.hub.position is not None
        until(lambda: station.hub.position is None, "the end of the reader")

    def test_shut_down_ends_it_at_once_for_those_who_read_and_those_who_do_not(
        self, database_url: str, data_dir: Path
    ) -> None:
        with streaming(database_url, data_dir) as station:
            good, stalled = station.connect(), station.open_socket()
            read(good)
            station.publish(*({"account_id": 1, "text": "x" * 30_000} for _ in range(250)))
            read_until(good, 250)
            begun = time.monotonic()
            station.server.should_exit = True
            with pytest.raises(ConnectionClosed) as closed:
                while True:
                    read(good)
            until(lambda: not station.server.server_state.connections, "the end of all")
            assert time.monotonic() - begun < 3
            stalled.close()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1012
