"""
Flows on a web site in a real browser: how long one takes, how many go in a minute, and what 500 leave behind.

A flow is a fresh profile, a log-in with the password, the profile page and its cookies; every tenth
changes the password and logs in with the new one. Beside ours, in turns: plain Playwright with a
browser kept and a context for each flow, and with a browser started for each, as scripts do it.
"""

from __future__ import annotations

import os
import queue
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import harness
import psutil
from playwright.sync_api import Browser, sync_playwright

from retinue.drivers.browser.folders import processes_of
from retinue.drivers.browser.launching import find
from retinue.drivers.browser.opening import open_browser
from retinue.drivers.browser.pool import BrowserPool, Limits
from retinue.drivers.browser.protocol import PageState
from retinue.foundation.clock import SystemClock
from tests.fixtures.sandgram import RunningSandgram, start_sandgram

FLOWS = 500
ROUND = 25
ACCOUNTS = 20
SAMPLE = 25


@dataclass
class Known:
    login: str
    password: str
    changes: int = 0


@dataclass
class Sample:
    flows: int
    browsers_mb: float
    processes: int
    own_mb: float
    own_files: int
    own_threads: int


@dataclass
class Run:
    seconds: list[float] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    whole: float = 0.0


def accounts(sandgram: RunningSandgram, number: int) -> list[Known]:
    found: list[Known] = []
    while len(found) < number:
        made = sandgram.credentials()
        if not made["totp_secret"] and not made["backup_code"]:
            found.append(Known(made["login"], made["password"]))
    return found


def flow(pool: BrowserPool, known: Known, number: int) -> None:
    with pool.visit("sandgram") as visit:
        assert visit.log_in(known.login, known.password).state is PageState.signed_in
        if number % 10 == 0:
            known.changes += 1
            new = f"New-password-{known.changes}-2026!"
            assert visit.change_password(known.password, new).state is PageState.signed_in
            known.password = new
            assert visit.log_in(known.login, new).state is PageState.signed_in
        assert visit.jar().value("auth_token")


def many(pool: BrowserPool, members: list[Known], *, flows: int, hands: int) -> Run:
    """So many flows by so many threads; whoever is at work on an account has it to themselves."""
    run = Run()
    free: queue.SimpleQueue[Known] = queue.SimpleQueue()
    for member in members:
        free.put(member)
    numbers = iter(range(1, flows + 1))
    lock = threading.Lock()
    broken: list[BaseException] = []

    def work() -> None:
        try:
            while not broken:
                with lock:
                    number = next(numbers, None)
                if number is None:
                    return
                known = free.get()
                started = time.monotonic()
                flow(pool, known, number)
                free.put(known)
                with lock:
                    run.seconds.append(time.monotonic() - started)
                    if len(run.seconds) % SAMPLE == 0:
                        run.samples.append(sample(pool, len(run.seconds)))
        except BaseException as error:  # noqa: BLE001 - said by the thread that waits
            broken.append(error)

    started = time.monotonic()
    threads = [threading.Thread(target=work) for _ in range(hands)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    run.whole = time.monotonic() - started
    if broken:
        raise broken[0]
    return run


def sample(pool: BrowserPool, flows: int) -> Sample:
    own = psutil.Process()
    found = Sample(
        flows=flows,
        browsers_mb=pool.memory() / 1e6,
        processes=pool.processes(),
        own_mb=own.memory_info().rss / 1e6,
        own_files=own.num_fds(),
        own_threads=own.num_threads(),
    )
    print(found, file=sys.stderr, flush=True)
    return found


@contextmanager
def ours(sandgram: RunningSandgram, folder: Path, *, browsers: int) -> Iterator[BrowserPool]:
    pool = open_browser(
        {"sandgram": sandgram.url},
        data_dir=folder,
        clock=SystemClock(),
        limits=Limits(browsers=browsers),
    )
    try:
        yield pool
    finally:
        pool.close()


def plain_flow(browser: Browser, url: str, known: Known) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{url}/web/login", wait_until="domcontentloaded")
    page.fill("#login", known.login)
    page.fill("#password", known.password)
    with page.expect_navigation(wait_until="domcontentloaded"):
        page.click("#login-submit", no_wait_after=True)
    assert page.query_selector("#home-page") is not None
    assert context.cookies()
    context.close()


def plain(url: str, members: list[Known], *, flows: int, each_its_own: bool) -> float:
    """Flows per minute."""
    executable = find(None)
    started = time.monotonic()
    with sync_playwright() as playwright:

        def start() -> Browser:
            return playwright.chromium.launch(executable_path=executable)

        kept = None if each_its_own else start()
        for number in range(flows):
            browser = kept or start()
            plain_flow(browser, url, members[number % len(members)])
            if kept is None:
                browser.close()
        if kept is not None:
            kept.close()
    return flows / (time.monotonic() - started) * 60


def compare(report: harness.Report, sandgram: RunningSandgram, folder: Path, rounds: int) -> None:
    members = accounts(sandgram, 4)

    def by_ours() -> float:
        # A browser's start is part of it, as it is of the others'.
        started = time.monotonic()
        with ours(sandgram, folder, browsers=1) as pool:
            for number in range(ROUND):
                one = members[number % len(members)]
                with pool.visit("sandgram") as visit:
                    assert visit.log_in(one.login, one.password).state is PageState.signed_in
                    assert visit.jar().value("auth_token")
        return ROUND / (time.monotonic() - started) * 60

    seen = harness.in_turns(
        {
            "ours, one browser": by_ours,
            "plain Playwright, a browser kept": lambda: plain(
                sandgram.url, members, flows=ROUND, each_its_own=False
            ),
            "plain Playwright, a browser for each flow": lambda: plain(
                sandgram.url, members, flows=ROUND, each_its_own=True
            ),
        },
        rounds=rounds,
    )
    middle = {name: report.figure(name, values, "flows/min") for name, values in seen.items()}
    mine = middle["ours, one browser"]
    report.goal(
        "ours to a browser kept, in a relay and a process of its own",
        mine / middle["plain Playwright, a browser kept"],
        comparison="at least",
        goal=0.5,
    )
    report.goal(
        "ours to a browser for each flow",
        mine / middle["plain Playwright, a browser for each flow"],
        comparison="at least",
        goal=1.5,
    )


def last(report: harness.Report, sandgram: RunningSandgram, folder: Path, flows: int) -> None:
    with ours(sandgram, folder, browsers=2) as pool:
        run = many(pool, accounts(sandgram, ACCOUNTS), flows=flows, hands=2)
    left = len(processes_of(folder / "browser"))
    seconds = sorted(run.seconds)
    report.figure("a flow, p50", [statistics.median(seconds)], "s")
    report.figure("a flow, p99", [seconds[int(len(seconds) * 0.99) - 1]], "s")
    report.figure("two browsers", [flows / run.whole * 60], "flows/min")
    fifth = max(1, len(run.samples) // 5)
    early, late = run.samples[fifth : 2 * fifth], run.samples[-fifth:]
    for name, of in (
        ("memory of both browsers", lambda one: one.browsers_mb),
        ("our own memory", lambda one: one.own_mb),
        ("our open files", lambda one: one.own_files),
        ("our threads", lambda one: one.own_threads),
        ("processes", lambda one: one.processes),
    ):
        # How many processes there are goes up and down with each browser that is given up: the most count.
        middle = max if name == "processes" else statistics.median
        first, then = (middle([of(one) for one in part]) for part in (early, late))
        report.figure(f"{name}, second fifth", [first], "MB" if "memory" in name else "")
        report.figure(f"{name}, last fifth", [then], "MB" if "memory" in name else "")
        report.goal(
            f"{name}: last fifth to the second", then / first, comparison="at most", goal=1.1
        )
    report.goal("processes left when all is closed", left, comparison="at most", goal=0, unit="")
    left_files = len(list((folder / "browser").glob("run-*")))
    report.goal(
        "folders left when all is closed", left_files, comparison="at most", goal=0, unit=""
    )


def main() -> int:
    parser = harness.options(__doc__, rounds=3)
    parser.add_argument("--flows", type=int, default=FLOWS)
    given = parser.parse_args()
    report = harness.Report(f"{given.flows} flows in Chromium on {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sandgram = start_sandgram(folder / "sandgram")
        try:
            compare(report, sandgram, folder, given.rounds)
            last(report, sandgram, folder, given.flows)
        finally:
            sandgram.close()
    return report.finish(given)


if __name__ == "__main__":
    sys.exit(main())
