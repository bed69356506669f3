from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.workflows.collection import service as collection
from retinue.workflows.following import service as following
from retinue.workflows.profile_update import service as profile_update
from tests.factories import tasking
from tests.factories.crew import Crew, make_crew
from tests.fixtures.sandgram import RunningSandgram


@pytest.fixture
def crew(
    database: Database, clock: ManualClock, data_dir: Path, sandgram: RunningSandgram
) -> Iterator[Crew]:
    functions = (*collection.TASKS, *following.TASKS, *profile_update.TASKS)
    with tasking.everything_runs():
        yield make_crew(database, clock, data_dir, sandgram, functions)
