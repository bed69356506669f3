"""Fifty thousand rows cost no more than a few, and a client that goes away ends them."""

from __future__ import annotations

import socket
import threading
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import pytest
import uvicorn

from retinue.capabilities.ledger import endpoints
from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.endpoints import exporting
from retinue.capabilities.ledger.schemas import EventFilter
from retinue.capabilities.ledger.schemas.wire import ExportQuery
from retinue.foundation.database import Database
from retinue.foundation.runtime import Runtime
from retinue.kit.csv_out import rows_as_csv
from tests.factories import serving, staging
from tests.retinue.capabilities.ledger.exporting.conftest import write

MANY = 50_000


@pytest.fixture
def many(database: Database, ids: dict[str, int], noon: datetime) -> None:
    accounts = list(ids.values())
    for start in range(0, MANY, 5000):
        write(
            database,
            [
                # Whole chunks share one moment, so that the id has to tell them apart.
                {"account_id": accounts[n % 3], "ts": noon + timedelta(seconds=n // 2500), "metadata": {"n": n}}
                for n in range(start, start + 5000)
            ],
        )  # fmt: skip


class TestSize:
    @pytest.mark.databases("sqlite")
    @pytest.mark.parametrize(("form", "restricted"), [("csv", False), ("json", True)])
    def test_fifty_thousand_rows_cost_no_more_memory_than_a_few(
        self, runtime: Runtime, many: None, ids: dict[str, int], form: str, restricted: bool
    ) -> None:
        wanted = EventFilter(account_ids=frozenset(ids.values()) if restricted else None)
        whole = islice(exporting._events(runtime, wanted), 100)
        assert len(list(whole)) == 100

        events = exporting._events(runtime, wanted)
        pieces = (
            rows_as_csv(exporting._COLUMNS, map(exporting._cells, events))
            if form == "csv"
            else exporting._as_json(events, ExportQuery(), runtime.clock.now())
        )
        tracemalloc.start()
        length = sum(len(piece) for piece in pieces)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert length > 4_000_000
        assert peak < 6_000_000

    def test_every_row_comes_once(self, runtime: Runtime, many: None) -> None:
        found = [event.id for event in exporting._events(runtime, EventFilter())]
        assert len(found) == MANY
        assert found == sorted(found, reverse=True)

    def test_nothing_of_the_database_is_held_between_two_pieces(
        self, runtime: Runtime, many: None
    ) -> None:
        pieces = exporting._as_json(
            exporting._events(runtime, EventFilter()), ExportQuery(), runtime.clock.now()
        )
        pool: Any = runtime.database.reader.pool
        for _ in range(5):
            next(pieces)
            assert pool.checkedout() == 0

    @pytest.mark.databases("sqlite")
    def test_a_client_that_goes_away_ends_it(
        self, runtime: Runtime, many: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        reads = []
        read = ledger.events

        def counted(*arguments: Any, **more: Any) -> Any:
            reads.append(True)
            return read(*arguments, **more)

        monkeypatch.setattr(ledger, "events", counted)
        pool: Any = runtime.database.reader.pool
        with served(runtime) as port, socket.socket() as raw:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            raw.connect(("127.0.0.1", port))
            raw.sendall(
                f"GET /api/interactions/export HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
            )
            assert raw.recv(15) == b"HTTP/1.1 200 OK"
            raw.close()
            idle = threading.Event()
            before = -1
            while before != len(reads):
                before = len(reads)
                idle.wait(0.3)
        assert before < MANY / exporting.CHUNK
        assert pool.checkedout() == 0


@contextmanager
def served(runtime: Runtime) -> Iterator[int]:
    """The export on a real port, because only a real connection can break."""
    app = serving.make_app(runtime, [endpoints.router])
    server = uvicorn.Server(
        uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=5)
    )
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        staging.until(lambda: server.started, "the server")
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
