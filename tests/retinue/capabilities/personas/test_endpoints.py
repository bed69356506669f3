from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.capabilities.accounts import endpoints as accounts
from retinue.capabilities.accounts import service as account_service
from retinue.capabilities.accounts.schemas import AccountCreate
from retinue.capabilities.personas import endpoints, service
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.runtime import Runtime
from tests.factories import serving


@pytest.fixture
def runtime(database: Database, clock: ManualClock, data_dir: Path) -> Runtime:
    return serving.make_runtime(database, clock, data_dir)


@pytest.fixture
def local(runtime: Runtime) -> TestClient:
    with runtime.database.writing() as db:
        access.initialise(db, runtime.sealer, is_demo=True, now=runtime.clock.now())
    return serving.client(serving.make_app(runtime, [endpoints.router, accounts.router]))


class TestPersonas:
    def test_one_is_added_read_changed_and_removed(self, local: TestClient) -> None:
        added = local.post(
            "/api/personas", json={"name": " Ava ", "link": "https://ava.example/me"}
        )
        url = f"/api/personas/{added.json()['id']}"
        assert (added.status_code, added.json()["name"]) == (201, "Ava")
        paused = local.patch(url, json={"paused": True, "reason": "holiday"}).json()
        assert (paused["paused"], paused["pause_reason"]) == (True, "holiday")
        assert local.patch(url, json={"paused": False, "link": None}).json()["link"] is None
        assert local.get(url).json()["paused"] is False
        assert (local.delete(url).status_code, local.get(url).status_code) == (204, 404)

    def test_a_name_is_taken_once_whatever_its_case(self, local: TestClient) -> None:
        first = local.post("/api/personas", json={"name": "Ava"}).json()
        second = local.post("/api/personas", json={"name": "Bea"}).json()
        assert local.post("/api/personas", json={"name": "AVA"}).status_code == 409
        assert local.patch(f"/api/personas/{second['id']}", json={"name": "ava"}).status_code == 409
        same = local.patch(f"/api/personas/{first['id']}", json={"name": "AVA"})
        assert same.json()["name"] == "AVA"

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, "name"),
            ({"name": ""}, "name"),
            ({"name": "  "}, "name"),
            ({"name": "a\x00b"}, "name"),
            ({"name": "x" * 10_000}, "name"),
            ({"name": "A", "link": "javascript:alert(1)"}, "link"),
            ({"name": "A", "link": "https://me:secret@a.example"}, "link"),
            ({"name": "A", "colour": "red"}, "colour"),
        ],
    )
    def test_a_bad_value_is_named_and_leaves_nothing(
        self, local: TestClient, body: dict[str, Any], field: str
    ) -> None:
        answer = local.post("/api/personas", json=body)
        assert answer.status_code == 422
        assert field in answer.json()["errors"][0]["loc"]
        assert local.get("/api/personas").json()["total"] == 0

    def test_a_pause_needs_a_reason(self, local: TestClient) -> None:
        url = f"/api/personas/{local.post('/api/personas', json={'name': 'Ava'}).json()['id']}"
        assert local.patch(url, json={"paused": True}).json()["errors"][0]["loc"] == ["reason"]

    def test_pages_go_by_name(self, local: TestClient) -> None:
        for name in ("c", "A", "b"):
            local.post("/api/personas", json={"name": name})
        first = local.get("/api/personas", params={"limit": 2}).json()
        rest = local.get(
            "/api/personas", params={"limit": 2, "cursor": first["next_cursor"]}
        ).json()
        assert [p["name"] for p in (*first["items"], *rest["items"])] == ["A", "b", "c"]

    def test_one_with_accounts_stays(self, local: TestClient, runtime: Runtime) -> None:
        with runtime.database.writing() as db:
            wanted = AccountCreate(login="luna", persona="Ava")
            account_service.add(db, runtime.sealer, wanted, actor="me", now=runtime.clock.now())
        persona_id = local.get("/api/personas").json()["items"][0]["id"]
        answer = local.delete(f"/api/personas/{persona_id}")
        assert (answer.status_code, answer.json()["code"]) == (409, "persona_in_use")

    def test_the_pause_reaches_its_accounts(self, runtime: Runtime) -> None:
        now = runtime.clock.now()
        with runtime.database.writing() as db:
            wanted = AccountCreate(login="luna", persona="Ava")
            account = account_service.add(db, runtime.sealer, wanted, actor="me", now=now)
            assert not account_service.is_persona_paused(db, account)
            ava = service.find(db, "ava")
            assert ava is not None
            ava.paused_at = now
            db.flush()
            assert account_service.is_persona_paused(db, account)
