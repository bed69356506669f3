from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import psutil
import pytest
from sqlalchemy import text

from retinue.foundation.clock import SystemClock
from retinue.foundation.database import Database
from retinue.foundation.leases import service as leases
from retinue.foundation.runtime import Runtime
from retinue.workflows.account_import import jobs, process, service
from tests.factories import serving
from tests.factories.importing import file_of, row, upload

ROWS = 6_000


@pytest.fixture
def runtime(database: Database, data_dir: Path) -> Runtime:
    # The child has a clock of its own: the machine's.
    return serving.make_runtime(database, SystemClock(), data_dir)


@pytest.fixture
def import_id(runtime: Runtime) -> str:
    content = file_of(*(row(n, user_agent="x" * 150) for n in range(ROWS)))
    report = service.receive(runtime, upload(content))
    assert report.state == "waiting"
    return str(report.import_id)


def accounts_of(runtime: Runtime) -> int:
    with runtime.database.reading() as db:
        return int(db.scalar(text("SELECT count(*) FROM accounts")) or 0)


def importing() -> list[psutil.Process]:
    """The children that import; the worker of the tests has others, which belong to other tests."""
    found = []
    for child in psutil.Process().children():
        with suppress(psutil.NoSuchProcess):
            if process.__name__ in child.cmdline():
                found.append(child)
    return found


def wait_for(condition: object, *, of: Runtime) -> None:
    assert callable(condition)
    for _ in range(3_000):
        if condition():
            return
        of.clock.sleep(0.01)
    pytest.fail("it did not happen within 30 seconds")


class TestRun:
    def test_the_child_imports_and_knows_no_secret_by_its_arguments(
        self, runtime: Runtime, import_id: str
    ) -> None:
        seen: list[str] = []

        def look() -> None:
            wait_for(importing, of=runtime)
            for child in importing():
                with suppress(psutil.NoSuchProcess):
                    seen.extend((*child.cmdline(), *child.environ().values()))

        watcher = threading.Thread(target=look)
        watcher.start()
        jobs.run_import(runtime, {"import_id": import_id})
        watcher.join()

        with runtime.database.reading() as db:
            report = service.report_of(db, import_id)
        assert (report.state, report.counts["create"]) == ("completed", ROWS)
        assert runtime.sealer.export_keys()[runtime.sealer.key_id] not in " ".join(seen)

    def test_an_import_in_other_hands_is_looked_at_again_later(
        self, runtime: Runtime, import_id: str
    ) -> None:
        with runtime.database.writing() as db:
            now, ttl = runtime.clock.now(), timedelta(seconds=60)
            leases.acquire(db, f"import:{import_id}", holder="other", ttl=ttl, now=now)
        jobs.run_import(runtime, {"import_id": import_id})
        with runtime.database.reading() as db:
            waiting = db.scalar(text("SELECT count(*) FROM jobs WHERE name = 'accounts.import'"))
        assert (waiting, accounts_of(runtime)) == (2, 0)

    def test_a_killed_child_is_an_interruption_and_the_next_one_goes_on(
        self, runtime: Runtime, import_id: str
    ) -> None:
        def kill() -> None:
            wait_for(lambda: accounts_of(runtime) >= 1_000, of=runtime)
            for child in importing():
                child.kill()

        killer = threading.Thread(target=kill)
        killer.start()
        with pytest.raises(process.ImportInterrupted):
            process.run(runtime, import_id)
        killer.join()
        half = accounts_of(runtime)
        assert (half % 1_000, half < ROWS) == (0, True)

        with runtime.database.writing() as db:
            # The dead child's lease runs out after a minute; the test does not wait for it.
            db.execute(text("UPDATE leases SET holder = NULL"))
        process.run(runtime, import_id)

        with runtime.database.reading() as db:
            report = service.report_of(db, import_id)
            entries = db.scalar(text("SELECT count(*) FROM audit_entries"))
        assert (report.counts["create"], report.counts["unchanged"]) == (ROWS, 0)
        assert (accounts_of(runtime), entries) == (ROWS, 1)


class TestMain:
    def test_it_ends_when_its_parent_has_gone(self) -> None:
        child = subprocess.run(
            [sys.executable, "-m", "retinue.workflows.account_import.process"],
            input=b"",
            capture_output=True,
            env={"PYTHONPATH": "src"},
            cwd=Path(__file__).parents[4],
            timeout=20,
        )
        assert child.returncode != 0
