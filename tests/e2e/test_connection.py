"""The server goes away under an open page and comes back: the page says so, misses nothing and keeps its place."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.acceptance.product import Product, start
from tests.factories.staging import until

LOGIN = "quecreate"
SCROLLED = 700


@pytest.fixture
def expected_complaints() -> list[str]:
    return ["WebSocket", "ERR_CONNECTION_REFUSED", "Failed to load resource"]


def write_down(product: Product, username: str) -> None:
    entry = {
        "username": username, "action": "like", "timestamp": "2026-01-02T03:04:05Z", "account": LOGIN,
    }  # fmt: skip
    assert product.http.post("/save_interaction", json=entry).is_success


def indicator(page: Page, text: str, *, seconds: float = 30) -> None:
    button = page.get_by_role("button", name=re.compile(f"^{text}"))
    expect(button).to_be_visible(timeout=seconds * 1000)


class TestConnection:
    def test_the_page_says_that_it_is_gone_and_catches_up(
        self, page: Page, product: Product
    ) -> None:
        for number in range(60):
            write_down(product, f"person_{number}")
        accounts = page.context.new_page()
        accounts.goto("accounts")
        accounts.get_by_role("row", name=re.compile("test_account")).get_by_role("checkbox").check()
        expect(accounts.get_by_text("1 selected")).to_be_visible()
        page.goto("interactions?target=person_59")
        expect(page.get_by_role("gridcell", name="@person_59")).to_be_visible()
        page.goto(f"interactions?account={id_of(product)}")
        grid = page.locator(".MuiDataGrid-virtualScroller")
        expect(page.get_by_role("gridcell", name="@person_59")).to_be_visible()
        # Rows that are still being laid out end the way before.
        until(lambda: scrolled(grid) == SCROLLED, "the grid to be scrolled")
        page.evaluate("globalThis.isSamePage = true")
        indicator(page, "Live")

        product.process.kill()
        product.process.wait()
        until(lambda: not product.left(), "its processes to end", seconds=60)
        indicator(page, "Reconnecting")
        port = str(urlsplit(product.url).port)
        again = start(product.data_dir, more=("--port", port))
        try:
            assert again.url == product.url
            write_down(again, "who_came_meanwhile")
            paused = {"scope": "account", "name": LOGIN, "reason": "while you were away"}
            assert again.http.post("/api/pause", json=paused).is_success

            indicator(page, "Live", seconds=60)
            assert grid.evaluate("(element) => element.scrollTop") == SCROLLED
            expect(page.get_by_text("of 61")).to_be_visible(timeout=20_000)
            assert page.evaluate("globalThis.isSamePage") is True
            indicator(accounts, "Live", seconds=60)
            expect(accounts.get_by_text("1 selected")).to_be_visible()
            row = accounts.get_by_role("row", name=re.compile(LOGIN))
            expect(row.get_by_text("Paused")).to_be_visible(timeout=20_000)
        finally:
            accounts.close()
            page.goto("about:blank")
            again.end()


def scrolled(grid: Locator) -> int:
    found: int = grid.evaluate(f"(it) => {{ it.scrollTo(0, {SCROLLED}); return it.scrollTop }}")
    return found


def id_of(product: Product) -> int:
    found: int = product.http.get(f"/api/accounts?search={LOGIN}").json()["items"][0]["id"]
    return found
