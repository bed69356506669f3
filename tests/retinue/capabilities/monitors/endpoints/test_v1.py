from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from retinue.capabilities.monitors import service as monitors
from retinue.capabilities.monitors.endpoints import router
from retinue.foundation.clock import ManualClock
from retinue.foundation.runtime import Runtime
from tests.factories import gauging, serving
from tests.retinue.capabilities.monitors.endpoints.asking import PEOPLE, made, read_once, refused

POSTS = "/api/v1/instagram/post_monitor"
INTERVALS = [("30s", 30), ("30m", 1800), ("1h", 3600), ("1d", 86_400), ("7d", 604_800)]


class TestInfluencers:
    def test_a_person_is_watched_read_paused_resumed_and_stopped(
        self, runtime: Runtime, local: TestClient, clock: ManualClock
    ) -> None:
        body = {"username": "@Instagram", "interval": "30s"}
        answer = local.post(f"{PEOPLE}/create_monitor_task", json=body)
        assert answer.status_code == 201
        told = answer.json()
        number = told["data"].pop("task_id")
        assert told == {
            "status_code": 201,
            "success": True,
            "data": {
                "username": "instagram",
                "user_id": None,
                "status": "active",
                "interval_seconds": 30,
            },
        }
        read_once(runtime, follower_count=700, following_count=None, post_count=9)
        path = f"{PEOPLE}/user_history/{1000 + number}"
        told = local.get(path).json()
        assert told == {
            "status_code": 200,
            "success": True,
            "data": {
                "user_id": str(1000 + number),
                "username": "instagram",
                "history": [
                    {
                        "follower_count": 700,
                        "following_count": None,
                        "post_count": 9,
                        "bio": "Hello",
                        "recorded_at": "2026-01-31T12:00:00.000000Z",
                    }
                ],
                "stale": False,
            },
        }
        (task,) = local.get(f"{PEOPLE}/tasks").json()["data"]
        assert set(task) == {
            "task_id",
            "username",
            "status",
            "interval_seconds",
            "created_at",
            "updated_at",
        }
        for verb, status in (("pause", "paused"), ("resume", "active")):
            told = local.post(f"{PEOPLE}/{verb}_task/{number}").json()
            assert told["data"] == {"task_id": number, "status": status}
        told = local.post(f"{PEOPLE}/stop_tasks", json={"task_ids": [number, 999]}).json()
        assert told["data"] == {"deleted_task_ids": [number], "not_found": [999]}
        assert local.get(f"{PEOPLE}/tasks").json()["data"] == []
        told = local.get(f"{PEOPLE}/task_status/{number}").json()
        assert told["data"] == {"status": "stopped"}
        assert local.get(path).json()["data"]["history"]
        clock.advance(timedelta(hours=1))
        assert made(local) == number
        assert len(local.get(path).json()["data"]["history"]) == 1

    @pytest.mark.parametrize(("interval", "seconds"), INTERVALS)
    def test_each_interval_is_taken(self, local: TestClient, interval: str, seconds: int) -> None:
        answer = local.post(
            f"{PEOPLE}/create_monitor_task", json={"username": "otter", "interval": interval}
        )
        assert answer.json()["data"]["interval_seconds"] == seconds

    def test_every_refusal_is_in_the_envelope_of_these_paths(
        self, runtime: Runtime, local: TestClient
    ) -> None:
        number = made(local)
        create = f"{PEOPLE}/create_monitor_task"
        body = {"username": "instagram", "interval": "1h"}
        assert refused(local.post(create, json=body), 409, "already_monitored")["task_id"] == number
        error = refused(local.post(create, json={**body, "interval": "5m"}), 422, "invalid")
        assert error["errors"][0]["loc"] == ["body", "interval"]
        wrong = {**body, "username": "no such name!"}
        assert "username" in refused(local.post(create, json=wrong), 422, "invalid")["message"]
        refused(
            local.post(create, content="{", headers={"Content-Type": "application/json"}),
            422,
            "invalid",
        )
        refused(local.get(f"{PEOPLE}/task_status/77"), 404, "monitor_not_found")
        refused(local.get(f"{POSTS}/task_status/{number}"), 404, "monitor_not_found")
        refused(local.get(f"{PEOPLE}/user_history/77"), 404, "monitor_not_found")
        refused(local.get(f"{PEOPLE}/user_history/77?limit=1001"), 422, "invalid")
        refused(local.get(f"{PEOPLE}/nothing"), 404, "not_found")
        refused(local.delete(f"{PEOPLE}/tasks"), 405, "method_not_allowed")
        refused(
            local.post(create, content="a=b", headers={"Content-Type": "text/plain"}),
            415,
            "unsupported_media_type",
        )
        huge = {**body, "username": "x" * 5_000_000}
        refused(local.post(create, json=huge), 413, "too_large")
        foreign = local.post(create, json=body, headers={"Origin": "https://elsewhere.example"})
        refused(foreign, 403, "foreign_origin")
        stranger = serving.client(serving.make_app(runtime, [router]), peer=serving.ELSEWHERE)
        refused(stranger.get(f"{PEOPLE}/tasks"), 401, "unauthenticated")
        local.post(f"{PEOPLE}/stop_tasks", json={"task_ids": [number]})
        refused(local.post(f"{PEOPLE}/pause_task/{number}"), 409, "monitor_stopped")

    def test_the_same_path_elsewhere_speaks_in_problems(self, local: TestClient) -> None:
        answer = local.get("/api/monitors/77")
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == "monitor_not_found"

    def test_failures_are_told_as_stale_and_write_nothing(
        self, runtime: Runtime, local: TestClient, clock: ManualClock
    ) -> None:
        number = made(local, interval="30s")
        read_once(runtime, follower_count=700)
        path = f"{PEOPLE}/user_history/{1000 + number}"
        assert local.get(path).json()["data"]["stale"] is False
        clock.advance(timedelta(seconds=46))
        now = clock.now()
        with runtime.database.writing() as db:
            found = [gauging.failed(one) for one in gauging.claim(db, now=now)]
            assert monitors.record_failures(db, found, now=now).written == (number,)
        monitors.caching.forget(runtime.cache, [(gauging.PERSON, str(1000 + number))])
        told = local.get(path).json()["data"]
        assert (told["stale"], len(told["history"])) == (True, 1)
        shown = local.get(f"/api/monitors/{number}").json()
        assert (shown["freshness"], shown["counts"]["follower_count"]) == ("stale", 700)
        assert shown["last_error"]["code"] == "source_unavailable"

    def test_parts_of_a_history_are_cut_out_of_what_is_kept(
        self, runtime: Runtime, local: TestClient, clock: ManualClock
    ) -> None:
        number = made(local, interval="30m")
        start = clock.now()
        with runtime.database.writing() as db:
            gauging.fill(db, number, list(range(1100)), start=start, step=timedelta(minutes=1))
        clock.advance(timedelta(minutes=1100))
        path = f"{PEOPLE}/user_history/{1000 + number}"

        def counts(**asked: Any) -> list[int]:
            answer = local.get(path, params=asked)
            assert answer.status_code == 200, answer.text
            return [row["follower_count"] for row in answer.json()["data"]["history"]]

        def minute(number: int) -> str:
            return (start + timedelta(minutes=number)).isoformat()

        assert counts() == list(range(1099, 99, -1))
        assert counts(limit=3) == [1099, 1098, 1097]
        assert counts(until=minute(500), limit=2) == [499, 498]
        assert counts(since=minute(1090)) == list(range(1099, 1089, -1))
        assert counts(since=minute(200), until=minute(203)) == [202, 201, 200]
        # Beyond what is kept.
        assert counts(until=minute(5)) == [4, 3, 2, 1, 0]
        assert counts(since=minute(99), until=minute(102)) == [101, 100, 99]


class TestPosts:
    @pytest.mark.parametrize(
        "url",
        [
            "https://www.instagram.com/p/CxYQJO8xuC6/",
            "https://instagram.com/reel/CxYQJO8xuC6?igsh=abc",
            "http://127.0.0.1:8900/tv/CxYQJO8xuC6",
            "instagram.com/somebody/p/CxYQJO8xuC6/",
            "CxYQJO8xuC6",
        ],
    )
    def test_a_post_is_found_by_its_url_or_its_shortcode(
        self, runtime: Runtime, local: TestClient, url: str
    ) -> None:
        body = {"post_url": url, "interval": "1h"}
        answer = local.post(f"{POSTS}/create_monitor_task", json=body)
        assert answer.status_code == 201, answer.text
        told = answer.json()["data"]
        assert (told["post_code"], told["status"]) == ("CxYQJO8xuC6", "active")
        path = f"{POSTS}/video_history/CxYQJO8xuC6"
        assert local.get(path).json()["data"]["history"] == []
        read_once(runtime, like_count=None, comment_count=4, play_count=900)
        (row,) = local.get(path).json()["data"]["history"]
        assert row == {
            "like_count": None,
            "comment_count": 4,
            "play_count": 900,
            "recorded_at": "2026-01-31T12:00:00.000000Z",
        }

    @pytest.mark.parametrize(
        "url",
        [
            "https://evil.example/p/CxYQJO8xuC6/",
            "https://www.instagram.com/explore/",
            "ftp://instagram.com/p/CxYQJO8xuC6",
            "https://instagram.com.evil.example/p/CxYQJO8xuC6",
            "http://[::1/p/x",
        ],
    )
    def test_what_leads_to_no_post_is_refused(self, local: TestClient, url: str) -> None:
        body = {"post_url": url, "interval": "1h"}
        error = refused(local.post(f"{POSTS}/create_monitor_task", json=body), 422, "invalid")
        assert error["errors"][0]["loc"] == ["post_url"]
