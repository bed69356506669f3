"""Schedulers that are killed in the middle of a round: nothing is lost, and nothing is written twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from retinue.capabilities.access import service as access
from retinue.foundation.clock import SystemClock
from retinue.foundation.database import Database
from tests.factories.serving import SEALER
from tests.factories.staging import ROOT, until
from tests.fixtures.steward import die_with_parent
from tests.retinue.workflows.monitoring import killed
from tests.retinue.workflows.monitoring.reading import all_monitors, rows, rows_each, watch

LEASE = 4
NUMBER = 1500


@contextmanager
def started(url: str, data_dir: Path, *more: str) -> Iterator[subprocess.Popen[str]]:
    paths = os.pathsep.join((str(ROOT), str(ROOT / "src")))
    process = subprocess.Popen(
        [sys.executable, killed.__file__, url, str(data_dir), str(LEASE), *more],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": paths},
        preexec_fn=die_with_parent,  # noqa: PLW1509 - a call into libc, and nothing else
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "at work\n"
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def test_what_one_had_in_hand_is_done_by_the_next(
    database_url: str, database: Database, data_dir: Path
) -> None:
    clock = SystemClock()
    with database.writing() as db:
        access.initialise(db, SEALER, is_demo=True, now=clock.now())
    watch(database, NUMBER, due_at=clock.now())

    with started(database_url, data_dir, "3") as first:
        assert first.wait(60) == -signal.SIGKILL
    before = rows(database)
    left = [one for one in all_monitors(database) if one.last_run_at is None]
    assert len(left) == NUMBER - before
    assert any(one.claimed_by for one in left), "it was killed with something in hand"

    with started(database_url, data_dir):
        until(lambda: rows(database) >= NUMBER, "all rows", seconds=90)
    assert set(rows_each(database)) == {one.id for one in all_monitors(database)}
    assert set(rows_each(database).values()) == {1}
