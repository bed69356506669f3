from __future__ import annotations

import csv
import io
import json
import socket
import threading
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from sqlalchemy import insert
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.capabilities.access.models import Role
from retinue.capabilities.access.schemas import Origin, TokenCreate
from retinue.capabilities.ledger import endpoints
from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.endpoints import exporting
from retinue.capabilities.ledger.models import EventStatus, InteractionEvent
from retinue.capabilities.ledger.schemas import EventFilter
from retinue.capabilities.ledger.schemas.wire import ExportQuery
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.http.principals import Scope
from retinue.foundation.runtime import Runtime
from retinue.kit import csv_table
from retinue.kit.csv_out import rows_as_csv
from tests.factories import serving, staging
from tests.factories.engaging import make_account

FORMULA = '=HYPERLINK("http://evil")'


@pytest.fixture
def runtime(database: Database, clock: ManualClock, data_dir: Path) -> Runtime:
    made = serving.make_runtime(
        database, clock, data_dir, sandgram_url="http://127.0.0.1:9", heavy_rate_limit="100/minute"
    )
    with database.writing() as db:
        access.initialise(db, made.sealer, is_demo=True, now=clock.now())
    return made


@pytest.fixture
def local(runtime: Runtime) -> TestClient:
    return serving.client(serving.make_app(runtime, [endpoints.router]))


@pytest.fixture
def ids(database: Database, noon: datetime) -> dict[str, int]:
    with database.writing() as db:
        return {name: make_account(db, name, now=noon).id for name in ("ava", "ben", "cleo")}


def write(database: Database, rows: list[dict[str, Any]]) -> None:
    preset = {
        "platform": "sandgram", "target_username": "otter", "action": "like", "status": EventStatus.success,
        "reason": None, "session_id": None, "task_id": None, "latency_ms": None, "metadata": None, "account_id": None,
    }  # fmt: skip
    table: Any = InteractionEvent.__table__
    with database.writing_core() as connection:
        connection.execute(insert(table), [{**preset, **row} for row in rows])


@pytest.fixture
def some(database: Database, ids: dict[str, int], noon: datetime) -> dict[str, int]:
    """Events of every kind, several of them in the same moment."""
    ben, ava = ids["ben"], ids["ava"]
    write(
        database,
        [
            {"account_id": ava, "ts": noon, "session_id": "s1", "metadata": {"a": [1]}},
            {"account_id": ben, "ts": noon, "action": "follow", "latency_ms": 5},
            {"account_id": ava, "ts": noon, "status": EventStatus.failed, "reason": FORMULA},
            {"account_id": ben, "ts": noon - timedelta(hours=2), "target_username": "@fox"},
            {"account_id": ids["cleo"], "ts": noon - timedelta(hours=1), "task_id": "t1"},
            {"platform": "retinue", "ts": noon + timedelta(days=3)},
        ],
    )
    return ids


def cells(client: TestClient, **params: Any) -> list[dict[str, str]]:
    answer = client.get("/api/interactions/export", params=params)
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


FILTERS: list[dict[str, Any]] = [
    {},
    {"account_id": "ava"},
    {"target": "@Otter"},
    {"action": "follow"},
    {"status": "failed"},
    {"since": "2026-01-31T12:00:00Z"},
    {"until": "2026-01-31T12:00:00Z"},
    {"session_id": "s1"},
    {"task_id": "t1"},
    {"status": "retry"},
]


class TestExport:
    @pytest.mark.parametrize("params", FILTERS, ids=str)
    def test_both_files_hold_what_the_list_shows(
        self, local: TestClient, some: dict[str, int], params: dict[str, Any], noon: datetime
    ) -> None:
        if "account_id" in params:
            params = {"account_id": some[params["account_id"]]}
        listed = local.get("/api/interactions/events", params=params).json()["items"]
        answer = local.get("/api/interactions/export", params={**params, "format": "json"})
        assert answer.headers["content-type"] == "application/json"
        whole = answer.json()
        assert (whole["events"], whole["count"]) == (listed, len(listed))
        assert datetime.fromisoformat(whole["exported_at"]) == noon
        assert list(whole["filters"]) == list(params)

        rows = cells(local, **params)
        assert [int(row["id"]) for row in rows] == [event["id"] for event in listed]
        for row, event in zip(rows, listed, strict=True):
            assert list(row) == list(event)
            shown = {name: csv_table.restore(text) if text else None for name, text in row.items()}
            assert shown == {
                name: json.dumps(value, separators=(",", ":"))
                if isinstance(value, dict)
                else value and str(value)
                for name, value in event.items()
            }

    def test_a_formula_is_text_and_a_negative_number_never_occurs(
        self, local: TestClient, some: dict[str, int]
    ) -> None:
        rows = cells(local)
        assert f"'{FORMULA}" in {row["reason"] for row in rows}
        assert "'@fox" in {row["target_username"] for row in rows}

    def test_it_comes_as_a_file_with_its_moment_in_the_name(self, local: TestClient) -> None:
        answer = local.get("/api/interactions/export")
        assert answer.headers["content-disposition"] == (
            'attachment; filename="interactions-20260131T120000Z.csv"'
        )
        assert answer.text.strip() == ",".join(exporting._COLUMNS)

    @pytest.mark.parametrize(
        "params", [{"format": "xml"}, {"limit": 5}, {"since": "yesterday"}, {"status": "maybe"}]
    )
    def test_what_it_does_not_know_is_refused_by_name(
        self, local: TestClient, params: dict[str, Any]
    ) -> None:
        answer = local.get("/api/interactions/export", params=params)
        assert answer.status_code == 422
        assert next(iter(params)) in answer.json()["errors"][0]["loc"]

    @pytest.mark.parametrize("names", [["ben"], ["ben", "cleo"], ["ava", "ben", "cleo"]])
    def test_a_restricted_token_gets_its_accounts_in_order(
        self,
        runtime: Runtime,
        some: dict[str, int],
        names: list[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(exporting, "CHUNK", 2)
        monkeypatch.setattr(exporting, "_LEAST", 1)
        own = [some[name] for name in names]
        with runtime.database.writing() as db:
            wanted = TokenCreate(name="t", role=Role.viewer, account_ids=own)
            token = access.issue_token(
                db,
                wanted,
                granted_by=frozenset(Scope),
                origin=Origin("a test"),
                now=runtime.clock.now(),
            ).token
        client = serving.client(
            serving.make_app(runtime, [endpoints.router]),
            peer=serving.ELSEWHERE,
            Authorization=f"Bearer {token}",
        )
        listed = client.get("/api/interactions/events").json()["items"]
        assert {event["account_id"] for event in listed} == set(own)
        assert [int(row["id"]) for row in cells(client)] == [event["id"] for event in listed]
        whole = client.get("/api/interactions/export", params={"format": "json"}).json()
        assert whole["events"] == listed
        foreign = min(set(some.values()) - set(own), default=99)
        assert cells(client, account_id=foreign) == []

    def test_it_counts_as_heavy(
        self, database: Database, clock: ManualClock, data_dir: Path
    ) -> None:
        runtime = serving.make_runtime(
            database,
            clock,
            data_dir,
            sandgram_url="http://127.0.0.1:9",
            heavy_rate_limit="2/minute",
        )
        with database.writing() as db:
            access.initialise(db, runtime.sealer, is_demo=True, now=clock.now())
        client = serving.client(serving.make_app(runtime, [endpoints.router]))
        codes = [client.get("/api/interactions/export").status_code for _ in range(3)]
        assert codes == [200, 200, 429]


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
