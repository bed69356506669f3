"""The calls of the HTTP contract, as a plain client without a token makes them on `up --demo`."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, timedelta
from itertools import count
from typing import Any

import httpx2
import pytest

from retinue.foundation.clock import SystemClock
from tests.acceptance.envelopes import refused, succeeded
from tests.acceptance.product import Product, command_of
from tests.factories.staging import until

pytestmark = [pytest.mark.slow]

_clock = SystemClock()
numbers = count(1)
STAMP = (_clock.now().astimezone(UTC) - timedelta(hours=1)).isoformat()


@pytest.fixture
def http(product: Product) -> httpx2.Client:
    return product.http


def new_account(http: httpx2.Client, **more: Any) -> str:
    login = f"newcomer_{next(numbers)}"
    assert http.post("/accounts", json={"account": login, **more}).status_code == 200
    return login


class TestRoot:
    def test_it_answers_programs_and_leads_browsers_on(self, http: httpx2.Client) -> None:
        assert http.get("/").json() == {"status": "ok"}
        browser = http.get("/", headers={"Accept": "text/html,application/xhtml+xml"})
        assert (browser.status_code, browser.headers["location"]) == (307, "/ui/")


class TestSession:
    def test_it_starts_shows_itself_and_stops(self, http: httpx2.Client, product: Product) -> None:
        body = {"account": "test_account"}
        started = succeeded(http.post("/start_session", json=body), "Session started")
        refused(
            http.post("/start_session", json=body),
            409,
            code="already_running",
            names="test_account",
        )
        shown = product.wait_for_status("test_account", "running", "waiting")
        assert shown["session_id"] == started["session_id"]
        product.processes()
        assert product.seen[shown["pid"]].is_running()

        stopped = succeeded(http.post("/stop_session", json=body), "Session stopped")

        assert stopped["session_id"] == started["session_id"]
        # The answer came once the tree was gone, not a moment before.
        assert shown["pid"] not in {one.pid for one in product.left()}
        assert product.session_of("test_account")["status"] == "stopped"
        refused(http.post("/stop_session", json=body), 409, code="not_running")

        listed = http.get("/sessions", params={"account": "test_account"}).json()
        assert started["session_id"] in {one["id"] for one in listed["items"]}
        one = http.get(f"/sessions/{started['session_id']}").json()
        assert (one["account"], one["status"]) == ("test_account", "stopped")
        assert set(http.get(f"/sessions/{started['session_id']}/events").json()) == {
            "items",
            "next_cursor",
            "total",
        }

    def test_of_twenty_who_start_one_account_one_gets_a_session(
        self, http: httpx2.Client, product: Product
    ) -> None:
        def ask(_: int) -> int:
            return http.post("/start_session", json={"account": "quecreate"}).status_code

        with ThreadPoolExecutor(20) as pool:
            assert Counter(pool.map(ask, range(20))) == {200: 1, 409: 19}
        sessions = [
            one
            for one in product.processes()
            if "retinue.entrypoints.session_process" in command_of(one)
        ]
        opened = [
            one
            for one in http.get("/sessions").json()["items"]
            if one["status"] in {"starting", "running", "waiting"}
        ]
        assert [one["account"] for one in opened].count("quecreate") == 1
        assert len(sessions) == len(opened)
        succeeded(http.post("/stop_session", json={"account": "quecreate"}), "Session stopped")

    def test_its_status_has_every_part(self, http: httpx2.Client) -> None:
        (at_work, *_) = [
            one["account"] for one in http.get("/accounts").json() if one["session"] != "stopped"
        ]
        status = http.get("/session_status", params={"account": at_work}).json()
        assert {
            "account", "session_id", "status", "pid", "started_at", "uptime_seconds", "current_job", "current_target",
            "counters", "limits", "last_error", "health", "cooldown_until", "processes", "progress",
        } <= set(status)  # fmt: skip
        assert {"used_hour", "left_hour", "used_day", "left_day"} <= set(status["limits"]["like"])
        for process in status["processes"]:
            assert {"pid", "cpu_percent", "memory_mb", "children"} <= set(process)

    def test_its_statistics_have_every_part(self, http: httpx2.Client) -> None:
        stats = http.get("/bot_stats", params={"account": "test_account"}).json()
        assert set(stats) == {
            "account", "total_interactions_24h", "successful_interactions_24h", "failed_interactions_24h",
            "success_rate_24h", "average_response_time_ms", "uptime_hours", "total_sessions",
            "current_session_duration", "memory_usage_trend", "cpu_usage_trend", "error_count_24h",
        }  # fmt: skip

    @pytest.mark.parametrize(
        "path",
        [
            "/session_status",
            "/bot_stats",
            "/interaction_limits",
            "/daily_stats",
            "/get_interactions",
        ],
    )
    def test_an_unknown_account_is_not_found(self, http: httpx2.Client, path: str) -> None:
        refused(
            http.get(path, params={"account": "nobody_here"}),
            404,
            code="account_not_found",
            names="nobody_here",
        )

    def test_an_account_that_is_not_active_says_why(self, http: httpx2.Client) -> None:
        login = new_account(http)
        refused(http.post("/start_session", json={"account": login}), 409, names="imported")

    @pytest.mark.parametrize("field", ["plan", "dry_run"])
    def test_what_comes_later_is_unknown_now(self, http: httpx2.Client, field: str) -> None:
        body = refused(
            http.post("/start_session", json={"account": "test_account", field: True}), 422
        )
        assert body["errors"][0]["loc"] == ["body", field]


class TestHistory:
    def test_an_interaction_is_saved_shown_and_cleared(self, http: httpx2.Client) -> None:
        login = new_account(http)
        given = {
            "username": "otter", "action": "like", "timestamp": STAMP,
            "account": login, "status": "success", "metadata": {"note": "by hand"},
        }  # fmt: skip
        succeeded(http.post("/save_interaction", json=given), "Interaction saved")
        (found,) = http.get("/get_interactions", params={"account": login, "limit": 5}).json()
        assert (found["account"], found["target_username"], found["action"], found["status"]) == (
            login,
            "otter",
            "like",
            "success",
        )
        assert found["metadata"]["note"] == "by hand"
        succeeded(http.delete("/clear_history", params={"account": login}), "History cleared")
        assert http.get("/get_interactions", params={"account": login}).json() == []

    def test_without_an_account_it_belongs_to_the_installation(self, http: httpx2.Client) -> None:
        given = {
            "username": "installation_otter",
            "action": "follow",
            "timestamp": "2026-01-31T12:00:00",
        }
        succeeded(http.post("/save_interaction", json=given), "Interaction saved")
        found = http.get(
            "/api/interactions/events", params={"target": "installation_otter"}
        ).json()["items"]
        assert [(one["account"], one["ts"]) for one in found] == [(None, "2026-01-31T12:00:00Z")]

    def test_pages_are_linked(self, http: httpx2.Client) -> None:
        login = new_account(http)
        for name in ("ann", "ben", "cas"):
            http.post(
                "/save_interaction",
                json={"username": name, "action": "like", "timestamp": STAMP, "account": login},
            )
        page = http.get("/get_interactions", params={"account": login, "limit": 2})
        rest = http.get(page.links["next"]["url"])
        assert {one["target_username"] for one in [*page.json(), *rest.json()]} == {
            "ann",
            "ben",
            "cas",
        }
        assert "next" not in rest.links

    def test_filters_are_kept(self, http: httpx2.Client) -> None:
        succeeded(
            http.post("/save_history_filters", json={"filters": ["like", "follow"]}),
            "Filters saved",
        )
        assert http.get("/get_history_filters").json() == ["like", "follow"]
        succeeded(http.post("/save_history_filters", json={"filters": []}), "Filters saved")
        assert http.get("/get_history_filters").json() == []

    def test_limits_and_days_are_told(self, http: httpx2.Client) -> None:
        for params in ({}, {"account": "test_account"}):
            limits = http.get("/interaction_limits", params=params).json()["limits"]
            assert {"per_hour", "used_hour", "left_hour", "per_day", "used_day", "left_day"} <= set(
                limits["like"]
            )
        days = http.get("/daily_stats", params={"account": "test_account", "days": 3}).json()[
            "days"
        ]
        assert len(days) == 3

    def test_the_line_is_tested_end_to_end(self, http: httpx2.Client) -> None:
        before = http.get("/interaction_limits").json()["limits"]["like"]["per_day"]
        result = succeeded(http.post("/test_interaction", json={"type": "like"}), "Test successful")
        assert result["latency_ms"] >= 0
        assert result["account"] not in {one["account"] for one in http.get("/accounts").json()}
        assert http.get("/interaction_limits").json()["limits"]["like"]["per_day"] == before


class TestLedger:
    def test_it_says_who_may_be_engaged_and_why_not(
        self, http: httpx2.Client, product: Product
    ) -> None:
        acted = "SELECT a.account_id, t.handle FROM attempts a JOIN targets t ON t.id = a.target_id WHERE a.state = 'confirmed' LIMIT 1"
        until(lambda: bool(product.rows(acted)), "the example session's first act")
        ((account_id, handle),) = product.rows(acted)
        found = http.post(
            "/api/interactions/check",
            json={"account_id": account_id, "action": "like", "targets": [handle, "never_met"]},
        )
        assert [one["target"] for one in found.json()["results"]] == [handle, "never_met"]
        why = http.get(
            "/api/interactions/why", params={"account_id": account_id, "target": handle}
        ).json()
        assert why["items"]
        assert {"rule", "value", "threshold", "verdict"} <= set(why["items"][0]["rules"][0])
        events = http.get(
            "/api/interactions/events", params={"account_id": account_id, "limit": 1}
        ).json()
        assert set(events) == {"items", "next_cursor", "total"}


class TestHealth:
    def test_it_knows_its_parts(self, http: httpx2.Client) -> None:
        assert http.get("/health/live").json() == {"status": "ok"}
        assert http.get("/health/ready").json() == {"status": "ok"}
        parts = {one["name"]: one["state"] for one in http.get("/health").json()["components"]}
        assert {
            name: parts[name]
            for name in ("database", "migrations", "engine_room", "sessions", "disk")
        } == dict.fromkeys(("database", "migrations", "engine_room", "sessions", "disk"), "ok")
