"""Who changed what, and whether the log of it can be trusted, in a browser."""

from __future__ import annotations

import csv
import json
import re
import sqlite3
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.acceptance.product import Product


class TestAudit:
    def test_an_entry_shows_what_it_changed(self, page: Page, product: Product) -> None:
        product.http.post("/api/pause", json={"scope": "fleet", "reason": "for the log"})
        product.http.post("/api/resume", json={"scope": "fleet", "reason": "logged"})
        page.goto("audit?action=accounts.changed")
        page.get_by_role("button", name="Clear What").click()
        page.get_by_role("gridcell", name="safety.paused").first.click()

        drawer = page.get_by_role("dialog", name="safety.paused")
        expect(drawer).to_contain_text("for the log")
        drawer.get_by_role("button", name="All about pause fleet").click()
        expect(page).to_have_url(re.compile(r"subject_kind=pause&subject_id=fleet"))
        expect(page.get_by_role("gridcell", name="safety.resumed").first).to_be_visible()
        expect(page.get_by_role("gridcell", name="sessions.started")).to_have_count(0)

    def test_what_the_filters_match_is_saved_as_a_file(
        self, page: Page, product: Product, tmp_path: Path
    ) -> None:
        page.goto("audit?action=sessions.started")
        for kind in ("CSV", "JSON"):
            page.get_by_role("button", name="Export").click()
            with page.expect_download() as waiting:
                page.get_by_role("menuitem", name=f"As {kind}").click()
            waiting.value.save_as(tmp_path / kind)
        with (tmp_path / "CSV").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        entries = json.loads((tmp_path / "JSON").read_text(encoding="utf-8"))

        assert {row["action"] for row in rows} == {"sessions.started"}
        assert [row["hash"] for row in rows] == [entry["hash"] for entry in entries]

    def test_the_log_is_verified_and_a_forged_entry_is_found(
        self, page: Page, product: Product
    ) -> None:
        page.goto("audit")
        page.get_by_role("button", name="Verify the log").click()
        expect(page.get_by_role("status").filter(has_text="entries are as written")).to_be_visible()

        with sqlite3.connect(product.data_dir / "retinue.db", timeout=10) as forger:
            forger.execute("DROP TRIGGER IF EXISTS audit_entries_no_update")
            forger.execute("UPDATE audit_entries SET actor = 'nobody' WHERE id = 3")
        page.get_by_role("button", name="Verify the log").click()

        expect(page.get_by_text("Entry 3 does not follow from the one before it")).to_be_visible()
        expect(page.get_by_text("The 2 entries before it are as written")).to_be_visible()
