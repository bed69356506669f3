"""The dashboard under a path of a host that has other tenants, behind a proxy that takes the path off or leaves it on."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.acceptance.product import Product, start
from tests.e2e.watching import Watched
from tests.factories import plain_http
from tests.fixtures.reverse_proxy import ReverseProxy, reverse_proxy


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    data_dir = tmp_path_factory.mktemp("product") / "data"
    running = start(data_dir, variables={"RETINUE_URL_PATH": "/ops"})
    yield running
    running.end()


@pytest.fixture(params=[True, False], ids=["path-taken-off", "path-left-on"])
def proxy(request: pytest.FixtureRequest, product: Product) -> Iterator[ReverseProxy]:
    with reverse_proxy(product.url, path="/ops", takes_path_off=request.param) as proxy:
        yield proxy


@pytest.fixture
def page(proxy: ReverseProxy, browser: Browser) -> Iterator[Page]:
    """Every request of it, its scripts and fonts too, must stay below the path."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    watched = Watched(context.new_page(), home=f"{proxy.url}/")
    yield watched.page
    context.close()
    assert watched.complaints == []


class TestUnderAPath:
    def test_a_deep_link_and_a_reload_show_the_same_list_live(
        self, page: Page, proxy: ReverseProxy
    ) -> None:
        page.goto(f"{proxy.url}/ui/accounts?search=quecreate")
        for _ in range(2):
            expect(page.get_by_role("gridcell", name="quecreate").first).to_be_visible()
            expect(page.get_by_role("button", name=re.compile("^Live"))).to_be_visible()
            expect(page).to_have_url(f"{proxy.url}/ui/accounts?search=quecreate")
            page.reload()

    def test_the_front_door_and_the_navigation_stay_below_the_path(
        self, page: Page, proxy: ReverseProxy
    ) -> None:
        page.goto(f"{proxy.url}/")
        expect(page).to_have_url(f"{proxy.url}/ui/overview")
        page.get_by_role("link", name="Audit").click()

        expect(page).to_have_url(f"{proxy.url}/ui/audit")
        expect(page.get_by_role("heading", level=1)).to_have_text("Audit")

    def test_a_change_goes_through(self, page: Page, proxy: ReverseProxy) -> None:
        page.goto(f"{proxy.url}/ui/overview")
        page.get_by_role("button", name="Pause fleet").click()
        page.get_by_role("dialog").get_by_label("Reason").fill("a test of the path")
        page.get_by_role("dialog").get_by_role("button", name="Pause fleet").click()

        expect(page.get_by_text("The fleet is paused: a test of the path")).to_be_visible()
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_text("The fleet is paused: a test of the path")).to_be_hidden()

    def test_programs_find_the_api_there(self, proxy: ReverseProxy) -> None:
        with plain_http.client(proxy.url) as caller:
            assert caller.get("/accounts").status_code == 200
            assert caller.get("/api/audit", params={"limit": 1}).status_code == 200
            assert "/ops/docs/assets/" in caller.get("/docs").text
            assert caller.get("/openapi.json").status_code == 200
            wrong = caller.get("/api/accounts/999999")
        assert (wrong.status_code, wrong.json()["code"]) == (404, "account_not_found")
