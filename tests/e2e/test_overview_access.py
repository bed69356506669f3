"""What a person sees first, and who gets in: overview, tokens, the first admin, and what a viewer may."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.acceptance.product import Product, start
from tests.e2e.watching import Watched
from tests.factories import plain_http

PASSWORD = "violet harbour 12 lanterns"
SET_UP = re.compile(r"Set up +(\S+)")
# A browser writes every 401 down, also the one that asks whether somebody is known.
BEFORE_LOG_IN = "401 (Unauthorized)"

Visit = Callable[[Product], Page]


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """A browser of somebody else, who has nothing yet; more than a log-in that is missing fails the test."""
    opened: list[Watched] = []

    def open_page(product: Product) -> Page:
        context = browser.new_context(base_url=f"{product.url}/ui/", reduced_motion="reduce")
        opened.append(Watched(context.new_page(), home=product.url))
        return opened[-1].page

    yield open_page
    for watched in opened:
        watched.page.context.close()
        unforeseen = [text for text in watched.complaints if BEFORE_LOG_IN not in text]
        assert not unforeseen, "\n".join(unforeseen)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """Not a demo: nobody is let in, and its first admin is still to be made."""
    running = start(tmp_path_factory.mktemp("house") / "data", is_demo=False)
    yield running
    running.end()


def log_in(page: Page, username: str) -> None:
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("button", name="Your menu")).to_be_visible()


def log_out(page: Page) -> None:
    page.get_by_role("button", name="Your menu").click()
    page.get_by_role("menuitem", name="Log out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")


class TestOverview:
    def test_it_counts_a_session_as_soon_as_it_runs(self, page: Page, product: Product) -> None:
        page.goto("overview")
        expect(page.get_by_role("heading", name="What runs")).to_be_visible()
        mine = page.get_by_role("listitem").filter(has_text="test_account")
        expect(mine).to_have_count(0)

        product.http.post("/start_session", json={"account": "test_account"}).raise_for_status()

        expect(mine).to_contain_text("Running", timeout=15_000)
        expect(mine).to_contain_text(re.compile(r"\d+ (like|follow|view)"), timeout=30_000)
        expect(mine.get_by_role("meter", name="Progress of test_account")).to_be_visible()

    def test_a_paused_fleet_is_what_needs_somebody(self, page: Page, product: Product) -> None:
        body = {"scope": "fleet", "reason": "a holiday"}
        product.http.post("/api/pause", json=body).raise_for_status()
        page.goto("overview")

        line = page.get_by_role("link").filter(has_text="The fleet is paused")

        expect(line).to_contain_text("a holiday")
        product.http.post("/api/resume", json=body).raise_for_status()
        expect(line).to_have_count(0)

    def test_its_bars_are_a_table_as_well(self, page: Page) -> None:
        page.goto("overview")
        page.get_by_role("button", name="As a table").click()

        table = page.get_by_role("table", name="The last 24 hours by status")
        expect(table.get_by_role("row")).to_have_count(25)


class TestTokens:
    def test_a_token_is_shown_once_works_and_is_revoked(self, page: Page, product: Product) -> None:
        page.goto("access")
        page.get_by_role("button", name="Make a token").click()
        page.get_by_role("dialog").get_by_role("button", name="Make token").click()
        expect(page.get_by_text("Give it a name")).to_be_visible()
        page.get_by_role("textbox", name="Name").fill("nightly report")
        page.get_by_role("dialog").get_by_role("button", name="Make token").click()
        copy = page.get_by_role("button", name=re.compile("^Copy rt_"))
        token = copy.inner_text().strip()
        page.get_by_role("button", name="I have copied it").click()

        expect(page.get_by_role("row").filter(has_text="nightly report")).to_contain_text("Active")
        assert token not in page.content()
        assert _status(product, token) == 200

        page.get_by_role("button", name="Revoke nightly report").click()
        page.get_by_role("dialog").get_by_role("button", name="Revoke token").click()
        expect(page.get_by_text("The token nightly report is revoked.")).to_be_visible()
        expect(page.get_by_role("row").filter(has_text="nightly report")).to_have_count(0)
        assert _status(product, token) == 401


class TestSetUp:
    def test_the_printed_address_makes_the_first_admin(self, house: Product, visit: Visit) -> None:
        printed = SET_UP.search(house.said)
        assert printed is not None, house.said
        page = visit(house)
        page.goto("overview")
        expect(page.get_by_role("heading", level=1)).to_have_text("Log in")

        page.goto(printed[1])
        page.get_by_label("User name").fill("anna")
        page.get_by_label("Password", exact=True).fill("short")
        page.get_by_label("Password again").fill("short")
        page.get_by_role("button", name="Make admin").click()
        expect(page.get_by_text("It needs at least 12 characters.")).to_be_visible()
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_label("Password again").fill(PASSWORD)
        page.get_by_role("button", name="Make admin").click()

        # There are no accounts yet, so the overview leads to the first steps.
        expect(page.get_by_role("heading", level=1)).to_have_text("First steps")
        log_out(page)
        log_in(page, "anna")
        page.goto("access")
        expect(page.get_by_role("row").filter(has_text="anna")).to_contain_text("Admin")

    def test_a_viewer_sees_no_button_that_it_may_not_use(
        self, house: Product, visit: Visit
    ) -> None:
        page = visit(house)
        page.goto("access")
        log_in(page, "anna")
        page.get_by_role("button", name="Let a person in").click()
        page.get_by_label("User name").fill("vera")
        page.get_by_label("First password").fill(PASSWORD)
        page.get_by_role("combobox", name="Role").click()
        page.get_by_role("option", name="Viewer").click()
        page.get_by_role("dialog").get_by_role("button", name="Let in").click()
        expect(page.get_by_text("vera may log in now.")).to_be_visible()
        log_out(page)
        log_in(page, "vera")

        navigation = page.get_by_role("navigation", name="Main")
        expect(navigation.get_by_role("link", name="Accounts")).to_be_visible()
        for hidden in ("Audit", "Access"):
            expect(navigation.get_by_role("link", name=hidden)).to_have_count(0)
        for place in ("overview", "welcome", "accounts", "sessions", "inbox", "settings"):
            page.goto(place)
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            forbidden = re.compile(
                "^(Pause fleet|Import|Start a session|Delete|Save$|Make a token)"
            )
            for role in ("button", "link"):
                expect(page.get_by_role(role, name=forbidden)).to_have_count(0)


def _status(product: Product, token: str) -> int:
    """As curl would ask, from somewhere that is not let in without it."""
    answer = plain_http.ask(
        "GET", f"{product.url}/api/me", headers={"Authorization": f"Bearer {token}"}
    )
    return answer.status_code
