from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from retinue.drivers.browser.folders import NAME, open_folder, processes_of, sweep
from retinue.drivers.browser.opening import open_browser
from retinue.drivers.browser.pool import BrowserPool, Limits
from retinue.drivers.browser.protocol import BrowserUnavailable, PageNotUnderstood
from retinue.drivers.errors import CallPhase, DriverError, FailureClass, FailureSource
from retinue.foundation.clock import SystemClock
from tests.e2e.browsers import needed_chromium
from tests.retinue.drivers.browser.conftest import HASTY
from tests.retinue.drivers.browser.local_site import LocalSite, local_site

ROOT = Path(__file__).parents[4]
SOON = 20.0


@pytest.fixture(scope="module")
def local() -> Iterator[LocalSite]:
    with local_site() as site:
        yield site


@pytest.fixture
def make_pool(local: LocalSite, tmp_path: Path) -> Iterator[Callable[..., BrowserPool]]:
    opened: list[BrowserPool] = []

    def make(limits: Limits = HASTY) -> BrowserPool:
        pool = open_browser(
            {"sandgram": local.url},
            data_dir=tmp_path,
            clock=SystemClock(),
            path=needed_chromium(),
            limits=limits,
        )
        opened.append(pool)
        return pool

    yield make
    for pool in opened:
        pool.close()
    assert processes_of(tmp_path) == []
    assert [one.name for one in (tmp_path / NAME).glob("run-*")] == []


def look(pool: BrowserPool) -> set[int]:
    """One visit; the processes of its browser."""
    with pool.visit("sandgram") as visit:
        with pytest.raises(PageNotUnderstood):
            visit.look()
        return {one.pid for hosted in pool._busy for one in hosted.processes()}


def wait_until(is_so: Callable[[], object], *, seconds: float = SOON) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.05)


class TestBounds:
    def test_a_browser_is_used_again_until_its_visits_are_used_up(
        self, make_pool: Callable[..., BrowserPool]
    ) -> None:
        pool = make_pool(replace(HASTY, visits=2))
        first, second, third = look(pool), look(pool), look(pool)
        assert first & second
        assert not second & third
        assert not any(psutil.pid_exists(pid) for pid in first)

    def test_one_that_has_grown_too_large_is_given_up(
        self, make_pool: Callable[..., BrowserPool]
    ) -> None:
        """How large one is depends on the Chromium; twice the bound would end it in the middle of a visit."""
        usual = make_pool()
        look(usual)
        pool = make_pool(replace(HASTY, memory=usual.memory() * 3 // 4))
        look(pool)
        assert usual.processes() > 0
        assert pool.processes() == 0

    def test_one_that_is_not_needed_ends(self, make_pool: Callable[..., BrowserPool]) -> None:
        pool = make_pool(replace(HASTY, idle=0.1))
        look(pool)
        wait_until(lambda: pool.processes() == 0)

    def test_a_visit_waits_for_a_browser_and_not_for_ever(
        self, make_pool: Callable[..., BrowserPool]
    ) -> None:
        pool = make_pool(replace(HASTY, browsers=1, waiting=0.2))
        busy = pytest.raises(BrowserUnavailable, match="busy for 0 s: try again later")
        with pool.visit("sandgram"), busy:
            pool.visit("sandgram").__enter__()
        look(pool)


class TestTrouble:
    def test_a_browser_that_dies_under_a_visit_fails_it_and_nothing_else(
        self, make_pool: Callable[..., BrowserPool]
    ) -> None:
        pool = make_pool()
        with pool.visit("sandgram") as visit:
            for process in next(iter(pool._busy)).processes():
                process.kill()
            with pytest.raises(DriverError) as caught:
                visit.look()
        assert caught.value.failure is FailureClass.transient
        assert caught.value.phase is CallPhase.not_sent
        assert look(pool)

    def test_one_that_hangs_is_killed(self, make_pool: Callable[..., BrowserPool]) -> None:
        pool = make_pool(replace(HASTY, page=0.5))
        with pool.visit("sandgram") as visit:
            hosted = next(iter(pool._busy))
            stopped = hosted.processes()
            os.kill(stopped[0].pid, signal.SIGSTOP)
            with pytest.raises(DriverError, match="took longer"):
                visit.look()
        wait_until(lambda: not any(one.is_running() for one in stopped))

    def test_closing_ends_what_is_under_way(self, make_pool: Callable[..., BrowserPool]) -> None:
        pool = make_pool()
        with pool.visit("sandgram") as visit:
            threading.Thread(target=pool.close).start()
            with pytest.raises(DriverError):
                while True:
                    visit.evidence()
        with pytest.raises(BrowserUnavailable, match="closed"):
            pool.visit("sandgram").__enter__()

    def test_a_missing_browser_is_said_with_the_way_to_mend_it(self, tmp_path: Path) -> None:
        named = tmp_path / "no-browser"
        pool = BrowserPool(
            {"sandgram": "http://127.0.0.1:1"},
            folder=tmp_path,
            clock=SystemClock(),
            executable=named,
        )
        with pytest.raises(BrowserUnavailable, match="RETINUE_BROWSER_PATH names") as caught:
            pool.visit("sandgram").__enter__()
        assert caught.value.source is FailureSource.machine

    def test_a_network_without_a_site_is_no_fault_of_the_browser(self, tmp_path: Path) -> None:
        pool = BrowserPool({}, folder=tmp_path, clock=SystemClock())
        with pytest.raises(DriverError, match="no web site is known") as caught:
            pool.visit("elsewhere").__enter__()
        assert caught.value.failure is FailureClass.invalid_input
        assert caught.value.phase is CallPhase.not_sent

    def test_one_that_does_not_start_is_said(self, tmp_path: Path) -> None:
        pool = BrowserPool(
            {"sandgram": "http://127.0.0.1:1"},
            folder=tmp_path,
            clock=SystemClock(),
            executable=Path("/bin/true"),
        )
        with pytest.raises(BrowserUnavailable, match="/bin/true does not start"):
            pool.visit("sandgram").__enter__()
        pool.close()
        assert list(tmp_path.glob("run-*")) == []


PROGRAM = """
import sys, time
from pathlib import Path
from retinue.drivers.browser.opening import open_browser
from retinue.foundation.clock import SystemClock

folder, browser, url = sys.argv[1:]
pool = open_browser({"sandgram": url}, data_dir=Path(folder), clock=SystemClock(), path=Path(browser))
with pool.visit("sandgram") as visit:
    try:
        visit.look()
    except Exception:
        pass
    print("open", flush=True)
    time.sleep(600)
"""


@pytest.mark.chaos
class TestKilled:
    @pytest.mark.parametrize("takes_its_host_along", [False, True])
    def test_nothing_is_left(
        self, local: LocalSite, tmp_path: Path, *, takes_its_host_along: bool
    ) -> None:
        process = subprocess.Popen(
            [
                *(sys.executable, "-c", PROGRAM),
                *(str(tmp_path), str(needed_chromium()), local.url),
            ],
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        )
        with process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"open\n"
            tree = psutil.Process(process.pid).children(recursive=True)
            assert len(tree) > 4
            process.kill()
            if takes_its_host_along:
                for one in tree[:1]:
                    one.kill()
        wait_until(lambda: not any(one.is_running() for one in tree))
        assert processes_of(tmp_path) == []
        sweep(tmp_path / NAME)
        assert [one.name for one in (tmp_path / NAME).iterdir()] == ["lock"]

    def test_a_living_run_is_left_alone(self, tmp_path: Path) -> None:
        first = open_folder(tmp_path)
        second = open_folder(tmp_path)
        assert sweep(tmp_path) == 0
        assert first.path.is_dir()
        for one in (first, second):
            one.close()
        assert list(tmp_path.glob("run-*")) == []
