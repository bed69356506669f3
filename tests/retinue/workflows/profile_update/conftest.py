from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.workflows.profile_update import service
from tests.factories import tasking
from tests.factories.crew import Crew, make_crew
from tests.fixtures.sandgram import RunningSandgram


@pytest.fixture
def crew(
    database: Database, clock: ManualClock, data_dir: Path, sandgram: RunningSandgram
) -> Iterator[Crew]:
    with tasking.everything_runs():
        yield make_crew(database, clock, data_dir, sandgram, service.TASKS)
