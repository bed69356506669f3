"""Countdowns and errors of accounts in a browser."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.acceptance.product import Product
from tests.factories.staging import until

LOGIN = "test_account"
CLOCK = re.compile(r"^\d+:\d\d$")


class TestStates:
    def test_a_countdown_ticks_and_ends(self, page: Page, product: Product) -> None:
        assert product.http.put("/api/settings", json={"rate_limit_steps": [20]}).is_success
        with product.sandgram() as control:
            storm = {"kind": "rate_limit_429", "account": LOGIN, "action": "like", "count": 1}
            assert control.post("/faults", json=storm).is_success
        assert product.http.post("/start_session", json={"account": LOGIN}).is_success
        until(lambda: state_of(product)["backoff_until"] is not None, "a backoff", seconds=60)

        page.goto("states?state=warning")
        row = page.get_by_role("row", name=re.compile(LOGIN))
        left = row.get_by_role("timer")
        expect(left).to_have_text(CLOCK)
        seen = left.inner_text()
        expect(left).not_to_have_text(seen, timeout=5_000)
        expect(row.get_by_text(CLOCK)).to_be_hidden(timeout=40_000)

        row.get_by_role("button", name=f"Errors of {LOGIN}").click()
        errors = page.get_by_role("dialog").get_by_role("list", name="Errors")
        expect(errors.get_by_role("listitem").first).to_contain_text("Rate limit, answered, like")
        page.keyboard.press("Escape")
        row.get_by_role("button", name=f"Pause {LOGIN}").click()
        expect(row.get_by_text("Paused")).to_be_visible(timeout=15_000)
        page.get_by_role("button", name="Undo").click()
        expect(row.get_by_text("Paused")).to_be_hidden(timeout=15_000)


def state_of(product: Product) -> dict[str, object]:
    items = product.http.get("/api/accounts/states?limit=1000").json()["items"]
    found: dict[str, object] = next(one for one in items if one["account"] == LOGIN)
    return found
