"""A session in a browser: started, watched while it works, and stopped."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.acceptance.product import Product

LOGIN = "test_account"


class TestSession:
    def test_it_is_started_watched_and_stopped(self, page: Page, product: Product) -> None:
        page.goto("sessions")
        page.get_by_role("button", name="Start session").click()
        dialog = page.get_by_role("dialog", name="Start a session")
        dialog.get_by_role("combobox", name="Account").fill(LOGIN)
        page.get_by_role("option", name=LOGIN).click()
        dialog.get_by_role("button", name="Start session").click()
        expect(dialog).to_be_hidden(timeout=30_000)

        card = page.get_by_role("article", name=f"Session of {LOGIN}")
        expect(card.get_by_text("Running", exact=True)).to_be_visible(timeout=30_000)
        # Counters move on without a reload: the mark would be gone after one.
        page.evaluate("globalThis.isSamePage = true")
        done = card.get_by_label(f"Counters of {LOGIN}").locator("dd").first
        expect(done).to_have_text(re.compile(r"^[1-9]"), timeout=60_000)
        seen = done.inner_text()
        expect(done).not_to_have_text(seen, timeout=60_000)

        card.get_by_role("button", name=f"Stop {LOGIN}").click()
        expect(
            card.get_by_role("button", name=re.compile("Asked to stop|Stopping"))
        ).to_be_visible()
        expect(card.get_by_text("Stopped", exact=True)).to_be_visible(timeout=40_000)
        assert page.evaluate("globalThis.isSamePage") is True
        assert product.session_of(LOGIN)["status"] == "stopped"

        card.get_by_role("link", name="Details").click()
        expect(page.get_by_role("heading", name="How it ended")).to_be_visible()
        page.get_by_role("button", name="Error report").click()
        report = page.get_by_label("Report", exact=True)
        expect(report).to_contain_text(product.session_of(LOGIN)["session_id"])

    def test_a_refusal_says_why(
        self, page: Page, product: Product, expected_complaints: list[str]
    ) -> None:
        # The browser tells of every answer that is an error.
        expected_complaints.append("409")
        login = "quecreate"
        paused = {"scope": "account", "name": login, "reason": "a test"}
        assert product.http.post("/api/pause", json=paused).is_success
        page.goto("sessions")
        page.get_by_role("button", name="Start session").click()
        dialog = page.get_by_role("dialog", name="Start a session")
        dialog.get_by_role("combobox", name="Account").fill(login)
        page.get_by_role("option", name=login).click()
        dialog.get_by_role("button", name="Start session").click()

        expect(dialog.get_by_role("alert")).to_contain_text("paused")
        assert product.http.post("/api/resume", json=paused).is_success
