"""New accounts are started, watched phase by phase, and decided about where a bot cannot go on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.acceptance.product import Product
from tests.e2e.watching import Watched
from tests.factories import plain_http
from tests.factories.staging import until


@pytest.fixture(scope="module")
def ready(product: Product) -> list[dict[str, Any]]:
    """The accounts of the demo that a bot finds work with, once their pools are full."""
    until(lambda: product.http.get("/api/content").json()["total"] == 20, "the pools", seconds=60)
    rows = product.http.get("/api/warmup", params={"lifecycle": "ready"}).json()["items"]
    found = [row for row in rows if row["persona"] is not None]
    assert len(found) >= 3
    return found


@pytest.fixture(scope="module")
def bot(product: Product) -> Iterator[httpx2.Client]:
    token = product.http.post("/api/bots", json={"name": "bot-1"}).json()["token"]
    with plain_http.client(
        f"{product.url}/api/bot/accounts", headers={"Authorization": f"Bearer {token}"}, timeout=30
    ) as client:
        yield client


def row(page: Page, login: str) -> Locator:
    return page.get_by_role("grid", name="Warm-up").get_by_role("row").filter(has_text=login)


def phase(page: Page, name: str) -> Locator:
    phases = page.get_by_role("list", name="Phases").get_by_role("listitem")
    return phases.filter(has=page.get_by_role("heading", name=name, exact=True))


class TestPipeline:
    def test_what_is_ready_is_started_and_what_bots_do_comes_by_itself(
        self, page: Page, ready: list[dict[str, Any]], bot: httpx2.Client
    ) -> None:
        account = ready[0]
        page.goto("warmup?lifecycle=ready")
        expect(row(page, account["login"])).to_contain_text("Can begin")
        row(page, account["login"]).get_by_role("checkbox").check()
        page.get_by_role("toolbar").get_by_role("button", name="Start 1 ready").click()
        expect(page.get_by_text("The warm-up of 1 account has begun")).to_be_visible()

        page.goto("warmup")
        mine = row(page, account["login"])
        expect(mine.get_by_role("img", name="Picture: Available")).to_be_visible()
        assert bot.get(f"/{account['account_id']}/content/pfp").is_success
        # Nobody reloads: it comes over the live connection.
        expect(mine.get_by_role("img", name="Picture: Content chosen")).to_be_visible()
        expect(mine).to_contain_text("bot-1")
        assert bot.post(f"/{account['account_id']}/complete-phase/pfp", json={}).is_success
        expect(mine.get_by_role("img", name="Picture: Completed")).to_be_visible()
        expect(mine.get_by_role("img", name="Bio: Waits for its time")).to_be_visible()
        assert Watched(page, home="").barriers() == []

    def test_the_choice_is_shown_with_the_parts_of_its_score(
        self, page: Page, product: Product, ready: list[dict[str, Any]], bot: httpx2.Client
    ) -> None:
        account_id = ready[1]["account_id"]
        assert product.http.post(f"/api/warmup/{account_id}/start").is_success
        given = bot.get(f"/{account_id}/content/pfp").json()
        page.goto(f"warmup?open={account_id}")

        picture = phase(page, "Picture")
        expect(picture).to_contain_text(f"{float(given['score']):.2f} of 100")
        expect(picture).to_contain_text(given["reason"])
        expect(picture.get_by_role("meter", name="Freshness of the picture")).to_be_visible()
        expect(picture.get_by_role("img")).to_be_visible()
        assert Watched(page, home="").barriers() == []

    def test_what_a_bot_gives_up_is_tried_again_or_left_out_by_a_person(
        self, page: Page, product: Product, ready: list[dict[str, Any]], bot: httpx2.Client
    ) -> None:
        account_id = ready[2]["account_id"]
        assert product.http.post(f"/api/warmup/{account_id}/start").is_success
        assert bot.get(f"/{account_id}/content/pfp").is_success
        wrong = {"phase": "pfp", "error": "the picture is too small", "retryable": False}
        assert bot.post(f"/{account_id}/report-error", json=wrong).is_success

        page.goto("warmup?status=requires_review")
        expect(row(page, ready[2]["login"])).to_contain_text("Needs a review")
        row(page, ready[2]["login"]).get_by_text(ready[2]["login"]).click()
        expect(phase(page, "Picture")).to_contain_text("the picture is too small")
        phase(page, "Picture").get_by_role("button", name="Try again now").click()
        dialog = page.get_by_role("dialog", name="Try it again")
        dialog.get_by_label("Why").fill("the pool has larger ones now")
        dialog.get_by_role("button", name="Try again now").click()
        expect(phase(page, "Picture")).to_contain_text("Available")

        phase(page, "Picture").get_by_role("button", name="Leave it out").click()
        leave = page.get_by_role("dialog", name="Leave it out")
        leave.get_by_role("button", name="Leave it out").click()
        expect(leave.get_by_text("Say why it is left out.")).to_be_visible()
        leave.get_by_label("Why").fill("it has a picture already")
        leave.get_by_role("button", name="Leave it out").click()
        expect(phase(page, "Picture")).to_contain_text("Skipped")
        expect(phase(page, "Bio")).to_contain_text("Waits for its time")


class TestBots:
    def test_one_is_made_its_token_is_shown_once_and_it_is_revoked(
        self, page: Page, product: Product
    ) -> None:
        page.goto("warmup/bots")
        page.get_by_role("button", name="Make a bot").click()
        dialog = page.get_by_role("dialog", name="Make a bot")
        dialog.get_by_label("Name").fill("night-bot")
        dialog.get_by_role("button", name="Make bot").click()
        shown = page.get_by_role("dialog", name="The token of night-bot")
        expect(shown.get_by_text("It is shown this once.")).to_be_visible()
        assert Watched(page, home="").barriers() == []
        shown.get_by_role("button", name="I have copied it").click()

        bots = page.get_by_role("table", name="Bots")
        expect(bots.get_by_role("row").filter(has_text="night-bot")).to_contain_text("Away")
        bots.get_by_role("button", name="Revoke night-bot").click()
        page.get_by_role("dialog").get_by_role("button", name="Revoke token").click()
        expect(page.get_by_text("night-bot is refused from now on.")).to_be_visible()
        expect(bots.get_by_role("row").filter(has_text="night-bot")).to_be_hidden()

    def test_their_sessions_say_what_they_were_at(
        self, page: Page, ready: list[dict[str, Any]], bot: httpx2.Client
    ) -> None:
        assert bot.get("/ready").is_success
        page.goto("warmup/sessions")
        grid = page.get_by_role("grid", name="Bot sessions")
        expect(grid.get_by_role("row").filter(has_text="bot-1").first).to_contain_text("At work")
