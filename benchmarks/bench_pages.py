"""
The dashboard's grids in Chromium, with 50,000 accounts and a million events behind them.

A page is opened from another one by its key, as an operator does, and is there when the first
row of its grid can be seen. None of its data is in the browser's memory: each round is a fresh profile in
which only the page that one comes from has been open, until nothing more was loaded for it.

    .venv/bin/python benchmarks/bench_pages.py [--rounds 5] [--accounts 50000] [--events 1000000]
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import sys
import tempfile
from pathlib import Path

import harness
import million
from playwright.sync_api import Browser, sync_playwright

from retinue.foundation.key_file import create_key
from tests.acceptance.product import Product, start
from tests.e2e.browsers import ARGUMENTS, chromium

PEOPLE = 200_000
GOAL_MS = 300
# The page, the key that leads there after `g`, and what its first row is.
GRIDS = {"accounts": "a", "sessions": "s", "interactions": "i", "audit": "u"}
_ROW = ".MuiDataGrid-row"
_OPEN = """
([key, row]) => new Promise((resolve) => {
  const seen = () => [...document.querySelectorAll(row)].some(
    (one) => one.textContent !== '' && one.checkVisibility({ visibilityProperty: true }),
  );
  const begun = performance.now();
  const look = () => (seen() ? resolve(performance.now() - begun) : requestAnimationFrame(look));
  for (const one of ['g', key]) dispatchEvent(new KeyboardEvent('keydown', { key: one }));
  look();
})
"""


def main() -> int:
    parser = harness.options(__doc__, rounds=5)
    parser.add_argument("--accounts", type=int, default=50_000)
    parser.add_argument("--events", type=int, default=1_000_000)
    options = parser.parse_args()
    path = chromium()
    if path is None:
        print("There is no Chromium here; RETINUE_CHROMIUM names one.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(dir=os.environ.get("RETINUE_BENCH_DIR")) as place:
        product = start(filled(Path(place) / "data", options))
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
                seen = harness.in_turns(
                    {
                        grid: lambda key=key: opened(browser, product, key)  # type: ignore[misc]
                        for grid, key in GRIDS.items()
                    },
                    rounds=options.rounds,
                )
                browser.close()
        finally:
            product.end()
    report = harness.Report(
        f"First page of each grid: {options.accounts:,} accounts, {options.events:,} events"
    )
    for grid, times in seen.items():
        middle = report.figure(f"{grid}, from the key to the first row", times, "ms")
        report.goal(f"{grid}, first page", middle, comparison="at most", goal=GOAL_MS, unit="ms")
    return report.finish(options)


def opened(browser: Browser, product: Product, key: str) -> float:
    """Milliseconds from the key to the first row."""
    context = browser.new_context(base_url=f"{product.url}/ui/", reduced_motion="reduce")
    try:
        page = context.new_page()
        page.goto("settings")
        page.get_by_role("heading", level=1).wait_for()
        page.wait_for_load_state("networkidle")
        taken: float = page.evaluate(_OPEN, [key, _ROW])
        return taken
    finally:
        context.close()


def filled(data_dir: Path, options: argparse.Namespace) -> Path:
    """A data directory before its first start, with everything in it but the demo."""
    data_dir.mkdir(mode=0o700)
    create_key(data_dir / "keys" / "sealing.key")
    million.fill(data_dir, events=options.events, people=PEOPLE).close()
    file = data_dir / "retinue.db"
    (data_dir / "million.db").rename(file)
    for rest in data_dir.glob("million.db-*"):
        rest.unlink()
    connection = sqlite3.connect(file, isolation_level=None)
    columns = [row[1] for row in connection.execute("PRAGMA table_info(accounts)")]
    own = {
        "id": "1000 + i",
        "uid": "'pool-' || i",
        "account_no": "printf('POOL%06d', i)",
        "login": "'pool_' || (i * 7919 % 100003)",
        "login_key": "'pool_' || (i * 7919 % 100003)",
        "email": "'pool' || i || '@example.com'",
    }
    chosen = ", ".join(own.get(name, name) for name in columns)
    connection.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
        f" INSERT INTO accounts ({', '.join(columns)})"
        f" SELECT {chosen} FROM n, (SELECT * FROM accounts WHERE id = 1)",
        (options.accounts,),
    )
    connection.close()
    return data_dir


if __name__ == "__main__":
    sys.exit(main())
