"""
A worker is killed while it changes a password in a real browser: one of the stored passwords opens, always.

A real process dies at a named point. Whoever comes after it works here, some minutes ahead.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from retinue.capabilities.accounts.models import Account
from retinue.capabilities.tasks.models import TaskStatus, TaskType
from retinue.capabilities.tasks.service import catalogue
from retinue.drivers.browser.pool import BrowserPool
from retinue.foundation.clock import SystemClock
from retinue.foundation.database import Database
from tests.e2e.browsers import needed_chromium
from tests.factories.hospital import Hospital
from tests.factories.serving import make_runtime
from tests.fixtures.sandgram import RunningSandgram

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]

IS_LONG = os.environ.get("RETINUE_CHAOS") == "long"
TIMES = int(os.environ.get("RETINUE_CHAOS_TIMES", "20" if IS_LONG else "1"))
POINTS = (
    "rotation_pending",
    "log_in_noted",
    "rotation_sent",
    "rotation_changed",
    "rotation_logged_in",
    "rotation_promoted",
)


class LaterClock(SystemClock):
    def __init__(self) -> None:
        self._ahead = timedelta(0)

    def now(self) -> Any:
        return super().now() + self._ahead

    def advance(self, span: timedelta) -> None:
        self._ahead += span

    def come_back(self) -> None:
        """To the time of the worker that is killed next."""
        self._ahead = timedelta(0)


@pytest.fixture
def hospital(database: Database, data_dir: Path, world: RunningSandgram) -> Iterator[Hospital]:
    before = dict(catalogue._lints)
    clock = LaterClock()
    runtime = make_runtime(database, clock, data_dir, sandgram_url=world.url)
    pool = BrowserPool(
        {"sandgram": world.url},
        folder=data_dir / "browser-of-another",
        clock=SystemClock(),
        executable=needed_chromium(),
    )
    yield Hospital(runtime, clock, sandgram=world, pool=pool)  # type: ignore[arg-type]
    pool.close()
    catalogue.install(before)


def kill(hospital: Hospital, url: str, point: str, *, word: str = "careful") -> None:
    data_dir = hospital.runtime.configuration.data_dir
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.chaos.rotation_with_failpoints",
            url,
            str(data_dir),
            hospital.sandgram.url,
            point,
            word,
        ],
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()[-2000:]


def opens(hospital: Hospital, account: Account) -> bool:
    known = hospital.opened(account)
    return hospital.opens(account.login, known.password, known.password_pending)


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("point", POINTS)
def test_one_of_the_stored_passwords_opens_and_the_next_run_ends_it(
    hospital: Hospital, database_url: str, point: str
) -> None:
    for _ in range(TIMES):
        hospital.clock.come_back()  # type: ignore[attr-defined]
        account, _ = hospital.admit()
        task_id = hospital.ask(account, TaskType.rotate_password)
        kill(hospital, database_url, point)
        assert opens(hospital, account), point
        for _ in range(3):
            hospital.pass_time(3)
            hospital.work()
        done = hospital.task(task_id)
        assert done.status is TaskStatus.completed, (point, done)
        known = hospital.opened(account)
        assert known.password_pending is None
        assert hospital.opens(account.login, known.password)


@pytest.mark.databases("sqlite")
def test_without_the_pending_step_an_account_is_locked_out(
    hospital: Hospital, database_url: str
) -> None:
    locked_out = 0
    for _ in range(TIMES):
        hospital.clock.come_back()  # type: ignore[attr-defined]
        account, _ = hospital.admit()
        task_id = hospital.ask(account, TaskType.rotate_password)
        kill(hospital, database_url, "rotation_changed", word="careless")
        locked_out += not opens(hospital, account)
        hospital.pass_time(3)
        hospital.work()
        assert hospital.task(task_id).status is not TaskStatus.completed
    assert locked_out == TIMES
