from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from retinue.capabilities.access import service as access
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.runtime import Runtime
from retinue.workflows.monitoring.service import Scheduler
from tests.factories.serving import make_runtime
from tests.retinue.workflows.monitoring.reading import Numbers, scheduler_of


@pytest.fixture
def runtime(database: Database, clock: ManualClock, data_dir: Path) -> Runtime:
    runtime = make_runtime(database, clock, data_dir, sandgram_url="http://127.0.0.1:9")
    with database.writing() as db:
        access.initialise(db, runtime.sealer, is_demo=True, now=clock.now())
    return runtime


@pytest.fixture
def source(clock: ManualClock) -> Numbers:
    return Numbers(clock)


@pytest.fixture
def scheduler(runtime: Runtime, source: Numbers) -> Iterator[Scheduler]:
    made = scheduler_of(runtime, source)
    yield made
    made.close()
