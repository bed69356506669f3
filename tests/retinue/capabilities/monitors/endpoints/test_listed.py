from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

from starlette.testclient import TestClient

from retinue.capabilities.monitors import service as monitors
from retinue.foundation.clock import ManualClock
from retinue.foundation.runtime import Runtime
from tests.factories import gauging
from tests.retinue.capabilities.monitors.endpoints.asking import PEOPLE, made, read_once


class TestFiles:
    def test_what_is_not_known_is_empty_in_csv_null_in_json_and_a_gap_in_a_chart(
        self, runtime: Runtime, local: TestClient, clock: ManualClock
    ) -> None:
        number = made(local)
        with runtime.database.writing() as db:
            values = [10, 20, None, 40, 50]
            gauging.fill(db, number, values, start=clock.now(), step=timedelta(minutes=30))
        for path in (f"{PEOPLE}/user_history/{1000 + number}", f"/api/monitors/{number}/history"):
            text = local.get(path, headers={"Accept": "text/csv"})
            assert text.headers["content-type"].startswith("text/csv")
            rows = list(csv.DictReader(io.StringIO(text.text)))
            assert [row["follower_count"] for row in rows] == ["50", "40", "", "20", "10"]
            assert {row["following_count"] for row in rows} == {""}
            svg = local.get(path, headers={"Accept": "image/svg+xml;q=0.9, image/png;q=0.1"})
            assert svg.headers["content-type"].startswith("image/svg+xml")
            root = ET.fromstring(svg.text)
            space = "{http://www.w3.org/2000/svg}"
            assert root.findtext(f"{space}title") == "Followers of instagram"
            assert "4 readings" in (root.findtext(f"{space}desc") or "")
            drawn = [one for one in root.iter(f"{space}path") if one.get("stroke-width") == "2"]
            assert len(drawn) == 2
            png = local.get(path, headers={"Accept": "image/png"})
            assert png.content.startswith(b"\x89PNG")
        answer = local.get(
            f"/api/monitors/{number}/history?metric=like_count", headers={"Accept": "image/png"}
        )
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


class TestListed:
    def test_monitors_are_filtered_sorted_and_paged(
        self, runtime: Runtime, local: TestClient, clock: ManualClock
    ) -> None:
        numbers = [made(local, name) for name in ("otter", "heron", "adder", "stoat")]
        local.post(
            "/api/monitors", json={"kind": "post", "subject": "CxYQJO8xuC6", "interval": "1d"}
        )
        read_once(runtime, follower_count=5)
        seen: list[str] = []
        for by in ("created", "due", "subject"):
            asked: dict[str, Any] = {"limit": 2, "sort_by": by, "sort_order": "asc"}
            seen.clear()
            while True:
                page = local.get("/api/monitors", params=asked).json()
                assert page["total"] == 5
                seen += [item["subject"] for item in page["items"]]
                if page["next_cursor"] is None:
                    break
                asked["cursor"] = page["next_cursor"]
            assert len(set(seen)) == len(seen) == 5
        assert seen == sorted(seen)
        local.post(f"{PEOPLE}/pause_task/{numbers[0]}")

        def found(**asked: Any) -> list[str]:
            items = local.get(
                "/api/monitors", params={**asked, "sort_by": "subject", "sort_order": "asc"}
            ).json()["items"]
            return [item["subject"] for item in items]

        assert found(kind="post") == ["CxYQJO8xuC6"]
        assert found(status="paused") == ["otter"]
        assert found(q="ER") == ["adder", "heron", "otter"]
        assert found(stale="true") == found(due="true") == []
        clock.advance(timedelta(hours=2))
        assert found(stale="true") == ["adder", "heron", "otter", "stoat"]
        assert found(due="true") == ["adder", "heron", "stoat"]
        assert local.get("/api/monitors?cursor=x").status_code == 422

    def test_many_are_paused_resumed_and_stopped_at_once(self, local: TestClient) -> None:
        numbers = [made(local, name) for name in ("otter", "heron", "adder")]
        ask = {"action": "pause", "ids": [*numbers, 99], "dry_run": True}
        told = local.post("/api/monitors/bulk", json=ask).json()
        assert (told["changed"], told["refused"], told["rows"][0]["outcome"]) == (3, 1, "not_found")
        assert local.get(f"/api/monitors/{numbers[0]}").json()["status"] == "active"
        local.post("/api/monitors/bulk", json={**ask, "dry_run": False})
        assert local.get(f"/api/monitors/{numbers[0]}").json()["status"] == "paused"
        told = local.post(
            "/api/monitors/bulk", json={"action": "stop", "filter": {"q": "er"}}
        ).json()
        assert told["changed"] == 3
        told = local.post("/api/monitors/bulk", json={"action": "resume", "ids": numbers}).json()
        assert (told["refused"], told["changed"]) == (3, 0)
        assert local.post("/api/monitors/bulk", json={"action": "stop"}).status_code == 422

    def test_an_interval_and_a_source_are_changed(self, local: TestClient) -> None:
        number = made(local)
        change = {"interval": "7d", "source": "graph"}
        told = local.patch(f"/api/monitors/{number}", json=change).json()
        assert (told["interval"], told["source"]) == ("7d", "graph")
        told = local.patch(f"/api/monitors/{number}", json={"source": None}).json()
        assert (told["interval"], told["source"]) == ("7d", None)

    def test_numbers_are_compared_summed_and_followed(
        self, runtime: Runtime, local: TestClient, clock: ManualClock
    ) -> None:
        one, two = made(local, "otter"), made(local, "heron")
        start = clock.now()
        with runtime.database.writing() as db:
            gauging.fill(db, one, [100, 110, None, 130], start=start, step=timedelta(hours=1))
            gauging.fill(db, two, [1000, 900], start=start, step=timedelta(hours=3))
        clock.advance(timedelta(hours=4))
        asked: dict[str, Any] = {"ids": [one, two], "metric": "follower_count"}
        told = local.get("/api/monitors/compare", params=asked).json()
        assert [(item["percent"], item["n"]) for item in told["items"]] == [(30.0, 3), (-10.0, 2)]
        told = local.get(f"/api/monitors/{one}/rollups", params={"bucket": "day"}).json()
        (day,) = told["items"]
        assert (day["min"], day["max"], day["first"], day["last"], day["count"]) == (
            100,
            130,
            100,
            130,
            3,
        )
        told = local.get(f"/api/monitors/{one}/figures").json()
        (growth,) = told["growth_24h"]
        assert (growth["change"], growth["percent"], growth["n"]) == (30, 30.0, 3)


class TestSources:
    def test_a_key_is_sealed_and_never_shown(self, runtime: Runtime, local: TestClient) -> None:
        told = {one["source"]: one for one in local.get("/api/monitors/sources").json()}
        assert (told["tikhub"]["is_sandgram"], told["tikhub"]["problem"]) == (True, None)
        key = "tk-very-secret-key"
        assert local.put("/api/monitors/sources/tikhub/key", json={"key": key}).status_code == 204
        shown = local.get("/api/monitors/sources").text
        assert key not in shown
        with runtime.database.reading() as db:
            opened = monitors.connection(db, runtime)
        assert opened is not None
        assert (opened.key, opened.base_url) == (key, "http://127.0.0.1:8900/tikhub")
        assert key not in repr(opened)
        assert local.delete("/api/monitors/sources/tikhub/key").status_code == 204
        assert local.delete("/api/monitors/sources/tikhub/key").status_code == 404

    def test_what_is_spent_is_told(self, local: TestClient) -> None:
        told = local.get("/api/monitors/spend").json()
        assert (told["month"], told["spent"], told["limit"]) == ("2026-01", 0.0, None)
