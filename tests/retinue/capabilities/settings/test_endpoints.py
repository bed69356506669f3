from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.capabilities.audit import endpoints as audit_endpoints
from retinue.capabilities.settings import endpoints
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from tests.factories import serving


@pytest.fixture
def local(database: Database, clock: ManualClock, data_dir: Path) -> TestClient:
    runtime = serving.make_runtime(database, clock, data_dir, sandgram_url="http://127.0.0.1:9")
    with database.writing() as db:
        access.initialise(db, runtime.sealer, is_demo=True, now=clock.now())
    return serving.client(serving.make_app(runtime, [endpoints.router, audit_endpoints.router]))


class TestConfig:
    def test_it_shows_the_settings_and_what_is_fixed(self, local: TestClient) -> None:
        shown = local.get("/config").json()
        assert shown["limits"]["comment"] == {
            "per_hour": 15,
            "per_day": 100,
            "seconds_apart": 120.0,
        }
        installation = shown["installation"]
        assert (installation["demo"], installation["networks"]) == (True, ["sandgram"])
        assert str(Path.cwd()) not in str(shown)

    def test_what_was_read_may_be_sent_back_changed(self, local: TestClient) -> None:
        shown = local.get("/config").json()
        answer = local.put("/config", json={**shown, "trace_days": 7})
        assert (answer.status_code, answer.json()["trace_days"], answer.json()["version"]) == (
            200,
            7,
            1,
        )

    def test_what_is_fixed_cannot_be_changed(self, local: TestClient) -> None:
        answer = local.put("/config", json={"installation": {"demo": False}})
        assert (answer.status_code, answer.json()["status"]) == (422, "error")
        assert answer.json()["errors"][0]["loc"] == ["installation"]

    @pytest.mark.parametrize(
        "body", ["[]", "3", "null", '"x"', "{", "{}}", '{"trace_days": NaN}', '{"limits": {"": 1}}']
    )
    def test_what_is_no_change_is_refused(self, local: TestClient, body: str) -> None:
        answer = local.put("/config", content=body, headers={"content-type": "application/json"})
        assert answer.status_code == 422
        assert answer.json()["errors"]


class TestSettings:
    def test_a_change_answers_the_whole_and_is_in_the_audit_log(self, local: TestClient) -> None:
        answer = local.put("/api/settings", json={"dedup_scope": "fleet"})
        assert answer.json() == local.get("/api/settings").json()
        (entry,) = local.get("/api/audit", params={"action": "settings.updated"}).json()["items"]
        assert (entry["actor"], entry["before"], entry["after"]) == (
            "local operator",
            {"dedup_scope": "account"},
            {"dedup_scope": "fleet"},
        )

    def test_a_wrong_key_is_named_with_the_right_one(self, local: TestClient) -> None:
        answer = local.put("/api/settings", json={"dedup_scop": "fleet"})
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"] == "dedup_scop: is not a setting; did you mean dedup_scope?"


class TestAudit:
    def test_pages_lead_to_the_end(self, local: TestClient) -> None:
        for days in range(1, 6):
            local.put("/api/settings", json={"trace_days": days})
        seen, cursor = [], None
        while True:
            page = local.get(
                "/api/audit", params={"limit": 2, **({"cursor": cursor} if cursor else {})}
            ).json()
            seen += [entry["id"] for entry in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert seen == [5, 4, 3, 2, 1]
        assert local.get("/api/audit", params={"cursor": "x"}).status_code == 422
