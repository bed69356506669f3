"""Runs every check, tells all that is wrong and not only the first of it, and says how long each took."""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Check:
    name: str
    command: list[str]


@dataclass(frozen=True)
class Outcome:
    check: Check
    seconds: float
    status: int
    output: str


def checks() -> list[Check]:
    ruff, python = str(BIN / "ruff"), sys.executable
    bans = [
        Check(f"ban of {name}", [ruff, "check", "--quiet", "--config", f"scripts/lint/{name}.toml"])
        for name in ("clock", "chance", "queries")
    ]
    for ban in bans:
        ban.command.append("src/retinue")
    return [
        Check("types", [str(BIN / "mypy")]),
        Check("imports", [str(BIN / "lint-imports"), "--no-logo"]),
        Check("format", [ruff, "format", "--check", "--quiet"]),
        Check("lint", [ruff, "check", "--quiet"]),
        *bans,
        Check("size budgets", [python, "scripts/size_budget.py"]),
        Check("tracked text", [python, "scripts/tracked_text.py"]),
        Check("schema and migrations", [python, "scripts/schema_agrees.py"]),
        *dashboard_checks(),
    ]


def dashboard_checks() -> list[Check]:
    python = sys.executable
    run = [python, "scripts/dashboard.py", "run"]
    return [
        Check("dashboard: types", [*run, "tsc", "--noEmit"]),
        Check("dashboard: lint", [*run, "eslint", "--max-warnings", "0", "."]),
        Check("dashboard: format", [*run, "prettier", "--check", "--log-level", "warn", "."]),
        Check("dashboard: tests", [*run, "vitest", "run", "--reporter", "dot"]),
        Check("dashboard: API types", [python, "scripts/openapi.py", "--check"]),
        Check("dashboard: first load", [python, "scripts/script_budget.py"]),
    ]


def main() -> int:
    # mypy takes longest and goes first; two at a time fill the two cores of a small machine.
    with ThreadPoolExecutor(max_workers=2) as pool:
        outcomes = list(pool.map(run, checks()))
    for outcome in outcomes:
        print(
            f"{'ok  ' if outcome.status == 0 else 'FAIL'} {outcome.check.name:22} {outcome.seconds:5.1f} s"
        )
    for outcome in outcomes:
        if outcome.output.strip() and (outcome.status != 0 or "warning" in outcome.output):
            print(f"\n== {outcome.check.name}: {' '.join(outcome.check.command)}\n{outcome.output}")
    return 1 if any(outcome.status != 0 for outcome in outcomes) else 0


def run(check: Check) -> Outcome:
    started = time.monotonic()
    result = subprocess.run(
        check.command,
        check=False,
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    return Outcome(check, time.monotonic() - started, result.returncode, result.stdout)


if __name__ == "__main__":
    sys.exit(main())
