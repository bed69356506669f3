"""
Two hundred monitors of a world that moves six hundred times as fast as ours, on the product as its user has it.

The long run takes ten minutes, the short one two.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from retinue.foundation.clock import SystemClock
from tests.acceptance.product import Product, start
from tests.factories.comparing import check, subjects
from tests.factories.staging import until

IS_LONG = os.environ.get("RETINUE_CHAOS") == "long"
PEOPLE, POSTS = 180, 20
INTERVAL = 30
SECONDS = 600 if IS_LONG else 120
OUTAGE = 75
QUIET = 45
RATE = 20

pytestmark = [pytest.mark.slow, pytest.mark.timeout(SECONDS + 600)]
clock = SystemClock()


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    running = start(tmp_path_factory.mktemp("watching") / "data")
    try:
        yield running
    finally:
        running.end()


@pytest.fixture(scope="module")
def control(product: Product) -> Iterator[httpx2.Client]:
    with product.sandgram() as client:
        client.post("/clock", json={"factor": 600}).raise_for_status()
        client.patch("/tikhub", json={"rate": 2 * RATE}).raise_for_status()
        yield client


def test_charts_follow_the_world_and_nobody_is_told_an_old_number_as_a_new_one(
    product: Product, control: httpx2.Client
) -> None:
    http = product.http
    settings = http.get("/api/settings").json()
    wanted = {**settings["monitors"], "requests_per_second": RATE}
    http.put("/api/settings", json={"monitors": wanted}).raise_for_status()
    ids = [
        watch(http, kind, name)
        for kind, number in (("influencer", PEOPLE), ("post", POSTS))
        for name in subjects(control, kind, number)
    ]
    assert len(set(ids)) == PEOPLE + POSTS
    begun = clock.monotonic()
    clock.sleep(SECONDS / 2)
    assert len(readings(product)) >= (SECONDS / 2 / INTERVAL - 1) * len(ids)
    assert open_alerts(http) == []

    busiest = through_an_outage(product, control)
    through_a_pause(product, ids)
    clock.sleep(max(0.0, SECONDS - (clock.monotonic() - begun)))
    act(http, "stop", ids)
    clock.sleep(2)
    stopped = len(readings(product))
    clock.sleep(INTERVAL + 5)
    assert len(readings(product)) == stopped

    rows = readings(product)
    held = rows[:: max(1, len(rows) // 400)]
    for kind, name, counts, at in held:
        asked = {"username": name} if kind == "influencer" else {"post": name}
        check(control, asked, counts, at)
    seen = {"readings": len(rows), "held_against_the_oracle": len(held), "busiest_second": busiest}
    print(json.dumps({**seen, "seconds": round(clock.monotonic() - begun)}))


def through_an_outage(product: Product, control: httpx2.Client) -> int:
    """Everybody is told; nobody is told wrong. Answers the most readings of one second afterwards."""
    http = product.http
    fault = control.post("/faults", json={"kind": "server_error", "surface": "tikhub"})
    assert fault.status_code == 201, fault.text
    clock.sleep(OUTAGE)
    page = http.get("/api/monitors", params={"limit": 1000}).json()
    assert {one["freshness"] for one in page["items"]} == {"stale"}
    assert open_alerts(http) == ["source_down"]
    dark_since = clock.now()
    before = len(readings(product))
    clock.sleep(5)
    assert len(readings(product)) == before, "no row of what was not read"

    control.delete("/faults").raise_for_status()
    back_at = clock.now()
    until(
        lambda: all(one["freshness"] == "fresh" for one in listed(http)),
        "everything read again",
        seconds=INTERVAL * 12,
    )
    assert open_alerts(http) == []
    after = [at for _, _, _, at in readings(product) if at > back_at]
    a_second = Counter(int((at - back_at).total_seconds()) for at in after)
    assert max(a_second.values()) <= 2 * RATE, "they come back one after another"
    assert not [at for _, _, _, at in readings(product) if dark_since < at < back_at]
    return max(a_second.values())


def through_a_pause(product: Product, ids: list[int]) -> None:
    http = product.http
    act(http, "pause", ids)
    clock.sleep(5)
    paused = len(readings(product))
    clock.sleep(QUIET)
    assert len(readings(product)) == paused
    act(http, "resume", ids)
    until(lambda: len(readings(product)) >= paused + len(ids) / 2, "readings again", seconds=120)


def watch(http: httpx2.Client, kind: str, name: str) -> int:
    answer = http.post(
        "/api/monitors", json={"kind": kind, "subject": name, "interval": f"{INTERVAL}s"}
    )
    assert answer.status_code == 201, answer.text
    number: int = answer.json()["id"]
    return number


def act(http: httpx2.Client, action: str, ids: list[int]) -> None:
    answer = http.post("/api/monitors/bulk", json={"action": action, "ids": ids})
    assert answer.json()["changed"] == len(ids), answer.text


def listed(http: httpx2.Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = http.get("/api/monitors", params={"limit": 1000}).json()["items"]
    return found


def open_alerts(http: httpx2.Client) -> list[str]:
    items = http.get("/api/alerts", params={"state": "open"}).json()["items"]
    return [one["kind"] for one in items if one["kind"] != "anomaly"]


def readings(product: Product) -> list[tuple[str, str, dict[str, int | None], datetime]]:
    """Kind, subject, counts, and when it was read: straight from the database file."""
    people = product.rows(
        "SELECT 'influencer', m.subject, h.follower_count, h.following_count, h.post_count,"
        " h.recorded_at FROM influencer_metrics_history h JOIN monitors m ON m.id = h.monitor_id"
    )
    posts = product.rows(
        "SELECT 'post', m.subject, h.like_count, h.comment_count, h.play_count,"
        " h.recorded_at FROM post_metrics_history h JOIN monitors m ON m.id = h.monitor_id"
    )
    names = {
        "influencer": ("follower_count", "following_count", "post_count"),
        "post": ("like_count", "comment_count", "play_count"),
    }
    return [
        (kind, name, dict(zip(names[kind], counts, strict=True)), moment(at))
        for kind, name, *counts, at in (*people, *posts)
    ]


def moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
