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
from tests.acceptance.envelopes import problem, refused, succeeded
from tests.acceptance.product import Product
from tests.factories.staging import until

pytestmark = [pytest.mark.slow]

_clock = SystemClock()
_numbers = count(1)
STAMP = (_clock.now().astimezone(UTC) - timedelta(hours=1)).isoformat()


@pytest.fixture
def http(product: Product) -> httpx2.Client:
    return product.http


def new_account(http: httpx2.Client, **more: Any) -> str:
    login = f"newcomer_{next(_numbers)}"
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
            if "retinue.entrypoints.session_process" in one.cmdline()
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


class TestConfig:
    def test_what_was_read_can_be_put_back(self, http: httpx2.Client) -> None:
        read = http.get("/config").json()
        assert read["installation"]["demo"] is True
        assert http.put("/config", json={"cooldown_minutes": 44}).json()["cooldown_minutes"] == 44
        back = {name: value for name, value in read.items() if name != "version"}
        again = http.put("/config", json=back)
        assert again.status_code == 200, again.text
        assert again.json()["cooldown_minutes"] == read["cooldown_minutes"]
        assert http.get("/api/settings").json()["version"] == again.json()["version"]

    def test_an_unknown_setting_is_named(self, http: httpx2.Client) -> None:
        refused(http.put("/config", json={"cooldown_minuets": 1}), 422, names="cooldown_minuets")
        problem(
            http.put("/api/settings", json={"cooldown_minutes": -1}), 422, names="cooldown_minutes"
        )


class TestAccounts:
    def test_one_is_added_retired_and_revived(self, http: httpx2.Client) -> None:
        login = f"newcomer_{next(_numbers)}"
        added = succeeded(http.post("/accounts", json={"account": login}), "Account added")
        assert (added["account_no"], added["network"]) == (login, "sandgram")
        refused(http.post("/accounts", json={"account": login}), 409, names=login)
        assert login in {one["account"] for one in http.get("/accounts").json()}

        succeeded(http.delete(f"/accounts/{login}"), "Account retired")

        assert login not in {one["account"] for one in http.get("/accounts").json()}
        refused(http.delete(f"/accounts/{login}"), 404, names=login)
        assert http.post("/accounts", json={"account": login}).status_code == 200
        assert login in {one["account"] for one in http.get("/accounts").json()}

    def test_the_list_has_its_six_fields(self, http: httpx2.Client) -> None:
        for one in http.get("/accounts").json():
            assert {"account", "account_no", "network", "lifecycle", "health", "session"} <= set(
                one
            )

    def test_a_patch_wants_the_revision_that_was_read(self, http: httpx2.Client) -> None:
        login = new_account(http)
        (row,) = http.get("/api/accounts", params={"search": login}).json()["items"]
        path = f"/api/accounts/{row['id']}"
        tag = http.get(path).headers["etag"]
        change = {"lifecycle": "active", "reason": "by hand"}
        assert (
            http.patch(path, json=change, headers={"If-Match": tag}).json()["lifecycle"] == "active"
        )
        problem(http.patch(path, json={"labels": ["x"]}, headers={"If-Match": tag}), 412)

    def test_states_say_who_may_act(self, http: httpx2.Client) -> None:
        states = http.get("/api/accounts/states", params={"limit": 100}).json()["items"]
        assert {
            "account_id",
            "state",
            "cooldown_until",
            "seconds_left",
            "consecutive_rate_limits",
            "error_count",
            "last_error",
            "recent_errors",
        } <= set(states[0])


class TestPlan:
    def test_a_change_keeps_comments_and_order_and_can_be_undone(self, http: httpx2.Client) -> None:
        text = "# mine\nblogger: [otter]\nlikes-percentage: 100   # all of them\nfollow-percentage: 5\n"
        path = f"/account_config/{new_account(http, config=text)}"
        changed = http.put(
            path, json={"set": {"likes-percentage": 50}, "add": {"blogger": ["heron"]}}
        )
        assert changed.status_code == 200, changed.text
        after = http.get(path).json()
        assert after["text"].startswith(
            "# mine\nblogger: [otter, heron]\nlikes-percentage: 50   # all of them\n"
        )
        assert (after["version"], after["config"]["blogger"]) == (2, ["otter", "heron"])

        rehearsed = http.put(path, json={"remove": {"blogger": ["heron"]}, "dry_run": True})
        assert rehearsed.status_code == 200, rehearsed.text
        assert http.get(path).json()["version"] == 2
        assert [one["version"] for one in http.get(f"{path}/versions").json()["versions"]] == [2, 1]
        assert http.post(f"{path}/restore", json={"version": 1}).status_code == 200
        assert http.get(path).json()["text"] == text
        refused(http.put(path, json={"set": {"likes-percentage": 1}, "if_version": 1}), 409)
        refused(http.post(f"{path}/restore", json={"version": 99}), 404)


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
