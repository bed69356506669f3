"""The live stream of a server that somebody has really started."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.acceptance.product import Product, seconds_until, start

pytestmark = [pytest.mark.slow]


def listen(product: Product, since: int | None = None) -> ClientConnection:
    url = product.url.replace("http", "ws", 1) + "/api/ws"
    query = "" if since is None else f"?since={since}"
    client: ClientConnection = connect(
        url + query, proxy=None, legacy=True, max_queue=None, open_timeout=30
    )
    return client


def next_of(client: ClientConnection, wanted: str) -> dict[str, Any]:
    while True:
        message: dict[str, Any] = json.loads(client.recv(timeout=30))
        if message["type"] == wanted:
            return message


class TestLiveStream:
    def test_a_change_is_heard_a_return_misses_nothing_and_the_end_is_told(
        self, tmp_path: Path
    ) -> None:
        product = start(tmp_path / "data")
        try:
            first = listen(product)
            hello = next_of(first, "hello")
            # The demo's own session is at work.
            changed = next_of(first, "session_update")
            assert changed["seq"] > hello["seq"]
            first.close()

            again = listen(product, since=hello["seq"])
            assert next_of(again, "hello")["seq"] == hello["seq"]
            assert next_of(again, "session_update")["seq"] == changed["seq"]

            product.processes()
            product.process.send_signal(signal.SIGINT)
            with pytest.raises(ConnectionClosed) as closed:
                while True:
                    again.recv(timeout=30)
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1012
            seconds_until(lambda: product.process.poll() is not None, "the end", seconds=40)
            again.close()
        finally:
            product.end()
