"""Accounts are acted on by the dozen, and are shown one by one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.product import Product
from tests.e2e.crew_file import accounts
from tests.e2e.watching import Watched


def bring(product: Product, text: str) -> None:
    files = {"file": ("crew.csv", text.encode(), "text/csv")}
    answer = product.http.post("/api/accounts/import", files=files)
    assert answer.is_success, answer.text


def lifecycle_of(product: Product, account_no: str) -> str:
    found = product.http.get("/api/accounts", params={"search": account_no, "lifecycle": "retired"})
    shown: str = found.json()["items"][0]["lifecycle"]
    return shown


@pytest.fixture(scope="module")
def crew(product: Product) -> None:
    """Fifty accounts of one team, whom all the tests here share."""
    bring(product, accounts(50, prefix="winter", number="WIN"))


@pytest.mark.usefixtures("crew")
class TestList:
    def test_a_pause_is_taken_back(self, page: Page, product: Product) -> None:
        page.goto("accounts?search=WIN00")
        expect(page.get_by_text("1–10 of 10")).to_be_visible()
        page.get_by_role("checkbox", name="Select all rows").check()
        page.get_by_role("toolbar").get_by_role("button", name="Pause").click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_text("Will change")).to_have_count(10)
        dialog.get_by_label("Reason").fill("winter break")
        dialog.get_by_role("button", name="Pause 10 accounts").click()

        expect(page.get_by_text("10 accounts paused.")).to_be_visible()
        grid = page.get_by_role("grid", name="Accounts")
        expect(grid.get_by_text("Paused")).to_have_count(10)
        page.get_by_role("button", name="Undo").click()
        expect(grid.get_by_text("Paused")).to_have_count(0)
        paused = product.http.get("/api/accounts", params={"search": "WIN", "paused": "true"})
        assert paused.json()["total"] == 0

    def test_all_that_match_are_labelled_also_those_out_of_sight(
        self, page: Page, product: Product
    ) -> None:
        bring(product, accounts(102, prefix="spring", number="SPR"))
        page.goto("accounts?search=spring_")
        expect(page.get_by_text("1–100 of 102")).to_be_visible()
        page.get_by_role("checkbox", name="Select all rows").check()
        page.get_by_role("button", name="Select all 102 matching").click()
        page.get_by_role("toolbar").get_by_role("button", name="Label").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Labels").fill("vip")
        dialog.get_by_role("button", name="Label 102 accounts").click()

        expect(page.get_by_text("102 accounts labelled.")).to_be_visible()
        labelled = product.http.get("/api/accounts", params={"label": "vip", "limit": 1}).json()
        assert labelled["total"] == 102

    def test_one_is_retired_after_it_was_confirmed_and_the_outcome_is_told(
        self, page: Page, product: Product
    ) -> None:
        page.goto("accounts?search=WIN049")
        expect(page.get_by_text("1–1 of 1")).to_be_visible()
        page.get_by_role("checkbox", name="Select row").check()
        page.get_by_role("toolbar").get_by_role("button", name="More").click()
        page.get_by_role("menuitem", name="Retire").click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_text("importing one again revives it")).to_be_visible()
        confirm = dialog.get_by_role("button", name="Retire 1 account")
        expect(confirm).to_be_disabled()
        dialog.get_by_label("Reason").fill("the contract has ended")
        confirm.click()

        expect(page.get_by_text("1 account retired.")).to_be_visible()
        expect(page.get_by_text("Nothing matches these filters.")).to_be_visible()
        assert lifecycle_of(product, "WIN049") == "retired"

    def test_the_selection_is_exported_without_secrets(self, page: Page, tmp_path: Path) -> None:
        page.goto("accounts?search=WIN00")
        expect(page.get_by_text("1–10 of 10")).to_be_visible()
        page.get_by_role("checkbox", name="Select row").first.check()
        page.get_by_role("toolbar").get_by_role("button", name="Export").click()
        with page.expect_download() as download:
            page.get_by_role("menuitem", name="As CSV").click()
        saved = tmp_path / "accounts.csv"
        download.value.save_as(saved)
        text = saved.read_text(encoding="utf-8")
        assert ("WIN000" in text, "WIN001" in text, "Secret-" in text) == (True, False, False)

    def test_keys_walk_select_and_open(self, page: Page) -> None:
        page.goto("accounts?search=WIN00")
        expect(page.get_by_text("1–10 of 10")).to_be_visible()
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("x")
        expect(page.get_by_text("1 selected")).to_be_visible()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("winter_01")
        page.keyboard.press("e")
        expect(page).to_have_url(re.compile("tab=configuration"))
        page.keyboard.press("Escape")
        expect(page.get_by_role("heading", level=1)).to_have_text("Accounts")


@pytest.mark.usefixtures("crew")
class TestAccount:
    def test_a_configuration_is_saved_once_the_linter_is_content(
        self, page: Page, product: Product
    ) -> None:
        page.goto("accounts?search=WIN002")
        page.get_by_role("link", name="winter_02").click()
        page.get_by_role("tab", name="Configuration").click()
        editor = page.get_by_role("textbox", name="Configuration of winter_02")
        editor.click()
        page.keyboard.press("Control+End")
        page.keyboard.type("likes-limitt: 5")

        findings = page.get_by_role("list", name="Findings")
        expect(findings).to_contain_text("likes-limitt")
        save = page.get_by_role("button", name="Review and save")
        expect(save).to_be_disabled()

        for _ in "likes-limitt: 5":
            page.keyboard.press("Backspace")
        page.keyboard.type("total-comments-limit: 5")
        expect(save).to_be_enabled()
        save.click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_text("+ total-comments-limit: 5")).to_be_visible()
        dialog.get_by_role("button", name="Save configuration").click()

        expect(page.get_by_text("Version 1 of the configuration is in force.")).to_be_visible()
        versions = page.get_by_role("table", name="Versions of the configuration")
        expect(versions.get_by_text("In force")).to_be_visible()
        plan = product.http.get("/account_config/winter_02").json()
        assert plan["config"]["total-comments-limit"] == "5"

    def test_an_old_version_is_compared_and_restored(self, page: Page, product: Product) -> None:
        for percentage in (10, 20):
            body = {"set": {"likes-percentage": percentage}}
            assert product.http.put("/account_config/winter_03", json=body).is_success
        page.goto("accounts?search=WIN003")
        page.get_by_role("link", name="winter_03").click()
        page.get_by_role("tab", name="Configuration").click()
        page.get_by_role("button", name="Compare version 1").click()
        drawer = page.get_by_role("dialog")
        expect(drawer.get_by_text(re.compile(r"^\+ likes-percentage: 10"))).to_be_visible()
        drawer.get_by_role("button", name="Restore version 1").click()

        expect(page.get_by_text("Version 1 is in force again.")).to_be_visible()
        plan = product.http.get("/account_config/winter_03").json()
        assert (plan["version"], plan["config"]["likes-percentage"]) == (3, "10")

    def test_its_secrets_stay_on_the_server(self, page: Page) -> None:
        page.goto("accounts?search=WIN004")
        page.get_by_role("link", name="winter_04").click()
        expect(page.get_by_role("heading", name="Credentials")).to_be_visible()

        expect(page.get_by_text("••••••••").first).to_be_visible()
        expect(page.get_by_text("Secret-winter")).to_have_count(0)

    def test_what_is_edited_is_saved_unless_somebody_else_was_faster(
        self, page: Page, product: Product, expected_complaints: list[str]
    ) -> None:
        expected_complaints.append("412")
        page.goto("accounts?search=WIN005")
        page.get_by_role("link", name="winter_05").click()
        page.get_by_role("button", name="Edit").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Time zone").fill("Asia/Tokyo")
        dialog.get_by_role("button", name="Save").click()
        expect(page.get_by_text("winter_05 is saved.")).to_be_visible()
        expect(page.get_by_text("Asia/Tokyo")).to_be_visible()

        page.get_by_role("button", name="Edit").click()
        address = page.url.rsplit("/", 1)[1]
        other = product.http.patch(f"/api/accounts/{address}", json={"labels": ["faster"]})
        assert other.is_success, other.text
        dialog.get_by_label("Time zone").fill("UTC")
        dialog.get_by_role("button", name="Save").click()
        expect(dialog.get_by_text("Somebody else has changed this account")).to_be_visible()


@pytest.mark.usefixtures("crew")
class TestEverybody:
    @pytest.mark.parametrize("width", [1280, 390])
    @pytest.mark.parametrize(
        "address",
        [
            "accounts",
            "accounts/import",
            *(f"accounts/3?tab={tab}" for tab in ("overview", "configuration", "history", "audit")),
        ],
    )
    def test_nobody_is_kept_out(
        self, page: Page, product: Product, address: str, width: int
    ) -> None:
        page.set_viewport_size({"width": width, "height": 844})
        watched = Watched(page, home=product.url)
        watched.open(address)

        assert watched.barriers() == []
        assert watched.overhang() <= 0
