from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from retinue.drivers.browser.relay import Relay, Target
from retinue.drivers.errors import FailureClass
from retinue.drivers.network.protocol import Egress
from retinue.foundation.clock import SystemClock

SOON = 5.0


@contextmanager
def answering(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def accept() -> None:
            connection, _ = listening.accept()
            with connection:
                serve(connection)

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        thread.join(timeout=SOON)


@contextmanager
def relay_to(port: int, egress: Egress | None = None) -> Iterator[Relay]:
    relay = Relay(Target("127.0.0.1", port), egress=egress, clock=SystemClock(), connect_seconds=1)
    yield relay
    relay.close()


def ask(relay: Relay, host: str, port: int) -> tuple[socket.socket, int]:
    """A connection through the relay, and its reply."""
    one = socket.create_connection(("127.0.0.1", relay.port), timeout=SOON)
    one.sendall(b"\x05\x01\x00")
    assert one.recv(2) == b"\x05\x00"
    name = host.encode()
    one.sendall(b"\x05\x01\x00\x03" + bytes([len(name)]) + name + port.to_bytes(2, "big"))
    return one, one.recv(10)[1]


def echo(connection: socket.socket) -> None:
    connection.sendall(connection.recv(100).upper())


def hang_up(connection: socket.socket) -> None:
    connection.recv(100)


class TestRelay:
    def test_what_goes_to_the_site_comes_through_and_is_counted(self) -> None:
        with answering(echo) as port, relay_to(port) as relay:
            one, reply = ask(relay, "127.0.0.1", port)
            with one:
                one.sendall(b"hello")
                assert (reply, one.recv(100)) == (0, b"HELLO")
                assert one.recv(100) == b""
            assert (relay.passage.sent, relay.passage.cut) == (5, 0)
            relay.begin()
            assert relay.passage.sent == 0

    def test_nothing_else_is_reached(self) -> None:
        with relay_to(9) as relay:
            for host, port in (("example.org", 443), ("127.0.0.1", 10)):
                one, reply = ask(relay, host, port)
                one.close()
                assert reply == 2
            assert relay.refused == ["example.org", "127.0.0.1"]

    def test_a_request_that_is_cut_off_before_its_answer_is_remembered(self) -> None:
        with answering(hang_up) as port, relay_to(port) as relay:
            one, _ = ask(relay, "127.0.0.1", port)
            with one:
                one.sendall(b"hello")
                assert one.recv(100) == b""
            assert relay.passage.cut == 1

    def test_a_proxy_that_is_not_there_is_known_and_never_gone_around(self) -> None:
        reached: list[bytes] = []
        with socket.create_server(("127.0.0.1", 0)) as taken:
            gone = taken.getsockname()[1]
        with answering(lambda one: reached.append(one.recv(1))) as port:
            with relay_to(port, Egress(f"http://127.0.0.1:{gone}")) as relay:
                one, reply = ask(relay, "127.0.0.1", port)
                one.close()
                assert reply == 1
                failure = relay.passage.failure
                assert failure is not None
                assert failure.failure is FailureClass.transient
                assert relay.examine() is not None
            assert reached == []
            socket.create_connection(("127.0.0.1", port)).close()

    @pytest.mark.parametrize(
        "said", [b"GET / HTTP/1.1\r\n\r\n", b"\x05\x01\x02", b"\x05", b"\x04\x01"]
    )
    def test_what_speaks_something_else_is_hung_up_on(self, said: bytes) -> None:
        with relay_to(9) as relay, socket.create_connection(("127.0.0.1", relay.port)) as one:
            one.settimeout(SOON)
            one.sendall(said)
            one.shutdown(socket.SHUT_WR)
            # What it had not read when it hung up makes the system say so more harshly.
            with suppress(ConnectionResetError):
                assert one.recv(100) == b""

    def test_closing_it_ends_every_connection_through_it(self) -> None:
        def wait(connection: socket.socket) -> None:
            while connection.recv(100):
                pass

        with answering(wait) as port, relay_to(port) as relay:
            one, _ = ask(relay, "127.0.0.1", port)
            relay.close()
            with one:
                assert one.recv(100) == b""
            deadline = time.monotonic() + SOON
            while time.monotonic() < deadline:
                try:
                    socket.create_connection(("127.0.0.1", relay.port), timeout=1).close()
                except OSError:
                    return
            raise AssertionError("it still listens")
