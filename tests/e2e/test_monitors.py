"""People and posts are watched, read, compared, paused and stopped, and nobody is shown an old number as a new one."""

from __future__ import annotations

import csv
import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.acceptance.product import Product
from tests.e2e.watching import Watched
from tests.factories.staging import until

PEOPLE = ("harbour_lights", "tidepool_diary")


@pytest.fixture(scope="module")
def watched(product: Product) -> dict[str, int]:
    """Two people that were read at least once, by their names."""
    ids: dict[str, int] = {}
    for name in PEOPLE:
        wanted = {"kind": "influencer", "subject": name, "interval": "30s"}
        answer = product.http.post("/api/monitors", json=wanted)
        assert answer.is_success, answer.text
        ids[name] = answer.json()["id"]
    for one in ids.values():
        until(partial(is_read, product, one), "a reading", seconds=30)
    return ids


def read(product: Product, monitor_id: int) -> dict[str, Any]:
    found: dict[str, Any] = product.http.get(f"/api/monitors/{monitor_id}").json()
    return found


def is_read(product: Product, monitor_id: int) -> bool:
    return read(product, monitor_id)["last_success_at"] is not None


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("grid", name="Monitors").get_by_role("row").filter(has_text=name)


class TestCreate:
    def test_the_first_one_is_made_from_the_empty_list_and_its_numbers_come_by_themselves(
        self, page: Page
    ) -> None:
        page.goto("monitors")
        page.get_by_role("button", name="Watch the first").click()
        dialog = page.get_by_role("dialog", name="Watch a person or a post")
        dialog.get_by_role("button", name="Watch person").click()
        expect(dialog.get_by_text("Say who or what.")).to_be_visible()
        dialog.get_by_label("Handle or address").fill("https://www.instagram.com/p/CxYQJO8xuC6/")
        dialog.get_by_role("button", name="Watch post").click()

        expect(dialog).to_be_hidden()
        # Nobody reloads: the reading comes over the live connection.
        expect(row(page, "CxYQJO8xuC6")).to_contain_text(re.compile(r"\d likes"))
        expect(row(page, "CxYQJO8xuC6")).to_contain_text("TikHub")

    def test_whom_one_watches_already_is_said_in_the_form(
        self, page: Page, watched: dict[str, int], expected_complaints: list[str]
    ) -> None:
        expected_complaints.append("409")
        page.goto("monitors?create=harbour_lights")
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("button", name="Watch person").click()

        expect(dialog.get_by_role("alert")).to_contain_text("is monitored already")
        assert Watched(page, home="").barriers() == []


class TestMonitor:
    def test_its_numbers_say_their_source_and_the_table_has_what_the_chart_shows(
        self, page: Page, product: Product, watched: dict[str, int], tmp_path: Path
    ) -> None:
        monitor_id = watched["harbour_lights"]
        page.goto(f"monitors/{monitor_id}")
        expect(page.get_by_role("heading", level=1)).to_have_text("@harbour_lights")
        numbers = page.get_by_role("region", name="Numbers")
        expect(numbers).to_contain_text("TikHub")
        expect(
            page.get_by_role("img", name=re.compile("^Followers of @harbour_lights"))
        ).to_be_visible()
        counts = read(product, monitor_id)["counts"]
        table = page.get_by_role("table", name="Readings")
        expect(table.get_by_role("row").last).to_contain_text(str(counts["following_count"]))

        page.get_by_role("button", name="7 d", exact=True).click()
        expect(page).to_have_url(re.compile("range=7d"))
        page.get_by_role("combobox", name="Which count").click()
        page.get_by_role("option", name="Posts").click()
        expect(table.get_by_role("columnheader", name="Change of posts")).to_be_visible()
        with page.expect_download() as download:
            page.get_by_role("button", name="Export").click()
            page.get_by_role("menuitem", name="Numbers as CSV").click()
        saved = tmp_path / "history.csv"
        download.value.save_as(saved)
        rows = list(csv.DictReader(saved.read_text(encoding="utf-8").splitlines()))
        assert {one["source"] for one in rows} == {"tikhub"}

    def test_it_is_paused_resumed_and_stopped_and_each_can_be_taken_back(
        self, page: Page, product: Product, watched: dict[str, int]
    ) -> None:
        monitor_id = watched["tidepool_diary"]
        page.goto(f"monitors/{monitor_id}")
        page.get_by_role("button", name="Pause", exact=True).click()
        expect(page.get_by_text("@tidepool_diary is paused.")).to_be_visible()
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
        assert read(product, monitor_id)["status"] == "active"

        page.get_by_role("button", name="Stop", exact=True).click()
        page.get_by_role("button", name="Watch again").click()
        expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
        assert read(product, monitor_id)["status"] == "active"


class TestMany:
    def test_they_are_paused_and_resumed_together(
        self, page: Page, product: Product, watched: dict[str, int]
    ) -> None:
        page.goto("monitors?kind=influencer")
        expect(row(page, "harbour_lights")).to_contain_text("Active")
        page.get_by_role("checkbox", name="Select all rows").check()
        page.get_by_role("toolbar").get_by_role("button", name="Pause").click()

        expect(page.get_by_text("2 monitors are paused.")).to_be_visible()
        expect(row(page, "harbour_lights")).to_contain_text("Paused")
        page.get_by_role("checkbox", name="Select all rows").check()
        page.get_by_role("toolbar").get_by_role("button", name="Resume").click()
        expect(row(page, "tidepool_diary")).to_contain_text("Active")

    def test_they_are_laid_side_by_side(self, page: Page, watched: dict[str, int]) -> None:
        page.goto("monitors?kind=influencer")
        page.get_by_role("checkbox", name="Select all rows").check()
        page.get_by_role("toolbar").get_by_role("link", name="Compare").click()

        expect(page.get_by_role("img", name=re.compile("^Followers of @"))).to_be_visible()
        table = page.get_by_role("table", name="Comparison")
        for name in PEOPLE:
            expect(table.get_by_role("row", name=f"@{name}")).to_contain_text("TikHub")
        page.get_by_role("button", name="Change in %").click()
        expect(page).to_have_url(re.compile("as=percent"))


class TestStale:
    def test_a_source_that_is_away_marks_the_numbers_and_keeps_them(
        self, page: Page, product: Product, watched: dict[str, int]
    ) -> None:
        monitor_id = watched["harbour_lights"]
        before = read(product, monitor_id)["counts"]["follower_count"]
        page.goto(f"monitors/{monitor_id}")
        expect(page.get_by_role("region", name="Numbers")).to_contain_text("TikHub")
        with product.sandgram() as control:
            control.post("/faults", json={"kind": "server_error", "surface": "tikhub"})
        # What is resumed is due at once.
        for action in ("pause", "resume"):
            order = {"action": action, "ids": [monitor_id]}
            assert product.http.post("/api/monitors/bulk", json=order).is_success

        expect(page.get_by_role("region", name="Numbers").get_by_text("Stale").first).to_be_visible(
            timeout=60_000
        )
        expect(page.get_by_role("region", name="Numbers")).to_contain_text(f"{before:,}")
        expect(page.get_by_text("the numbers below are the last that were read")).to_be_visible()
