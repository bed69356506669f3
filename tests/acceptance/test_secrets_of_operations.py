"""
Accounts are validated, recovered, rotated and refreshed in a real browser, through proxies, with mails and
codes, in trouble and out of it; the sealing key changes, and accounts leave under a passphrase. None of
their secrets is found anywhere afterwards, neither those that went in nor those that were made on the way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from tests.acceptance.planting import Evidence, Planting, look_at_files, record
from tests.acceptance.product import run, start
from tests.acceptance.watching import Watcher
from tests.e2e.browsers import needed_chromium
from tests.factories.operating import (
    PLAIN,
    Stage,
    bring_in,
    let_out,
    read_everything,
    store_more,
    work,
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

_CODE = r"(?<![\d.:-]){code}(?!\d)"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    browser = str(needed_chromium())
    place = tmp_path_factory.mktemp("operations")
    scratch = place / "scratch"
    scratch.mkdir()
    evidence = Evidence(Planting())
    variables = {"TMPDIR": str(scratch), "RETINUE_BROWSER_PATH": browser}
    product = start(place / "data", variables=variables)
    try:
        product.http.event_hooks = {"response": [record(evidence)]}
        with Watcher(product, (scratch, product.data_dir / "browser"), evidence) as watcher:
            stage = Stage(product, evidence, watcher)
            bring_in(stage)
            store_more(stage)
            work(stage)
            let_out(stage, place)
        read_everything(stage)
        shown = run("--data-dir", str(product.data_dir), "inbox", "list", "--json")
        evidence.add("command line", shown.stdout + shown.stderr)
        tables = (
            "events", "audit_entries", "tasks", "inbox_items", "alerts", "evidence_items",
            "account_log_ins", "proxy_checks",
        )  # fmt: skip
        for name in tables:
            found = product.rows(f"SELECT * FROM {name}")
            evidence.add(f"table {name}", json.dumps(found, default=repr))
        look_at_files(place, evidence)
        product.interrupt()
        look_at_files(place, evidence)
        # What the network itself knows is its own affair.
        for name in [one for one in evidence.readable if "/sandgram/" in one]:
            del evidence.readable[name]
        yield stage
    finally:
        product.end()


class TestSecretsOfOperations:
    def test_none_is_found_by_a_search_that_finds_what_is_there(self, stage: Stage) -> None:
        evidence = stage.evidence
        assert len(evidence.planted.made) >= 40
        assert evidence.where(*evidence.planted.made) == {}

        assert "HTTP answers" in evidence.where(PLAIN)[PLAIN]
        assert {"cmdline", "environ", "command line", "names of files", "table events"} <= set(
            evidence.readable
        )
        for part in ("server.log", ".png", ".html", "retinue.db"):
            assert any(part in place for place in evidence.readable), part
        assert b"chrom" in evidence.readable["cmdline"]

    def test_no_code_stands_where_people_read(self, stage: Stage) -> None:
        codes = {code for code in stage.codes if len(code) >= 6}
        assert len(codes) >= 4
        wanted = re.compile("|".join(_CODE.format(code=re.escape(code)) for code in codes))
        read = [
            place
            for place in stage.evidence.readable
            if place.startswith(("table", "command line", "HTTP", "cmdline", "names"))
            or ".log" in place
        ]
        found = {
            (place, one)
            for place in read
            for one in wanted.findall(stage.evidence.readable[place].decode(errors="replace"))
        }
        assert found == set()

    def test_each_trouble_was_met(self, stage: Stage) -> None:
        """Else the search would have had nothing to find."""
        (rotated,) = stage.product.rows(
            "SELECT count(*) FROM account_credentials WHERE password_previous IS NOT NULL"
        )
        assert rotated[0] >= 1
        kinds = {kind for (kind,) in stage.product.rows("SELECT kind FROM inbox_items")}
        assert "challenge" in kinds
        (evidence,) = stage.product.rows("SELECT count(*) FROM evidence_items")
        assert evidence[0] >= 2
        outcomes = {one for (one,) in stage.product.rows("SELECT outcome FROM account_log_ins")}
        assert len(outcomes) >= 2
