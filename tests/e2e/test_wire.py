"""What every page has around it: the live connection, keys, the palette, the scheme, the zone, the address."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.acceptance.product import Product
from tests.e2e.watching import Watched
from tests.fixtures.reverse_proxy import ReverseProxy, reverse_proxy

LISTS = {
    "accounts": "search=ava&health=unknown&label=west",
    "sessions": "since=2026-01-02T03:04&status=failed",
    "interactions": "action=like&since=2026-01-02T03:04",
    "audit": "actor=demo&since=2026-01-02T03:04&subject_kind=account",
    "monitors": "q=insta&kind=influencer&status=paused",
    "alerts": "state=open&severity=warning",
}


class TestConnection:
    @pytest.fixture(autouse=True)
    def _not_paused_afterwards(self, product: Product) -> Iterator[None]:
        yield
        product.http.post("/api/resume", json={"scope": "fleet", "reason": "tried"})

    @pytest.fixture
    def wire(self, product: Product) -> Iterator[ReverseProxy]:
        with reverse_proxy(product.url, path="") as wire:
            yield wire

    @pytest.fixture
    def far_page(self, wire: ReverseProxy, browser: Browser) -> Iterator[Page]:
        context = browser.new_context(base_url=f"{wire.url}/ui/", reduced_motion="reduce")
        watched = Watched(context.new_page(), home=wire.url)
        yield watched.page
        context.close()
        # The browser itself tells of each connection that it could not make.
        assert [
            text for text in watched.complaints if "WebSocket" not in text and "ERR_" not in text
        ] == []

    def test_it_is_cut_comes_back_and_what_happened_meanwhile_is_shown(
        self, far_page: Page, wire: ReverseProxy, product: Product
    ) -> None:
        far_page.goto("audit")
        expect(indicator(far_page, "Live")).to_be_visible()

        wire.go_down()
        expect(indicator(far_page, "Reconnecting")).to_be_visible()
        pause = {"scope": "fleet", "reason": "while the cable was out"}
        assert product.http.post("/api/pause", json=pause).status_code == 200
        # Long enough that the click is what connects, and not the next attempt by itself.
        expect(indicator(far_page, r"Reconnecting in ([5-9]|[12]\d) s")).to_be_visible()
        wire.is_down = False
        indicator(far_page, "Reconnecting").click()

        expect(indicator(far_page, "Live")).to_be_visible()
        expect(far_page.get_by_text("The fleet is paused: while the cable was out")).to_be_visible()
        assert product.http.post("/api/resume", json=pause).status_code == 200
        expect(far_page.get_by_text("The fleet is paused:")).to_be_hidden()

    def test_a_page_that_is_held_tells_how_much_waits(self, page: Page, product: Product) -> None:
        page.goto("audit")
        indicator(page, "Live").click()
        expect(indicator(page, "Held")).to_be_visible()
        switch = {"scope": "fleet", "reason": "to be seen later"}
        product.http.post("/api/pause", json=switch)
        expect(indicator(page, r"Held, \d+ change")).to_be_visible()
        expect(page.get_by_text("The fleet is paused:")).to_be_hidden()

        indicator(page, "Held").click()

        expect(page.get_by_text("The fleet is paused: to be seen later")).to_be_visible()


class TestKeys:
    def test_help_names_the_keys_and_escape_closes_it(self, page: Page) -> None:
        ready(page, "overview")
        page.keyboard.press("?")
        help_ = page.get_by_role("dialog", name="Keyboard shortcuts")
        expect(help_).to_contain_text("Account states")
        page.keyboard.press("Escape")

        expect(help_).to_be_hidden()

    @pytest.mark.parametrize(
        ("key", "title"),
        [("a", "Accounts"), ("t", "Account states"), ("n", "Inbox"), ("u", "Audit")],
    )
    def test_g_and_a_letter_lead_to_a_page(self, page: Page, key: str, title: str) -> None:
        ready(page, "health")
        page.keyboard.press("g")
        page.keyboard.press(key)

        expect(page.get_by_role("heading", level=1)).to_have_text(title)

    def test_the_palette_leads_to_a_page_and_does_things(self, page: Page) -> None:
        ready(page, "overview")
        page.keyboard.press("Control+k")
        page.get_by_placeholder("A page, an account, a command").fill("audit")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Audit")
        page.keyboard.press("Control+k")
        page.get_by_placeholder("A page, an account, a command").fill("dark scheme")
        page.keyboard.press("Enter")

        expect(page.locator("html")).to_have_attribute("data-scheme", "dark")


class TestLook:
    def test_a_dark_page_is_dark_from_its_first_paint(self, page: Page) -> None:
        ready(page, "audit")
        page.get_by_role("button", name="Your menu").click()
        page.get_by_role("menuitemradio", name="Dark").click()
        expect(page.locator("html")).to_have_attribute("data-scheme", "dark")
        # Before anything is drawn and long before the program runs.
        page.add_init_script(
            "requestAnimationFrame(() => { globalThis.first = document.documentElement.dataset.scheme; })"
        )
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_have_text("Audit")

        assert page.evaluate("globalThis.first") == "dark"
        expect(page.locator("html")).to_have_attribute("data-scheme", "dark")

    def test_the_zone_of_all_times_is_switched_and_remembered(self, page: Page) -> None:
        ready(page, "audit")
        first = page.get_by_role("gridcell").first
        local = first.inner_text()
        page.get_by_role("button", name="Times are in Europe/Madrid; show them in UTC").click()

        expect(first).not_to_have_text(local)
        page.reload()
        expect(page.get_by_role("button", name=re.compile("^Times are in UTC"))).to_be_visible()


class TestAddress:
    @pytest.mark.parametrize("path", LISTS)
    def test_a_reload_brings_the_same_list_back(self, page: Page, path: str) -> None:
        ready(page, f"{path}?{LISTS[path]}")
        expect(page.get_by_role("button", name="Clear", exact=True)).to_be_visible()
        before = page.url
        chips = page.get_by_role("search").inner_text()
        page.reload()

        expect(page.get_by_role("button", name="Clear", exact=True)).to_be_visible()
        assert page.url == before
        assert page.get_by_role("search").inner_text() == chips

    def test_a_view_is_kept_by_name_and_shown_again(self, page: Page) -> None:
        ready(page, "audit")
        page.get_by_role("button", name="What", exact=True).click()
        page.get_by_label("What").fill("accounts.imported")
        page.get_by_role("button", name="Apply").click()
        page.get_by_role("button", name="Views").click()
        page.get_by_label("Keep this view as").fill("Imports")
        page.get_by_role("button", name=re.compile("^(Keep|Save)")).click()
        page.get_by_role("button", name="Clear", exact=True).click()
        expect(page).to_have_url(re.compile("/ui/audit$"))

        page.get_by_role("button", name="Views").click()
        page.get_by_role("menuitem", name=re.compile("^Imports")).click()

        expect(page).to_have_url(re.compile(r"\?action=accounts\.imported$"))
        expect(page.get_by_role("button", name="What: accounts.imported")).to_be_visible()
        expect(page.get_by_role("button", name="Imports", exact=True)).to_be_visible()


def ready(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".MuiSkeleton-root")).to_have_count(0)


def indicator(page: Page, label: str) -> Locator:
    """The button that says how fresh the page is."""
    return page.get_by_role("banner").get_by_role("button", name=re.compile(f"^{label}"))
