"""Every page, light and dark, wide and narrow: nothing to complain of, for everybody, in its width, and still."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser

from tests.acceptance.product import Product
from tests.e2e.watching import COLOUR_RULES, Scheme, Watched
from tests.factories.staging import ROOT, until

PAGES = re.findall(
    r"^    path: '(\w+)'",
    (ROOT / "dashboard" / "src" / "app" / "pages.ts").read_text(encoding="utf-8"),
    flags=re.MULTILINE,
)
# Pages that no entry of the navigation leads to.
MORE = (
    "accounts/1",
    "accounts/1?tab=operations",
    "sessions/{session}",
    "tasks?create=",
    "tasks/batches",
    "tasks/batches/{batch}",
    "monitors/{monitor}",
    "monitors/compare?ids={monitor}",
    "monitors/sources",
    "monitors?create=",
    "warmup?open={warming}",
    "warmup/bots",
    "warmup/sessions",
    "content?open=1",
    "content/texts",
    "content/texts?add=true",
    "content/forecast",
    "content/personas",
    "content/report",
    "content/add?persona=1",
    "content/upload?persona=1",
    "alerts/channels",
    "proxies?open=1",
    "proxies/pools",
    "proxies/changes",
    "networks?network=x",
    "welcome",
    "no-such-page",
)
SIZES: dict[str, tuple[int, int, Scheme]] = {
    "wide": (1280, 800, "light"),
    "narrow": (390, 844, "dark"),
}
OTHER: dict[Scheme, Scheme] = {"light": "dark", "dark": "light"}


@dataclass(frozen=True)
class Window:
    watched: Watched
    scheme: Scheme
    """The colours that a page is opened in; it is turned to the other ones afterwards."""


@pytest.fixture(scope="module", params=SIZES)
def window(request: pytest.FixtureRequest, product: Product, browser: Browser) -> Iterator[Window]:
    width, height, scheme = SIZES[request.param]
    context = browser.new_context(
        base_url=f"{product.url}/ui/",
        viewport={"width": width, "height": height},
        reduced_motion="reduce",
        timezone_id="Europe/Madrid",
    )
    watched = Watched(context.new_page(), home=product.url)
    watched.observe_movement()
    watched.hush()
    yield Window(watched, scheme)
    context.close()


@pytest.fixture(scope="module")
def batch(product: Product) -> str:
    """The id of one with two chunks, which has ended: what still moves by its nature is tested elsewhere."""
    wanted = {"type": "check_proxy", "tasks": [{"params": {"proxy": 1}}] * 101}
    made = product.http.post("/api/batches", json=wanted).json()

    def has_ended() -> bool:
        found = product.http.get(f"/api/batches/{made['id']}").json()
        return bool(found["progress"] == 100)

    until(has_ended, "the batch", seconds=60)
    return str(made["id"])


@pytest.fixture(scope="module")
def monitor(product: Product) -> str:
    """The id of one that was read; once a week, so that nothing comes while it is looked at."""
    wanted = {"kind": "influencer", "subject": "instagram", "interval": "7d"}
    made = product.http.post("/api/monitors", json=wanted).json()

    def is_read() -> bool:
        found = product.http.get(f"/api/monitors/{made['id']}").json()
        return found["last_success_at"] is not None

    until(is_read, "the reading", seconds=60)
    return str(made["id"])


@pytest.fixture(scope="module")
def warming(product: Product) -> str:
    """The id of an account whose warm-up has begun, with full pools, so that no picture comes while they are looked at."""

    def are_full() -> bool:
        return bool(product.http.get("/api/content").json()["total"] == 20)

    until(are_full, "the pools", seconds=60)
    rows = product.http.get("/api/warmup", params={"lifecycle": "ready"}).json()["items"]
    account_id = next(row["account_id"] for row in rows if row["persona"] is not None)
    assert product.http.post(f"/api/warmup/{account_id}/start").is_success
    product.http.post("/api/bots", json={"name": "bot-1"})
    return str(account_id)


@pytest.mark.parametrize("address", [*PAGES, *MORE])
class TestEveryPage:
    def test_nothing_is_wrong_with_it(
        self,
        window: Window,
        product: Product,
        *,
        batch: str,
        monitor: str,
        warming: str,
        address: str,
    ) -> None:
        (session, *_) = product.http.get("/sessions").json()["items"]
        ids = {"session": session["id"], "batch": batch, "monitor": monitor, "warming": warming}
        page = window.watched
        page.complaints.clear()
        page.open(address.format(**ids), scheme=window.scheme)

        faults = [*page.barriers(), *page.movements()]
        overhang = page.overhang()
        if overhang > 0:
            faults.append(f"wider than its window by {overhang} pixels")
        turned = OTHER[window.scheme]
        page.turn(turned)
        faults += [f"{turned}: {fault}" for fault in page.barriers(COLOUR_RULES)]
        faults += page.complaints
        assert not faults, "\n".join(faults)


def test_the_list_of_pages_is_read() -> None:
    assert len(PAGES) >= 10
