"""Work is put into the queue, watched while it is done, explained while it waits, and tried again."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.acceptance.product import IDLE_LOGINS, Product
from tests.e2e.watching import Watched
from tests.factories.staging import until


@pytest.fixture(scope="module")
def resting(product: Product) -> str:
    """An account that nobody works with, paused by somebody."""
    running = product.http.get("/sessions", params={"limit": 200}).json()["items"]
    busy = {one["account"] for one in running} | IDLE_LOGINS
    accounts = product.http.get("/api/accounts", params={"limit": 50}).json()["items"]
    login: str = next(one["login"] for one in accounts if one["login"] not in busy)
    return login


@pytest.fixture
def paused(product: Product, resting: str) -> str:
    order(product, "pause", resting)
    return resting


def order(product: Product, what: str, login: str) -> None:
    body = {"scope": "account", "name": login, "reason": "its owner is on holiday"}
    answer = product.http.post(f"/api/{what}", json=body)
    assert answer.is_success, answer.text


def choose(dialog: Locator, page: Page, login: str) -> None:
    field = dialog.get_by_role("combobox", name="Accounts")
    field.fill(login)
    page.get_by_role("option", name=login).click()
    field.press("Escape")


class TestBatch:
    def test_it_is_made_watched_explained_cancelled_retried_and_saved(
        self, page: Page, product: Product, paused: str, tmp_path: Path
    ) -> None:
        page.goto("tasks")
        page.get_by_role("button", name="Create tasks").click()
        dialog = page.get_by_role("dialog", name="Create tasks")
        for login in (*sorted(IDLE_LOGINS), paused):
            choose(dialog, page, login)
        dialog.get_by_label("Name of the batch").fill("monday round")
        dialog.get_by_role("button", name="Create a batch of 3").click()

        expect(page.get_by_role("heading", level=1)).to_have_text("Monday round")
        expect(page.get_by_role("heading", name="2 of 3 tasks ended")).to_be_visible()
        results = page.get_by_role("table", name="Results")
        expect(results.get_by_role("row", name=paused)).to_contain_text("is paused by an operator")

        page.get_by_role("link", name="Queue").click()
        waiting = page.get_by_role("table", name="Waiting").get_by_role(
            "row", name="End of a pause"
        )
        expect(waiting).to_contain_text("is paused by an operator: its owner is on holiday")
        expect(waiting).to_contain_text("until resumed")
        waiting.get_by_role("link").click()
        expect(page).to_have_url(re.compile("waiting_for=paused"))
        expect(page.get_by_role("grid", name="Tasks").get_by_text(paused)).to_be_visible()

        page.goto("tasks/batches")
        page.get_by_role("gridcell", name="Monday round").click()
        page.get_by_role("button", name="Cancel batch").click()
        question = page.get_by_role("dialog", name="Cancel the batch?")
        expect(question).to_contain_text("1 waiting: will not run")
        question.get_by_role("button", name="Cancel the batch").click()
        reasons = page.get_by_role("table", name="Why tasks failed")
        expect(reasons.get_by_role("row", name="Somebody has cancelled it.")).to_contain_text(
            paused
        )

        order(product, "resume", paused)
        page.get_by_role("button", name="Retry failed").click()
        expect(page.get_by_text("1 task begins again")).to_be_visible()
        expect(page.get_by_text("3 completed")).to_be_visible()
        expect(reasons).to_have_count(0)

        with page.expect_download() as download:
            page.get_by_role("button", name="Export").click()
            page.get_by_role("menuitem", name="CSV").click()
        saved = tmp_path / "results.csv"
        download.value.save_as(saved)
        rows = list(csv.DictReader(saved.read_text(encoding="utf-8").splitlines()))
        assert [row["status"] for row in rows] == ["completed"] * 3
        assert {row["account"] for row in rows} == {*IDLE_LOGINS, paused}
        assert {row["result.health"] for row in rows} == {"ok"}


def place_of(part: Locator) -> tuple[float, float]:
    box = part.bounding_box()
    assert box is not None
    return box["x"], box["y"]


class TestFile:
    def test_rows_that_do_not_fit_come_back_and_the_mended_file_is_taken(
        self, page: Page, product: Product, tmp_path: Path
    ) -> None:
        found = product.http.get("/api/accounts", params={"limit": 50}).json()["items"]
        numbers = [one["account_no"] for one in found if one["login"] in IDLE_LOGINS]
        file = tmp_path / "round.csv"
        good = [f"{number},blue" for number in numbers]
        file.write_text("\n".join(["account_no,colour", good[0], "NOPE,red", good[1]]))
        page.goto("tasks?create=validate_account")
        dialog = page.get_by_role("dialog", name="Create tasks")
        dialog.get_by_role("button", name="From a CSV file").click()
        dialog.get_by_role("button", name="Check the file").click()
        expect(dialog.get_by_text("Choose a file.")).to_be_visible()

        dialog.get_by_label("CSV file").set_input_files(file)
        dialog.get_by_role("button", name="Check the file").click()
        expect(dialog.get_by_text("1 row does not fit, so nothing is asked for.")).to_be_visible()
        expect(dialog.get_by_text("Line 3, account_no: no account in use")).to_be_visible()
        with page.expect_download() as download:
            dialog.get_by_role("button", name="Failed rows as CSV").click()
        saved = tmp_path / download.value.suggested_filename
        download.value.save_as(saved)
        (row,) = csv.DictReader(saved.read_text(encoding="utf-8").splitlines())
        assert (row["account_no"], row["colour"], row["line"]) == ("NOPE", "red", "3")

        mended = tmp_path / "mended.csv"
        mended.write_text("\n".join(["account_no,colour", *good]))
        dialog.get_by_label("CSV file").set_input_files(mended)
        expect(dialog.get_by_text("mended.csv")).to_be_visible()
        dialog.get_by_role("button", name="Check the file").click()
        expect(dialog.get_by_text("2 rows become 2 tasks.")).to_be_visible()
        expect(dialog.get_by_text("passed over: colour")).to_be_visible()
        dialog.get_by_label("Name of the batch").fill("from a file")
        dialog.get_by_role("button", name="Create a batch of 2").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("From a file")


class TestFollows:
    def test_own_accounts_are_to_follow_each_other_and_it_is_said_first_what_that_would_be(
        self, page: Page, product: Product
    ) -> None:
        before = batches(product)
        page.goto("tasks?create=follow")
        dialog = page.get_by_role("dialog", name="Create tasks")
        for login in sorted(IDLE_LOGINS):
            choose(dialog, page, login)
        dialog.get_by_label("Own accounts").check()
        dialog.get_by_role("button", name="See what it would be").click()
        expect(dialog.get_by_text("2 accounts and 2 people: 2 follows.")).to_be_visible()
        expect(dialog.get_by_text("Left out: 2 that would follow themselves.")).to_be_visible()
        expect(dialog.get_by_role("button", name="Create a batch of 2")).to_be_visible()
        assert batches(product) == before


def batches(product: Product) -> list[str]:
    """Their ids: those of an earlier test may still be at work."""
    return [one["id"] for one in product.http.get("/api/batches").json()["items"]]


class TestForm:
    def test_what_is_missing_stands_at_its_field(self, page: Page) -> None:
        page.goto("tasks?create=check_proxy")
        dialog = page.get_by_role("dialog", name="Create tasks")
        dialog.get_by_role("button", name="Create task").click()
        expect(dialog.get_by_text("Choose a proxy.")).to_be_visible()

        dialog.get_by_label("Proxies").click()
        page.get_by_role("option").first.click()
        expect(dialog.get_by_text("Choose a proxy.")).to_have_count(0)
        dialog.get_by_label("Proxies").press("Escape")
        dialog.get_by_role("button", name="Create task").click()

        drawer = page.get_by_role("dialog", name="Check proxy")
        expect(drawer.get_by_text("exit_address")).to_be_visible()

    def test_only_what_can_be_run_is_offered(self, page: Page, product: Product) -> None:
        runnable = product.http.get("/api/queue").json()["runnable"]
        page.goto("tasks?create=")
        page.get_by_role("dialog").get_by_label("What is to be done").click()

        expect(page.get_by_role("option")).to_have_count(len(runnable))


class TestList:
    def test_keys_walk_and_open(self, page: Page, product: Product) -> None:
        product.http.post("/api/tasks", json={"type": "check_proxy", "params": {"proxy": 1}})
        page.goto("tasks?type=check_proxy")
        expect(page.get_by_role("gridcell", name="Check proxy").first).to_be_visible()
        page.keyboard.press("j")
        page.keyboard.press("Enter")

        expect(page.get_by_role("dialog", name="Check proxy")).to_be_visible()
        expect(page).to_have_url(re.compile("open="))

    def test_the_palette_leads_to_the_queue(self, page: Page) -> None:
        page.goto("tasks")
        expect(page.get_by_role("heading", level=1)).to_have_text("Tasks")
        page.keyboard.press("Control+k")
        page.get_by_placeholder("A page, an account, a command").fill("open the queue")
        page.keyboard.press("Enter")

        expect(page.get_by_role("heading", level=1)).to_have_text("Queue")
        worker = page.get_by_role("table", name="Workers").get_by_role("row", name="Alive")
        expect(worker).to_contain_text("of 6")

    def test_drawer_and_question_keep_nobody_out(self, page: Page, product: Product) -> None:
        task = product.http.get("/api/tasks").json()["items"][0]
        watched = Watched(page, home=product.url)
        watched.open(f"tasks?open={task['id']}")
        expect(page.get_by_role("dialog")).to_be_visible()

        assert watched.barriers() == []


class TestAccounts:
    def test_a_validation_shows_above_the_list_and_is_cancelled_there(
        self, page: Page, product: Product, paused: str
    ) -> None:
        page.goto(f"accounts?search={paused}")
        page.get_by_role("checkbox", name="Select all rows").check()
        grid = page.get_by_role("grid", name="Accounts")
        before = place_of(grid)
        page.get_by_role("toolbar").get_by_role("button", name="Validate").click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_text("it is paused: its validation waits")).to_be_visible()
        dialog.get_by_role("button", name="Validate 1 account").click()

        bar = page.get_by_role("region", name="Validation")
        expect(bar).to_contain_text("Validating 1 account")
        expect(bar).to_contain_text("0 of 1")
        assert place_of(grid) == before
        bar.get_by_role("button", name="Cancel").click()
        page.get_by_role("dialog").get_by_role("button", name="Cancel the batch").click()
        expect(bar).to_contain_text("1 of 1, 1 failed")
        bar.get_by_role("button", name="Put away").click()
        expect(bar).to_have_count(0)
        order(product, "resume", paused)

    def test_one_account_is_validated_from_its_page(self, page: Page, product: Product) -> None:
        (login, *_) = sorted(IDLE_LOGINS)
        found = product.http.get("/api/accounts", params={"search": login}).json()["items"][0]
        page.goto(f"accounts/{found['id']}")
        page.get_by_role("button", name="Validate").click()
        expect(page.get_by_text(f"{login} is in the queue to be validated.")).to_be_visible()

        def is_validated() -> bool:
            now = product.http.get(f"/api/accounts/{found['id']}").json()
            return bool(now["last_validated_at"] != found["last_validated_at"])

        until(is_validated, "the validation", seconds=30)
        state = page.get_by_role("region", name="State")
        expect(state.get_by_text("Completed")).to_be_visible()
