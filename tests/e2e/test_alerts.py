"""What has gone wrong is shown once, seen by somebody, and told to those who want to be told."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.product import Product
from tests.e2e.watching import Watched
from tests.factories.staging import until


@pytest.fixture(scope="module")
def alert(product: Product) -> dict[str, Any]:
    """The source of metrics refuses its key."""
    product.http.put("/api/monitors/sources/tikhub/key", json={"key": "not-the-right-one"})
    wanted = {"kind": "influencer", "subject": "instagram", "interval": "30s"}
    assert product.http.post("/api/monitors", json=wanted).is_success

    def alerts() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = product.http.get("/api/alerts").json()["items"]
        return found

    until(lambda: len(alerts()) == 1, "the alert", seconds=30)
    return alerts()[0]


class TestChannels:
    def test_one_is_added_tried_switched_off_and_removed_and_its_url_is_never_shown(
        self, page: Page, product: Product, expected_complaints: list[str]
    ) -> None:
        expected_complaints.append("422")
        page.goto("alerts/channels")
        page.get_by_role("button", name="Add channel").click()
        dialog = page.get_by_role("dialog", name="Add a channel")
        dialog.get_by_label("Name").fill("operations")
        dialog.get_by_label("Apprise URL").fill("slack://token-a/token-b/token-c")
        dialog.get_by_role("button", name="Add channel").click()
        expect(dialog.get_by_text("leads out of this machine")).to_be_visible()
        dialog.get_by_label("Apprise URL").fill("json://127.0.0.1:9/a-secret-path")
        dialog.get_by_role("button", name="Add channel").click()

        channel = page.get_by_role("table", name="Channels").get_by_role("row", name="operations")
        expect(channel).to_contain_text("Warnings and critical")
        channel.get_by_role("button", name="Change").click()
        dialog = page.get_by_role("dialog", name="Change operations")
        expect(dialog.get_by_label("Another Apprise URL")).to_have_value("")
        dialog.get_by_role("button", name="Keep changes").click()
        expect(dialog).to_be_hidden()
        channel.get_by_role("switch").click()
        expect(page.get_by_text("No alerts go to operations any more.")).to_be_visible()
        assert "a-secret-path" not in page.content()

        channel.get_by_role("button", name="Remove operations").click()
        page.get_by_role("dialog").get_by_role("button", name="Remove channel").click()
        expect(page.get_by_text("Nobody is told yet.")).to_be_visible()


class TestAlerts:
    def test_it_counts_in_the_navigation_until_somebody_has_seen_it(
        self, page: Page, product: Product, alert: dict[str, Any]
    ) -> None:
        page.goto("alerts")
        link = page.get_by_role("navigation", name="Main").get_by_role("link", name="Alerts")
        expect(link.get_by_label("1 open")).to_be_visible()
        grid = page.get_by_role("grid", name="Alerts")
        expect(grid.get_by_text(alert["message"])).to_be_visible()
        page.get_by_role("checkbox", name="Select all rows").check()
        page.get_by_role("toolbar").get_by_role("button", name="Acknowledge").click()

        expect(page.get_by_text("1 alert acknowledged.")).to_be_visible()
        expect(grid.get_by_text("Acknowledged")).to_be_visible()
        expect(link.get_by_label("1 open")).to_have_count(0)
        seen = product.http.get(f"/api/alerts/{alert['id']}").json()
        assert seen["state"] == "acknowledged"

    def test_it_says_what_ends_it_and_leads_there(
        self, page: Page, product: Product, alert: dict[str, Any]
    ) -> None:
        page.goto(f"alerts?open={alert['id']}")
        drawer = page.get_by_role("dialog", name="Key refused")
        expect(drawer).to_contain_text("after the key was changed")
        expect(drawer).to_contain_text("no channel takes an alert of this severity")
        assert Watched(page, home=product.url).barriers() == []
        drawer.get_by_role("link", name=re.compile("Source tikhub")).click()

        expect(page).to_have_url(re.compile("monitors/sources"))
        source = page.get_by_role("region", name="TikHub")
        source.get_by_role("button", name="Change key").click()
        dialog = page.get_by_role("dialog", name="Key of TikHub")
        dialog.get_by_label("Key").fill("sandgram-tikhub-key")
        dialog.get_by_role("button", name="Keep key").click()
        expect(page.get_by_text("The key of TikHub is kept.")).to_be_visible()
