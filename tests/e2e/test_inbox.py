"""A person settles what nobody else can: the inbox in a browser, from the fault to the ledger."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.product import IDLE_LOGINS, Product
from tests.factories.staging import until


@pytest.fixture(scope="module")
def unknown_views(product: Product) -> list[dict[str, Any]]:
    """Stories whose answer was lost after they had been watched: nothing can be read back."""
    login = next(
        one["account"]
        for one in product.http.get("/accounts").json()
        if one["account"] not in IDLE_LOGINS
        and product.session_of(one["account"])["status"] == "stopped"
    )
    plan = {"stories-percentage": 100, "likes-percentage": 0, "view-interval": 0}
    assert product.http.put(f"/account_config/{login}", json={"set": plan}).is_success
    with product.sandgram() as control:
        control.post("/faults", json={"kind": "reset_after", "action": "view", "count": 2})
    assert product.http.post("/start_session", json={"account": login}).is_success

    def items() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = product.http.get("/api/inbox").json()["items"]
        return found

    until(lambda: len(items()) >= 2, "two unknown outcomes in the inbox", seconds=60)
    assert product.http.post("/stop_session", json={"account": login}).is_success
    return items()


class TestInbox:
    def test_an_item_is_settled_with_the_keyboard_and_the_ledger_follows(
        self, page: Page, product: Product, unknown_views: list[dict[str, Any]]
    ) -> None:
        item = unknown_views[0]
        page.goto("inbox")
        waiting = page.get_by_role("list", name="Items")
        expect(waiting.get_by_text(item["title"])).to_be_visible()
        expect(page.get_by_role("heading", name=item["title"])).to_be_visible()

        page.keyboard.press("1")
        expect(page.get_by_role("radio", name=re.compile("It happened"))).to_be_checked()
        page.keyboard.press("Enter")

        expect(page.get_by_text(f"Settled: {item['title']}")).to_be_visible()
        expect(waiting.get_by_text(item["title"])).to_be_hidden()
        expect(page.get_by_role("heading", name=unknown_views[1]["title"])).to_be_visible()
        attempt = product.http.get(f"/api/attempts/{item['subject_id']}").json()
        assert (attempt["state"], attempt["settled_by"]) == ("confirmed", "operator")

        page.get_by_role("tab", name="Done").click()
        expect(page.get_by_role("list", name="Items").get_by_text(item["title"])).to_be_visible()

    def test_an_item_that_somebody_else_has_is_taken_over_first(
        self, page: Page, product: Product, unknown_views: list[dict[str, Any]]
    ) -> None:
        item = unknown_views[1]
        token = product.http.post("/api/tokens", json={"name": "ben", "role": "operator"}).json()[
            "token"
        ]
        page.goto(f"inbox?open={item['id']}")
        expect(page.get_by_role("heading", name=item["title"])).to_be_visible()
        taken = product.http.post(
            f"/api/inbox/{item['id']}/claim", json={}, headers={"Authorization": f"Bearer {token}"}
        )
        assert taken.is_success

        # Nobody reloads: the claim comes over the live connection.
        expect(page.get_by_text("token:ben is at it")).to_be_visible()
        expect(page.get_by_role("radio", name=re.compile("It happened"))).to_be_disabled()
        page.keyboard.press("c")
        expect(page.get_by_text("You have taken it over.")).to_be_visible()
        expect(page.get_by_role("radio", name=re.compile("It happened"))).to_be_enabled()
