"""A file of accounts is dropped, looked at first, and mended where a row is wrong."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.acceptance.product import Product
from tests.e2e.crew_file import accounts

WRONG = 20
_TRANSFER = """([name, text]) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File([text], name, { type: 'text/csv' }));
  return transfer;
}"""


def drop(page: Page, name: str, text: str) -> None:
    """As a hand does it with a file from the desktop."""
    area = page.locator("div:has(> input[type=file])")
    transfer = page.evaluate_handle(_TRANSFER, [name, text])
    area.dispatch_event("dragenter", {"dataTransfer": transfer})
    area.dispatch_event("drop", {"dataTransfer": transfer})


class TestImport:
    def test_a_dropped_file_is_looked_at_first_and_its_bad_row_is_mended(
        self, page: Page, product: Product, tmp_path: Path
    ) -> None:
        page.goto("accounts")
        page.get_by_role("link", name="Import").first.click()
        drop(page, "winter.csv", accounts(50, prefix="winter", number="WIN", wrong=WRONG))

        rows = page.get_by_role("table", name="Rows of the file")
        expect(rows.get_by_text("is not an IANA time zone")).to_be_visible()
        expect(rows.get_by_role("cell", name=str(WRONG + 2), exact=True)).to_be_visible()
        preview = page.get_by_role("table", name="First rows of winter.csv")
        expect(preview.get_by_text("winter_00", exact=True)).to_be_visible()
        expect(page.get_by_text("Secret-")).to_have_count(0)
        # All or nothing would refuse the file, so it is not offered.
        expect(page.get_by_role("button", name="Import 49 accounts")).to_be_disabled()

        page.get_by_label("Only the rows that are right").check()
        page.get_by_role("button", name="Import 49 accounts").click()
        expect(page.get_by_text("49 accounts added, 1 row left out.")).to_be_visible()

        with page.expect_download() as download:
            page.get_by_role("button", name="Failed rows as CSV").click()
        saved = tmp_path / "failed.csv"
        download.value.save_as(saved)
        failed = saved.read_text(encoding="utf-8")
        assert "timezone: is not an IANA time zone" in failed
        assert len(failed.splitlines()) == 2, "the header and the one row"

        drop(page, "mended.csv", failed.replace("Mars/Olympus", "Asia/Tokyo"))
        page.get_by_role("button", name="Import 1 account").click()
        expect(page.get_by_text("1 account added.")).to_be_visible()
        known = product.http.get("/api/accounts", params={"search": "WIN", "limit": 1}).json()
        assert known["total"] == 50

    def test_a_file_without_the_columns_is_refused_with_the_reason(
        self, page: Page, expected_complaints: list[str]
    ) -> None:
        expected_complaints.append("422")
        page.goto("accounts/import")
        drop(page, "odd.csv", "name,colour\nanna,red\n")

        expect(page.get_by_role("alert")).to_contain_text("account_no")
