"""The log in a browser: filtered, exported, explained, and what is unknown settled."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.product import Product
from tests.factories.staging import until

LOGIN = "test_account"


@pytest.fixture(scope="module")
def account_id(product: Product) -> int:
    """An account whose second session meets people of its first; one like's answer was lost."""
    with product.sandgram() as control:
        lost = {"kind": "reset_after", "action": "like", "account": LOGIN, "after": 2, "count": 1}
        assert control.post("/faults", json=lost).is_success
    assert product.http.post("/start_session", json={"account": LOGIN}).is_success
    until(lambda: count(product, "success") >= 4, "likes", seconds=90)
    until(lambda: count(product, "unknown") >= 1, "a like without an answer", seconds=90)
    assert product.http.post("/stop_session", json={"account": LOGIN}).is_success
    assert product.http.post("/start_session", json={"account": LOGIN}).is_success
    until(lambda: count(product, "dedupe_hit") >= 1, "a dedupe hit", seconds=90)
    assert product.http.post("/stop_session", json={"account": LOGIN}).is_success
    found: int = product.http.get(f"/api/accounts?search={LOGIN}").json()["items"][0]["id"]
    return found


def count(product: Product, status: str) -> int:
    asked: dict[str, str | int] = {"status": status, "limit": 1000}
    page = product.http.get("/api/interactions/events", params=asked)
    return sum(one["account"] == LOGIN for one in page.json()["items"])


class TestLog:
    def test_the_file_holds_exactly_the_filtered_rows(
        self, page: Page, product: Product, account_id: int, tmp_path: Path
    ) -> None:
        page.goto(f"interactions?account={account_id}")
        page.get_by_role("button", name="Status").click()
        page.get_by_role("menuitemradio", name="Success").click()
        expect(page.get_by_role("button", name="Status: Success")).to_be_visible()

        page.get_by_role("button", name="Export").click()
        with page.expect_download() as waiting:
            page.get_by_role("menuitem", name="CSV").click()
        path = tmp_path / "events.csv"
        waiting.value.save_as(path)

        asked: dict[str, str | int] = {
            "account_id": account_id,
            "status": "success",
            "limit": 1000,
        }
        there = product.http.get("/api/interactions/events", params=asked).json()["items"]
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert {int(row["id"]) for row in rows} == {event["id"] for event in there}
        assert len(rows) == len(there) > 0

    def test_the_drawer_explains_a_dedupe_hit(self, page: Page, account_id: int) -> None:
        page.goto(f"interactions?account={account_id}&status=dedupe_hit")
        page.get_by_role("gridcell", name="Done before").first.click()

        drawer = page.get_by_role("dialog")
        decision = drawer.get_by_role("region", name="Decision")
        said = "Skipped: Engaged before by this account"
        expect(decision.get_by_role("heading", name=said)).to_be_visible()
        rules = decision.get_by_role("listitem")
        # By whichever of the two sessions' acts came first.
        expect(rules.last).to_contain_text(re.compile(r"@\S+ has had a (like|follow) already"))
        expect(rules.last.get_by_role("img", name="Stopped")).to_be_attached()
        page.keyboard.press("Escape")
        expect(drawer).to_be_hidden()


class TestUnknown:
    def test_a_person_settles_it(self, page: Page, product: Product, account_id: int) -> None:
        page.goto(f"interactions/unknown?account={account_id}")
        page.get_by_role("gridcell", name="Like").first.click()
        drawer = page.get_by_role("dialog")
        (attempt,) = product.http.get("/api/attempts?state=unknown").json()["items"]
        drawer.get_by_role("button", name="Settle").click()
        question = page.get_by_role("dialog", name="Did the like of")
        question.get_by_role("radio", name="Yes").check()
        question.get_by_label("What was seen, and where").fill("Seen in the app.")
        question.get_by_role("button", name="Settle").click()

        expect(page.get_by_text("counts as done")).to_be_visible()
        expect(page.get_by_text("Nothing matches these filters.")).to_be_visible()
        settled = product.http.get(f"/api/attempts/{attempt['id']}").json()
        assert (settled["state"], settled["settled_by"]) == ("confirmed", "operator")


class TestDoNotContact:
    def test_a_person_is_added_and_taken_off_again(self, page: Page) -> None:
        page.goto("interactions/do-not-contact")
        page.get_by_role("button", name="Add person").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Handle, or its SHA-256").fill("@slow_tram")
        dialog.get_by_label("Reason").fill("asked us to")
        dialog.get_by_role("button", name="Add person").click()
        row = page.get_by_role("gridcell", name="@slow_tram", exact=True)
        expect(row).to_be_visible()

        page.get_by_role("button", name="Take @slow_tram off the list").click()
        expect(row).to_be_hidden()
        page.get_by_role("button", name="Undo").click()
        expect(row).to_be_visible()
