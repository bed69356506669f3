"""The root paths of sessions, as an existing client calls them, with a real agent and a real Sandgram."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.capabilities.sessions.endpoints import router as sessions
from retinue.workflows.engagement.endpoints import router as engagement
from tests.factories.serving import client, make_app
from tests.factories.staging import House, is_gone, make_house, quick, until
from tests.fixtures.sandgram import RunningSandgram

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def house(database_url: str, data_dir: Path, sandgram: RunningSandgram) -> Iterator[House]:
    with make_house(database_url, data_dir, sandgram) as made:
        yield made


@pytest.fixture
def api(house: House) -> TestClient:
    runtime = house.runtime
    with runtime.database.writing() as db:
        access.initialise(db, runtime.sealer, is_demo=True, now=runtime.clock.now())
    return client(make_app(runtime, [engagement, sessions]))


def call(api: TestClient, method: str, path: str, status: int = 200, **more: Any) -> Any:
    answer = api.request(method, path, **more)
    assert answer.status_code == status, answer.text
    return answer.json()


class TestStartAndStop:
    def test_a_session_from_start_to_stop(self, house: House, api: TestClient) -> None:
        account = house.add_account(quick(people=2000))
        body = {"account": account.login}
        with house.agent():
            started = call(api, "POST", "/start_session", json=body)
            assert started["status"] == "success"
            assert started["message"] == "Session started"

            refused = call(api, "POST", "/start_session", 409, json=body)
            assert refused["status"] == "error"
            assert refused["code"] == "already_running"

            until(lambda: len(house.attempts()) > 1, "some acts")
            shown = call(api, "GET", "/session_status", params=body)
            assert shown["session_id"] == started["session_id"]
            assert shown["status"] == "running"
            assert shown["processes"][0]["pid"] == shown["pid"]
            assert shown["processes"][0]["memory_mb"] > 0
            pid = shown["pid"]

            stopped = call(api, "POST", "/stop_session", json=body)
            assert stopped["message"] == "Session stopped"
            assert is_gone(pid)
            refused = call(api, "POST", "/stop_session", 409, json=body)
            assert refused["code"] == "not_running"

        shown = call(api, "GET", "/session_status", params=body)
        assert (shown["status"], shown["pid"], shown["processes"]) == ("stopped", None, [])
        assert shown["counters"]["like"]["success"] > 0
        stats = call(api, "GET", "/bot_stats", params=body)
        assert stats["total_sessions"] == 1
        assert stats["successful_interactions_24h"] == shown["counters"]["like"]["success"]
        assert stats["memory_usage_trend"]

        (listed,) = call(api, "GET", "/sessions")["items"]
        assert listed == call(api, "GET", f"/sessions/{started['session_id']}")
        path = f"/sessions/{started['session_id']}/events"
        first = call(api, "GET", path, params={"limit": 1})
        rest = call(api, "GET", path, params={"limit": 1000, "cursor": first["next_cursor"]})
        found = [*first["items"], *rest["items"]]
        assert len({one["id"] for one in found}) == len(found)
        assert "success" in {one["status"] for one in found}
        assert {(one["account"], one["session_id"], one["platform"]) for one in found} == {
            (account.login, started["session_id"], "sandgram")
        }

    def test_without_an_agent_the_answer_is_503(self, house: House, api: TestClient) -> None:
        account = house.add_account(quick())
        answer = call(api, "POST", "/start_session", 503, json={"account": account.login})
        assert answer["code"] == "agent_silent"

    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            ({"account": "nobody"}, 404, "account_not_found"),
            ({"account": "../../etc/passwd"}, 404, "account_not_found"),
            ({"account": "x" * 10_000}, 422, "invalid"),
            ({"account": ""}, 422, "invalid"),
            ({"account": 7}, 422, "invalid"),
            ({"account": "ava", "dry_run": True}, 422, "invalid"),
            ({}, 422, "invalid"),
        ],
    )
    @pytest.mark.parametrize("path", ["/start_session", "/stop_session"])
    def test_bad_input_is_refused_in_the_envelope_of_these_paths(
        self, api: TestClient, path: str, body: dict[str, Any], status: int, code: str
    ) -> None:
        answer = call(api, "POST", path, status, json=body)
        assert answer["status"] == "error"
        assert answer["code"] == code

    def test_an_account_without_a_session_is_stopped(self, house: House, api: TestClient) -> None:
        account = house.add_account(quick())
        shown = call(api, "GET", "/session_status", params={"account": account.login})
        assert shown["status"] == "stopped"
        assert shown["session_id"] is None

    def test_an_unknown_session_is_404(self, api: TestClient) -> None:
        assert call(api, "GET", "/sessions/nobody", 404)["code"] == "session_not_found"
        assert call(api, "GET", "/sessions/nobody/events", 404)["code"] == "session_not_found"
