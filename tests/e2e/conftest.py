"""The real product and a real browser. What a page complains about fails its test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.acceptance.product import Product, start
from tests.e2e.browsers import ARGUMENTS, needed_chromium
from tests.e2e.watching import Watched

# A machine that runs other tests at the same time is slow, not wrong.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """`retinue up --demo` on a fresh data directory, for the tests of one file."""
    running = start(tmp_path_factory.mktemp("product") / "data")
    yield running
    running.end()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = needed_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def expected_complaints() -> list[str]:
    """A test that provokes a complaint of the browser puts a part of it here."""
    return []


@pytest.fixture
def page(product: Product, browser: Browser, expected_complaints: list[str]) -> Iterator[Page]:
    """A page of 1280 x 800 in a fresh profile; addresses are relative to the dashboard: `goto("accounts")`."""
    context = browser.new_context(
        base_url=f"{product.url}/ui/",
        viewport={"width": 1280, "height": 800},
        timezone_id="Europe/Madrid",
        accept_downloads=True,
        reduced_motion="reduce",
    )
    watched = Watched(context.new_page(), home=product.url)
    yield watched.page
    context.close()
    unforeseen = [
        text for text in watched.complaints if not any(part in text for part in expected_complaints)
    ]
    assert not unforeseen, "\n".join(unforeseen)
