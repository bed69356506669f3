"""An export holds what the list shows, and nothing that its reader may not see."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.capabilities.access.models import Role
from retinue.capabilities.access.schemas import Origin, TokenCreate
from retinue.capabilities.ledger import endpoints
from retinue.capabilities.ledger.endpoints import exporting
from retinue.capabilities.ledger.models import EventStatus
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.http.principals import Scope
from retinue.foundation.runtime import Runtime
from retinue.kit import csv_table
from tests.factories import serving
from tests.retinue.capabilities.ledger.exporting.conftest import write

FORMULA = '=HYPERLINK("http://evil")'


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
