from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.workflows.following import service as following
from retinue.workflows.validation import service as validation
from tests.factories import serving, tasking
from tests.factories.crew import Crew, make_crew
from tests.fixtures.sandgram import RunningSandgram
from tests.retinue.workflows.proxy_watch.desk import Desk


@pytest.fixture
def crew(
    database: Database, clock: ManualClock, data_dir: Path, sandgram: RunningSandgram
) -> Iterator[Crew]:
    with tasking.everything_runs():
        functions = (*following.TASKS, *validation.TASKS)
        yield make_crew(database, clock, data_dir, sandgram, functions)


@pytest.fixture
def desk(database: Database, clock: ManualClock, data_dir: Path) -> Desk:
    return Desk(serving.make_runtime(database, clock, data_dir))
