"""Every page, light and dark, wide and narrow: nothing to complain of, for everybody, in its width, and still."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser

from tests.acceptance.product import Product
from tests.e2e.watching import Watched
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
SIZES = {"wide": (1280, 800), "narrow": (390, 844)}


@pytest.fixture(scope="module", params=["light-wide", "dark-wide", "light-narrow", "dark-narrow"])
def window(request: pytest.FixtureRequest, product: Product, browser: Browser) -> Iterator[Watched]:
    scheme, size = request.param.split("-")
    width, height = SIZES[size]
    context = browser.new_context(
        base_url=f"{product.url}/ui/",
        viewport={"width": width, "height": height},
        color_scheme=colour(scheme),
        reduced_motion="reduce",
        timezone_id="Europe/Madrid",
    )
    watched = Watched(context.new_page(), home=product.url)
    watched.observe_movement()
    yield watched
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


def colour(scheme: str) -> Literal["light", "dark"]:
    return "dark" if scheme == "dark" else "light"


@pytest.mark.parametrize("address", [*PAGES, *MORE])
class TestEveryPage:
    def test_nothing_is_wrong_with_it(
        self,
        window: Watched,
        product: Product,
        *,
        batch: str,
        monitor: str,
        warming: str,
        address: str,
    ) -> None:
        (session, *_) = product.http.get("/sessions").json()["items"]
        ids = {"session": session["id"], "batch": batch, "monitor": monitor, "warming": warming}
        window.complaints.clear()
        window.open(address.format(**ids))

        faults = [*window.complaints, *window.barriers(), *window.movements()]
        overhang = window.overhang()
        if overhang > 0:
            faults.append(f"wider than its window by {overhang} pixels")
        assert not faults, "\n".join(faults)


def test_the_list_of_pages_is_read() -> None:
    assert len(PAGES) >= 10
