from __future__ import annotations

import contextlib
import random
import socket
import time
from pathlib import Path

from websockets.sync.client import ClientConnection

from tests.factories.staging import until
from tests.factories.streaming import Station, read, read_until, streaming

BIG = "x" * 30_000


def count_lines(station: Station) -> int:
    return len(station.hub._lines)


class TestSlowClient:
    def test_it_is_closed_and_delays_nobody(self, station: Station) -> None:
        stalled = [station.open_socket() for _ in range(20)]
        good = [station.connect() for _ in range(5)]
        for client in good:
            read(client)
        until(lambda: count_lines(station) == 25, "all lines")
        # More than the kernel's buffers of a connection hold, and then more than may wait.
        for _ in range(12):
            first = station.last()
            begun = time.monotonic()
            station.publish(*({"account_id": 1, "text": BIG} for _ in range(50)))
            for client in good:
                found = read_until(client, first + 50)
                assert [event["seq"] for event in found] == list(range(first + 1, first + 51))
            assert time.monotonic() - begun < 10
        until(lambda: count_lines(station) == 5, "the end of the slow ones", seconds=40)

        begun = time.monotonic()
        station.publish({"account_id": 1})
        read_until(good[0], station.last())
        assert time.monotonic() - begun < 2
        assert all(ends_with_1013_or_cut(one) for one in stalled)
        for client in good:
            client.close()

    def test_one_that_reads_late_but_in_time_is_told_1013(self, station: Station) -> None:
        slow = station.open_socket()
        with station.connect() as good:
            read(good)
            while count_lines(station) == 2:
                station.publish(*({"account_id": 1, "text": BIG} for _ in range(100)))
                read_until(good, station.last())
                if b"\x03\xf5too slow" in drained(slow, station):
                    break

    def test_one_that_answers_no_ping_is_closed(self, database_url: str, data_dir: Path) -> None:
        with streaming(
            database_url, data_dir, ws_ping_interval=0.3, ws_ping_timeout=0.3
        ) as station:
            silent = station.open_socket()
            until(lambda: count_lines(station) == 1, "the line")
            until(lambda: count_lines(station) == 0, "its end", seconds=5)
            silent.close()

    def test_one_that_pings_and_does_not_read_is_closed(self, station: Station) -> None:
        raw = station.open_socket()
        ping = b"\x89\xfd" + b"\0\0\0\0" + b"p" * 125
        raw.settimeout(1)
        try:
            for _ in range(2000):
                raw.sendall(ping * 400)
        except OSError:
            pass
        until(lambda: count_lines(station) == 0, "its end", seconds=30)
        raw.close()


def drained(raw: socket.socket, station: Station) -> bytes:
    """What has come, once the server has cut the line; nothing before."""
    if count_lines(station) == 2:
        return b""
    return rest_of(raw)


def rest_of(raw: socket.socket) -> bytes:
    raw.settimeout(10)
    found = bytearray()
    try:
        while more := raw.recv(1 << 20):
            found += more
    except OSError:
        pass
    return bytes(found)


def ends_with_1013_or_cut(raw: socket.socket) -> bool:
    """Either it was told so, or it read so late that the line was cut before."""
    rest = rest_of(raw)
    raw.close()
    return b"\x03\xf5too slow" in rest or not rest.endswith(b"}")


class TestNonsense:
    def test_fuzzed_frames_end_at_most_their_own_line(self, station: Station) -> None:
        dice = random.Random(3)
        with station.connect() as good:
            read(good)
            for _ in range(150):
                raw = station.open_socket()
                with contextlib.suppress(OSError):
                    raw.sendall(b"".join(frame(dice) for _ in range(dice.randrange(1, 40))))
                raw.close()
            still_answers(good, station)
        until(lambda: count_lines(station) == 0, "the end of all lines")

    def test_a_message_in_endless_pieces_is_refused(self, station: Station) -> None:
        raw = station.open_socket()
        with contextlib.suppress(OSError):
            raw.sendall(b"\x01\x80\0\0\0\0" + b"\x00\x80\0\0\0\0" * 20_000)
        assert b"too many fragments" in rest_of(raw)

    def test_a_message_over_64_kb_is_refused(self, station: Station) -> None:
        raw = station.open_socket()
        with contextlib.suppress(OSError):
            raw.sendall(b"\x81\xff" + (65_537).to_bytes(8, "big") + b"\0\0\0\0" + b" " * 65_537)
        assert b"\x03\xf1" in rest_of(raw)


def still_answers(client: ClientConnection, station: Station) -> None:
    station.publish({"account_id": 1})
    assert read_until(client, station.last() or 1)


def frame(dice: random.Random) -> bytes:
    """Half of them well formed with nonsense inside, half nonsense."""
    if dice.random() < 0.5:
        return dice.randbytes(dice.randrange(1, 200))
    inside = dice.choice(
        [b"{}", b"[]", b'{"subscribe":[[]]}', b'{"subscribe":{}}', b"\xff\xfe", b'{"ping":' + b"[" * 90,
         b'{"ping":NaN}', b'{"subscribe":["\\ud800"]}', b"1" * 100, b'{"ping":1e999}', dice.randbytes(50)]
    )  # fmt: skip
    opcode = dice.choice([0x81, 0x82, 0x89, 0x8A, 0x88, 0x01, 0x80, 0xC1])
    return bytes([opcode, 0x80 | len(inside)]) + b"\0\0\0\0" + inside
