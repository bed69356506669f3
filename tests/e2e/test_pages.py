"""Every page opens by its address, without a complaint of the browser (see conftest)."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.product import Product

PAGES = (
    "Overview",
    "Accounts",
    "Sessions",
    "Tasks",
    "Queue",
    "Interactions",
    "Account states",
    "Inbox",
    "Settings",
    "Audit",
    "Health",
    "Access",
)


def address_of(title: str) -> str:
    return "states" if title == "Account states" else title.lower()


@pytest.mark.parametrize("title", PAGES)
class TestPages:
    def test_it_opens_by_its_address(self, page: Page, title: str) -> None:
        page.goto(address_of(title))

        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        expect(page).to_have_title(f"{title} · Retinue")
        expect(page.get_by_role("button", name=re.compile("^Live"))).to_be_visible()


class TestShell:
    def test_the_front_door_leads_to_the_overview(self, page: Page, product: Product) -> None:
        page.goto(product.url)

        expect(page).to_have_url(re.compile("/ui/overview$"))

    def test_keys_lead_to_pages(self, page: Page) -> None:
        page.goto("overview")
        expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
        page.keyboard.press("g")
        page.keyboard.press("a")

        expect(page.get_by_role("heading", level=1)).to_have_text("Accounts")

    def test_the_palette_finds_an_account(self, page: Page) -> None:
        page.goto("overview")
        expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
        page.keyboard.press("Control+k")
        page.get_by_placeholder("A page, an account, a command").fill("quecreate")
        page.get_by_role("option", name="quecreate").click()

        expect(page).to_have_url(re.compile(r"/ui/accounts/\d+$"))

    def test_the_fleet_is_paused_and_the_pause_is_taken_back(self, page: Page) -> None:
        page.goto("overview")
        page.get_by_role("button", name="Pause fleet").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Reason").fill("a test")
        dialog.get_by_role("button", name="Pause fleet").click()

        expect(page.get_by_text("The fleet is paused: a test")).to_be_visible()
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_text("The fleet is paused: a test")).to_be_hidden()
