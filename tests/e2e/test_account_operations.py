"""An account that only a person can bring back, the ways out, and what networks allow: in a browser, from end to end."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.acceptance.product import IDLE_LOGINS, Product
from tests.factories.staging import until

STUCK = "quecreate"
_TRIES = 5


@pytest.fixture(scope="module")
def stuck(product: Product) -> dict[str, Any]:
    """An account whose web site shows a puzzle, after a recovery has met it."""
    with product.sandgram() as control:
        assert control.patch(f"/accounts/{STUCK}", json={"status": "challenge"}).is_success
    found = product.http.get("/api/accounts", params={"search": STUCK}).json()["items"]
    account: dict[str, Any] = found[0]
    body = {"action": "recover", "ids": [account["id"]]}
    assert product.http.post("/api/accounts/bulk", json=body).is_success

    def is_asked() -> bool:
        items = product.http.get("/api/inbox").json()["items"]
        return any(one["account"] == STUCK and one["evidence"] for one in items)

    until(is_asked, "the question about the puzzle", seconds=90)
    return account


def solve(product: Product, page: Page, login: str) -> None:
    """As a person does, on the page that the item leads to."""
    for _ in range(_TRIES):
        with product.sandgram() as control:
            puzzles = control.get("/challenges", params={"login": login}).json()["items"]
        for number in puzzles[0]["solution"]:
            page.check(f'input[name="tile_{number}"]')
        page.click("#challenge-submit")
        if page.query_selector("#challenge-passed-page"):
            return
    raise AssertionError(page.content())


def picture() -> FilePayload:
    file = io.BytesIO()
    Image.new("RGB", (320, 200), "teal").save(file, "PNG")
    return {"name": "done.png", "mimeType": "image/png", "buffer": file.getvalue()}


class TestChallenge:
    def test_a_person_sees_the_page_solves_it_elsewhere_and_the_account_goes_on(
        self, page: Page, browser: Browser, product: Product, stuck: dict[str, Any]
    ) -> None:
        page.goto("inbox?kind=challenge")
        shown = page.get_by_role("list", name="Pictures of what was seen")
        expect(shown.get_by_role("button").first).to_be_visible()
        page.keyboard.press("v")
        large = page.get_by_role("dialog")
        expect(large.get_by_role("img")).to_be_visible()
        page.keyboard.press("Escape")
        expect(large).to_be_hidden()

        page.keyboard.press("c")
        expect(page.get_by_text("You have taken it up.")).to_be_visible()
        page.locator('input[type="file"]').set_input_files(files=[picture()])
        expect(page.get_by_text("The picture is added.")).to_be_visible()
        link = page.get_by_role("link", name="Open the challenge").get_attribute("href")
        assert link is not None
        elsewhere = browser.new_page()
        elsewhere.goto(link)
        solve(product, elsewhere, stuck["login"])
        elsewhere.close()
        page.keyboard.press("1")
        page.keyboard.press("Enter")

        expect(page.get_by_text(re.compile("Settled: "))).to_be_visible()

        def is_back() -> bool:
            found = product.http.get(f"/api/accounts/{stuck['id']}").json()
            return bool(found["health"] == "ok")

        until(is_back, "the account to open again", seconds=120)

    def test_its_page_says_step_by_step_what_was_done(
        self, page: Page, stuck: dict[str, Any]
    ) -> None:
        page.goto(f"accounts/{stuck['id']}?tab=operations")

        steps = page.get_by_role("list", name=re.compile("Steps of Recovery")).first
        expect(steps.get_by_text(re.compile("Status|Challenge|Log in")).first).to_be_visible()
        expect(
            page.get_by_role("region", name="What was seen").get_by_role("button").first
        ).to_be_visible()
        expect(
            page.get_by_role("region", name="Ways in").get_by_text("without a person")
        ).to_be_visible()


class TestProxies:
    def test_one_is_added_checked_and_put_into_a_pool(self, page: Page, product: Product) -> None:
        page.goto("proxies")
        expect(page.get_by_role("grid", name="Proxies")).to_be_visible()
        page.get_by_role("button", name="Add proxy").click()
        dialog = page.get_by_role("dialog", name="Add a proxy")
        dialog.get_by_label("Host").fill("127.0.0.1")
        dialog.get_by_label("Port").fill("9")
        dialog.get_by_label("Password").fill("never-shown-again")
        dialog.get_by_label("User name").fill("crew")
        dialog.get_by_label("Name", exact=True).fill("north 1")
        dialog.get_by_label("Pool").fill("north")
        dialog.get_by_role("button", name="Add proxy").click()
        expect(page.get_by_text("north 1 is added.")).to_be_visible()
        assert "never-shown-again" not in page.content()

        (added,) = product.http.get("/api/proxies", params={"pool": "north"}).json()["items"]
        page.goto(f"proxies?open={added['id']}")
        drawer = page.get_by_role("dialog", name="north 1")
        drawer.get_by_role("button", name="Check now").click()
        expect(
            drawer.get_by_role("table", name="Last checks").get_by_text("Failed")
        ).to_be_visible()
        page.keyboard.press("Escape")

        page.get_by_role("tab", name="Pools").click()
        policy = page.get_by_role("combobox", name="When one of north is down")
        policy.click()
        page.get_by_role("option", name="Accounts move by themselves").click()
        expect(
            page.get_by_text("Accounts of north move by themselves from now on.")
        ).to_be_visible()
        (pool,) = product.http.get("/api/proxies/pools").json()
        assert (pool["pool"], pool["policy"]) == ("north", "automatic")

    def test_moving_accounts_is_proposed_and_approved(self, page: Page, product: Product) -> None:
        (first, second, *_) = product.http.get("/api/proxies").json()["items"]
        rows = product.http.get("/api/accounts").json()["items"]
        account = next(one for one in rows if one["login"] in IDLE_LOGINS)
        bound = product.http.patch(
            f"/api/accounts/{account['id']}",
            json={"proxy": first["id"]},
            headers={"If-Match": f'"{account["revision"]}"'},
        )
        assert bound.is_success, bound.text

        page.goto(f"proxies?open={first['id']}")
        page.get_by_role("button", name="Move accounts").click()
        dialog = page.get_by_role("dialog", name=re.compile("Move 1 account"))
        dialog.get_by_role("combobox").click()
        page.get_by_role("option", name=re.compile(f":{second['port']}$")).click()
        dialog.get_by_label("Reason").fill("it is slow")
        dialog.get_by_role("button", name="Propose").click()
        expect(page.get_by_text("The change waits to be approved.")).to_be_visible()

        page.goto("proxies/changes")
        page.get_by_role("button", name=re.compile("Approve change")).click()
        expect(page.get_by_text(re.compile("Approved: each account"))).to_be_visible()

        def has_moved() -> bool:
            found = product.http.get(f"/api/accounts/{account['id']}").json()
            return bool(found["proxy_id"] == second["id"])

        until(has_moved, "the account to be moved", seconds=90)
        expect(page.get_by_text("Carried out")).to_be_visible()


class TestNetworks:
    def test_x_is_connected_with_a_reason_and_says_what_it_allows(
        self, page: Page, product: Product
    ) -> None:
        page.goto("networks")
        table = page.get_by_role("table", name="Capabilities by network")
        expect(table.get_by_role("row", name=re.compile("^Follow somebody"))).to_be_visible()
        page.get_by_role("button", name="Connect X").click()
        dialog = page.get_by_role("dialog", name="Connect X")
        dialog.get_by_label("Client id").fill("an-app")
        dialog.get_by_label("Reason").fill("our own app")
        dialog.get_by_role("button", name="Connect", exact=True).click()
        expect(page.get_by_text("X is connected.")).to_be_visible()
        expect(
            page.get_by_role("region", name="X", exact=True).get_by_text("Connected")
        ).to_be_visible()

        page.get_by_role("tab", name="X", exact=True).click()
        expect(page.get_by_role("region", name="Authorised accounts")).to_be_visible()
        shown = {one["name"]: one for one in product.http.get("/api/networks").json()["items"]}
        assert shown["x"]["state"] == "connected"
        assert shown["x"]["reason"] == "our own app"
