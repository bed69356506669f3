from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from tests.factories.engaging import Engaged, engage
from tests.retinue.capabilities.ledger.conftest import Ledger


@pytest.fixture
def ava(database: Database, noon: datetime) -> Engaged:
    """Has liked @otter and has met her again."""
    with database.writing() as db:
        ava = engage(db, now=noon)
        book = Ledger(db, noon)
        book.act(ava, session_id="s1")
        book.ask(ava)
    return ava


SAVED = {"username": "@Otter", "action": "like", "timestamp": "2026-01-31T11:00:00"}


class TestSaveInteraction:
    def test_it_is_saved_and_shown(self, local: TestClient) -> None:
        answer = local.post("/save_interaction", json=SAVED)
        assert (answer.status_code, answer.json()) == (
            200,
            {"status": "success", "message": "Interaction saved"},
        )
        (shown,) = local.get("/get_interactions").json()
        assert shown == {
            "id": shown["id"],
            "platform": "retinue",
            "account_id": None,
            "account": None,
            "target_username": "otter",
            "target_id": None,
            "action": "like",
            "status": "success",
            "reason": None,
            "task_id": None,
            "session_id": None,
            "device_id": None,
            "latency_ms": None,
            "ts": "2026-01-31T11:00:00Z",
            "metadata": None,
        }

    def test_a_zone_is_respected_and_metadata_comes_back(
        self, local: TestClient, ava: Engaged
    ) -> None:
        body = {
            **SAVED,
            "timestamp": "2026-01-31T13:00:00+05:00",
            "account": "AVA",
            "metadata": {"a": [1]},
        }
        assert local.post("/save_interaction", json=body).status_code == 200
        shown = local.get("/get_interactions", params={"account": "ava"}).json()[-1]
        assert (shown["ts"], shown["account"], shown["metadata"]) == (
            "2026-01-31T08:00:00Z",
            "ava",
            {"a": [1]},
        )

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"username": ""}, "username"),
            ({"username": "a\x00b"}, "username"),
            ({"username": "x" * 256}, "username"),
            ({"username": 7}, "username"),
            ({"action": "Like!"}, "action"),
            ({"action": "x" * 21}, "action"),
            ({"timestamp": "yesterday"}, "timestamp"),
            ({"timestamp": "0001-01-01T00:00:00+14:00"}, "timestamp"),
            ({"timestamp": "9999-12-31T23:59:59-12:00"}, "timestamp"),
            ({"status": "maybe"}, "status"),
            ({"metadata": {"a": "\x00"}}, "metadata"),
            ({"metadata": {"a": "\ud800"}}, "metadata"),
            ({"metadata": {"a": "x" * 9000}}, "metadata"),
            ({"metadata": []}, "metadata"),
            ({"surprise": 1}, "surprise"),
        ],
    )
    def test_what_cannot_be_is_refused_by_name(
        self, local: TestClient, change: dict[str, Any], field: str
    ) -> None:
        # Written out here, because half a surrogate pair can be escaped but not encoded.
        answer = local.post(
            "/save_interaction",
            content=json.dumps({**SAVED, **change}),
            headers={"content-type": "application/json"},
        )
        assert (answer.status_code, answer.json()["status"]) == (422, "error")
        assert field in answer.json()["errors"][0]["loc"]
        assert local.get("/get_interactions").json() == []

    def test_not_a_number_is_refused(self, local: TestClient) -> None:
        body = (
            '{"username": "o", "action": "like", "timestamp": "2026-01-31", "metadata": {"a": NaN}}'
        )
        answer = local.post(
            "/save_interaction", content=body, headers={"content-type": "application/json"}
        )
        assert answer.status_code == 422

    def test_an_unknown_account_is_404(self, local: TestClient) -> None:
        answer = local.post("/save_interaction", json={**SAVED, "account": "nobody"})
        assert (answer.status_code, answer.json()["status"]) == (404, "error")


class TestGetInteractions:
    def test_the_link_header_leads_to_the_next_page(self, local: TestClient) -> None:
        for number in range(5):
            stamp = datetime(2026, 1, 31, 10, number, tzinfo=UTC).isoformat()
            body = {**SAVED, "username": f"p{number}", "timestamp": stamp}
            local.post("/save_interaction", json=body)
        names: list[str] = []
        url: str | None = "/get_interactions?limit=2&since=2026-01-31T10:00:00Z"
        while url:
            answer = local.get(url)
            names += [one["target_username"] for one in answer.json()]
            link = answer.headers.get("link")
            url = link.partition(">")[0].removeprefix("<") if link else None
            assert url is None or parse_qs(urlsplit(url).query)["limit"] == ["2"]
        assert names == ["p4", "p3", "p2", "p1", "p0"]

    def test_saved_filters_apply_unless_an_action_is_asked_for(self, local: TestClient) -> None:
        for action in ("like", "follow", "view"):
            local.post("/save_interaction", json={**SAVED, "action": action})
        saved = local.post("/save_history_filters", json={"filters": ["like", "follow"]})
        assert saved.json() == {"status": "success", "message": "Filters saved"}
        assert local.get("/get_history_filters").json() == ["like", "follow"]
        shown = {one["action"] for one in local.get("/get_interactions").json()}
        assert shown == {"like", "follow"}
        asked = local.get("/get_interactions", params={"action": "view"}).json()
        assert [one["action"] for one in asked] == ["view"]

    @pytest.mark.parametrize(
        "query", ["limit=0", "limit=1001", "cursor=zzz", "since=soon", "surprise=1", "action=%00"]
    )
    def test_a_bad_query_is_refused(self, local: TestClient, query: str) -> None:
        answer = local.get(f"/get_interactions?{query}")
        assert (answer.status_code, answer.json()["status"]) == (422, "error")


class TestClearHistory:
    def test_it_empties_the_history_and_keeps_the_events(
        self, local: TestClient, ava: Engaged, clock: ManualClock
    ) -> None:
        clock.advance(timedelta(seconds=1))
        answer = local.delete("/clear_history", params={"account": "ava"})
        assert answer.json() == {"status": "success", "message": "History cleared"}
        assert local.get("/get_interactions").json() == []
        assert local.get("/api/interactions/events").json()["total"] == 2


class TestFigures:
    def test_limits_and_days(self, local: TestClient, ava: Engaged) -> None:
        limits = local.get("/interaction_limits", params={"account": "ava"}).json()
        assert limits["account"] == "ava"
        assert limits["limits"]["like"]["left_day"] == 499
        stats = local.get("/daily_stats", params={"days": 1}).json()
        assert stats["days"][0]["date"] == "2026-01-31"
        assert stats["days"][0]["actions"]["like"]["success"] == 1


class TestInteractions:
    def test_events_are_paged_and_counted(self, local: TestClient, ava: Engaged) -> None:
        page = local.get("/api/interactions/events", params={"limit": 1}).json()
        assert (page["total"], page["items"][0]["status"]) == (2, "dedupe_hit")
        rest = local.get(
            "/api/interactions/events", params={"limit": 1, "cursor": page["next_cursor"]}
        ).json()
        assert (rest["items"][0]["status"], rest["next_cursor"]) == ("success", None)
        found = local.get(
            "/api/interactions/events",
            params={"session_id": "s1", "target": "@OTTER", "account_id": ava.id},
        ).json()
        assert [one["account"] for one in found["items"]] == ["ava"]

    def test_why_names_the_rules(self, local: TestClient, ava: Engaged) -> None:
        why = local.get(
            "/api/interactions/why", params={"account_id": ava.id, "target": "otter"}
        ).json()
        assert [one["verdict"] for one in why["items"]] == ["skipped", "engaged"]
        assert why["items"][0]["rules"][-1]["rule"] == "window:account"

    def test_check_answers_many(self, local: TestClient, ava: Engaged) -> None:
        body = {"account_id": ava.id, "action": "follow", "targets": ["otter", "seal"]}
        checked = local.post("/api/interactions/check", json=body).json()
        assert [one["allowed"] for one in checked["results"]] == [True, True]
        body["action"] = "like"
        checked = local.post("/api/interactions/check", json=body).json()
        assert [one["reason"] for one in checked["results"]] == ["dedupe_hit", None]

    @pytest.mark.parametrize(
        "body",
        [
            {"account_id": 0, "action": "like", "targets": ["a"]},
            {"account_id": 1, "action": "like", "targets": []},
            {"account_id": 1, "action": "like", "targets": ["x"] * 10_001},
            {"account_id": 1, "action": "like", "targets": ["a\nb"]},
            {"account_id": 1, "action": "", "targets": ["a"]},
            {"account_id": 10**30, "action": "like", "targets": ["a"]},
        ],
    )
    def test_a_bad_check_is_refused_as_a_problem(
        self, local: TestClient, body: dict[str, Any]
    ) -> None:
        answer = local.post("/api/interactions/check", json=body)
        assert (answer.status_code, answer.headers["content-type"]) == (
            422,
            "application/problem+json",
        )

    def test_an_unknown_account_is_404(self, local: TestClient) -> None:
        body = {"account_id": 99, "action": "like", "targets": ["otter"]}
        assert local.post("/api/interactions/check", json=body).status_code == 404


class TestStates:
    def test_every_account_shows_how_it_stands(self, local: TestClient, ava: Engaged) -> None:
        (state,) = local.get("/api/accounts/states").json()["items"]
        assert (state["account"], state["state"], state["consecutive_rate_limits"]) == (
            "ava",
            "active",
            0,
        )
        assert state["last_error"] is None


class TestCleanUp:
    def test_it_answers_what_it_removed(
        self, local: TestClient, ava: Engaged, clock: ManualClock
    ) -> None:
        del ava
        nothing = {"windows": 0, "latest": 0, "traces": 0, "orphans": 0}
        assert local.post("/api/interactions/cleanup").json() == nothing
        clock.advance(timedelta(days=31))
        answer = local.post("/api/interactions/cleanup")
        assert (answer.status_code, answer.json()) == (
            200,
            {"windows": 2, "latest": 1, "traces": 2, "orphans": 0},
        )
