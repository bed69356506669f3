from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.plans import endpoints as plans
from retinue.capabilities.sessions.models import EngagementSession, SessionStatus
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.randomness import new_id
from retinue.foundation.runtime import Runtime
from retinue.workflows.account_overview import endpoints
from tests.factories import serving


@pytest.fixture
def runtime(database: Database, clock: ManualClock, data_dir: Path) -> Runtime:
    return serving.make_runtime(database, clock, data_dir)


@pytest.fixture
def local(runtime: Runtime) -> TestClient:
    with runtime.database.writing() as db:
        access.initialise(db, runtime.sealer, is_demo=True, now=runtime.clock.now())
    return serving.client(serving.make_app(runtime, [endpoints.router, plans.router]))


class TestAccounts:
    def test_added_listed_and_retired(self, local: TestClient) -> None:
        added = local.post("/accounts", json={"account": "@luna"})
        assert (added.status_code, added.json()["status"]) == (200, "success")
        assert local.get("/accounts").json() == [
            {
                "account": "luna",
                "account_no": "luna",
                "network": "sandgram",
                "lifecycle": "imported",
                "health": "unknown",
                "session": "stopped",
            }
        ]
        retired = local.delete("/accounts/luna").json()
        assert retired == {"status": "success", "message": "Account retired", "account": "luna"}
        assert local.get("/accounts").json() == []
        assert local.delete("/accounts/luna").json()["status"] == "error"
        assert local.post("/accounts", json={"account": "luna"}).status_code == 200

    def test_the_newest_session_is_shown(self, local: TestClient, runtime: Runtime) -> None:
        local.post("/accounts", json={"account": "luna"})
        with runtime.database.writing() as db:
            account = accounts.find(db, "luna")
            for status in (SessionStatus.failed, SessionStatus.running):
                db.add(
                    EngagementSession(
                        id=new_id(),
                        account_id=account.id,
                        status=status,
                        desired_state="running",
                        requested_by="me",
                        created_at=runtime.clock.now(),
                    )
                )
                db.flush()
        assert [found["session"] for found in local.get("/accounts").json()] == ["running"]

    def test_a_plan_comes_with_the_account_or_neither_does(self, local: TestClient) -> None:
        good = {"account": "luna", "config": "blogger-followers: [harbour]\n"}
        bad = {"account": "sol", "config": "bloger-followers: [harbour]\n"}
        assert local.post("/accounts", json=good).json()["plan_version"] == 1
        assert local.get("/account_config/luna").json()["version"] == 1
        refused = local.post("/accounts", json=bad)
        assert (refused.status_code, refused.json()["status"]) == (422, "error")
        assert [found["account"] for found in local.get("/accounts").json()] == ["luna"]

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, "account"),
            ({"account": ".."}, "account"),
            ({"account": "a\x00b"}, "account"),
            ({"account": "x" * 10_000}, "account"),
            ({"account": 7}, "account"),
            ({"account": "luna", "network": "myspace"}, "network"),
            ({"account": "luna", "password": "x"}, "password"),
        ],
    )
    def test_a_bad_value_is_named_and_leaves_nothing(
        self, local: TestClient, body: dict[str, Any], field: str
    ) -> None:
        answer = local.post("/accounts", json=body)
        assert (answer.status_code, answer.json()["status"]) == (422, "error")
        assert field in answer.json()["errors"][0]["loc"]
        assert local.get("/accounts").json() == []

    def test_the_link_header_leads_on(self, local: TestClient) -> None:
        for name in ("c", "a", "b"):
            local.post("/accounts", json={"account": name})
        first = local.get("/accounts", params={"limit": 2})
        onward = first.headers["link"].partition(">")[0].removeprefix("<")
        assert [found["account"] for found in local.get(onward).json()] == ["c"]
