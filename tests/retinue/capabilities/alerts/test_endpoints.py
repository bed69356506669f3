from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.capabilities.access.models import Role
from retinue.capabilities.access.schemas import Origin, TokenCreate
from retinue.capabilities.alerts import service as alerts
from retinue.capabilities.alerts.endpoints import router
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.http import Scope
from retinue.foundation.runtime import Runtime
from tests.factories.alarming import DOWN
from tests.factories.serving import ELSEWHERE, client, make_app, make_runtime

URL = "json://127.0.0.1:9/alerts"


@pytest.fixture
def runtime(database: Database, clock: ManualClock, data_dir: Path) -> Runtime:
    runtime = make_runtime(database, clock, data_dir)
    with database.writing() as db:
        access.initialise(db, runtime.sealer, is_demo=True, now=clock.now())
    return runtime


@pytest.fixture
def caller(runtime: Runtime) -> TestClient:
    return client(make_app(runtime, [router]))


def raised(runtime: Runtime, **changes: Any) -> int:
    with runtime.database.writing() as db:
        return alerts.raise_alert(db, replace(DOWN, **changes), now=runtime.clock.now()).id


def caller_of(runtime: Runtime, role: Role) -> TestClient:
    with runtime.database.writing() as db:
        issued = access.issue_token(
            db,
            TokenCreate(name=role.value, role=role),
            granted_by=frozenset(Scope),
            origin=Origin("command line"),
            now=runtime.clock.now(),
        )
    app = make_app(runtime, [router])
    return client(app, peer=ELSEWHERE, authorization=f"Bearer {issued.token}")


class TestList:
    def test_pages_lead_on(self, caller: TestClient, runtime: Runtime) -> None:
        ids = [raised(runtime, key=f"k{number}") for number in range(3)]

        first = caller.get("/api/alerts", params={"limit": 2}).json()
        rest = caller.get("/api/alerts", params={"cursor": first["next_cursor"]}).json()

        assert [one["id"] for one in (*first["items"], *rest["items"])] == ids[::-1]
        assert (first["total"], rest["next_cursor"]) == (3, None)

    def test_a_state_that_is_none_is_refused(self, caller: TestClient) -> None:
        assert caller.get("/api/alerts", params={"state": "gone"}).status_code == 422


class TestAcknowledge:
    def test_it_stays_and_says_who(self, caller: TestClient, runtime: Runtime) -> None:
        path = f"/api/alerts/{raised(runtime)}"
        seen = caller.post(f"{path}/acknowledge").json()
        assert (seen["state"], seen["acknowledged_by"]) == ("acknowledged", "local operator")
        assert caller.get(path).json()["state"] == "acknowledged"
        assert caller.get("/api/alerts", params={"state": "open"}).json()["items"] == []

    def test_a_viewer_may_not(self, runtime: Runtime) -> None:
        path = f"/api/alerts/{raised(runtime)}"
        viewer, operator = (caller_of(runtime, role) for role in (Role.viewer, Role.operator))
        assert viewer.get(path).status_code == 200
        assert viewer.post(f"{path}/acknowledge").status_code == 403
        assert operator.post(f"{path}/acknowledge").status_code == 200


class TestChannels:
    def test_they_are_made_changed_and_removed(self, caller: TestClient) -> None:
        made = caller.post("/api/alerts/channels", json={"name": "here", "url": URL})
        path = f"/api/alerts/channels/{made.json()['id']}"
        assert (made.status_code, made.json()["service"]) == (201, "json")

        changed = caller.patch(path, json={"min_severity": "critical", "enabled": False}).json()
        assert (changed["name"], changed["min_severity"], changed["enabled"]) == (
            "here",
            "critical",
            False,
        )
        assert caller.delete(path).status_code == 204
        assert caller.patch(path, json={}).json()["code"] == "channel_not_found"

    def test_no_refusal_repeats_the_url(self, caller: TestClient) -> None:
        secret = "slack://the-key-of-the-service/b/c"
        refused = caller.post("/api/alerts/channels", json={"name": "out", "url": secret})
        assert (refused.status_code, refused.json()["code"]) == (422, "channel_refused")
        too_long = caller.post(
            "/api/alerts/channels", json={"name": "out", "url": secret + "x" * 2000}
        )
        assert too_long.status_code == 422
        assert "the-key-of-the-service" not in refused.text + too_long.text

    def test_only_admins_say_where_alerts_go(self, runtime: Runtime) -> None:
        operator = caller_of(runtime, Role.operator)
        wanted = {"name": "here", "url": URL}
        assert operator.post("/api/alerts/channels", json=wanted).status_code == 403
        assert operator.get("/api/alerts/channels").json() == []
