from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
import uvicorn
from fastapi import FastAPI, Request

from retinue.foundation.http import receipt
from tests.factories import plain_http

START = b"POST / HTTP/1.1\r\nhost: 127.0.0.1\r\n"
WHOLE = b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n"


class Hasty(receipt.Punctual):
    headers_seconds = 0.5
    body_seconds = 1.0


def application() -> FastAPI:
    app = FastAPI()

    @app.get("/")
    async def read() -> str:
        return "here"

    @app.get("/slow")
    async def read_slowly() -> str:
        await asyncio.sleep(3 * Hasty.headers_seconds)
        return "here"

    @app.post("/")
    async def take(request: Request) -> int:
        return len(await request.body())

    return app


@contextmanager
def served(protocol: type[receipt.Punctual], **options: int) -> Iterator[int]:
    config = uvicorn.Config(application(), http=protocol, log_config=None, **options)  # type: ignore[arg-type]
    server = uvicorn.Server(config)
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with served(Hasty) as port:
        yield port


@contextmanager
def connected(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as peer:
        yield peer


def heard(peer: socket.socket) -> bytes:
    """Everything until the server closes."""
    pieces = []
    while piece := peer.recv(65536):
        pieces.append(piece)
    return b"".join(pieces)


def nothing(peer: socket.socket) -> None:
    """The peer says nothing at all."""


def half_a_header(peer: socket.socket) -> None:
    peer.sendall(START + b"x-slow: ")


def half_a_body(peer: socket.socket) -> None:
    peer.sendall(
        START + b"content-type: application/json\r\ncontent-length: 100\r\n\r\n" + b"x" * 50
    )


class TestPunctual:
    @pytest.mark.parametrize("say", [nothing, half_a_header, half_a_body])
    def test_whoever_does_not_come_to_the_end_is_let_go(
        self, port: int, say: Callable[[socket.socket], None]
    ) -> None:
        with connected(port) as peer:
            say(peer)
            assert heard(peer).startswith(b"HTTP/1.1 408 ")

    @pytest.mark.parametrize("drop", [b"x: y\r\n", b"\r\n"], ids=["headers", "empty lines"])
    def test_a_drop_now_and_then_buys_no_time(self, port: int, drop: bytes) -> None:
        began = time.monotonic()
        with connected(port) as peer:
            peer.sendall(START if drop.strip() else WHOLE)
            with pytest.raises(OSError):
                while time.monotonic() - began < 10:
                    peer.sendall(drop)
                    threading.Event().wait(0.05)
        assert time.monotonic() - began < 5

    def test_the_next_request_on_a_connection_has_its_own_time(self, port: int) -> None:
        with connected(port) as peer:
            peer.sendall(WHOLE)
            assert peer.recv(65536).startswith(b"HTTP/1.1 200 ")
            half_a_header(peer)
            assert heard(peer).startswith(b"HTTP/1.1 408 ")

    @pytest.mark.parametrize("more", [b"\r\n", START], ids=["an empty line", "half a header"])
    def test_whoever_waits_for_an_answer_is_not_hurried(self, port: int, more: bytes) -> None:
        with connected(port) as peer:
            peer.sendall(WHOLE.replace(b"GET /", b"GET /slow"))
            threading.Event().wait(0.1)
            peer.sendall(more)
            assert peer.recv(65536).startswith(b"HTTP/1.1 200 ")
            # What it has begun meanwhile has its time from then on, and no more.
            assert heard(peer).startswith(b"HTTP/1.1 408 ")

    def test_others_are_answered_meanwhile(self, port: int) -> None:
        with ExitStack() as stack:
            for _ in range(100):
                half_a_header(stack.enter_context(connected(port)))
            with plain_http.client(f"http://127.0.0.1:{port}") as client:
                answers = [client.get("/").status_code for _ in range(20)]
        assert answers == [200] * 20

    def test_a_large_body_that_keeps_coming_is_taken(self, port: int) -> None:
        body = b"x" * 3_000_000
        with plain_http.client(f"http://127.0.0.1:{port}") as client:
            assert client.post("/", content=body).json() == len(body)

    def test_requests_in_a_row_are_all_answered(self, port: int) -> None:
        with connected(port) as peer:
            peer.sendall(WHOLE * 3)
            answered = b""
            while answered.count(b"HTTP/1.1 200 ") < 3:
                answered += peer.recv(65536)

    def test_beyond_the_limit_the_answer_is_503(self) -> None:
        with served(receipt.Punctual, limit_concurrency=3) as port, ExitStack() as stack:
            for _ in range(3):
                half_a_header(stack.enter_context(connected(port)))
            with connected(port) as peer:
                peer.sendall(WHOLE)
                assert peer.recv(65536).startswith(b"HTTP/1.1 503 ")


class TestOptions:
    def test_files_are_left_for_the_server_itself(self) -> None:
        asked = receipt.options()
        assert asked["http"] is receipt.Punctual
        assert 100 < asked["limit_concurrency"] <= 2000
