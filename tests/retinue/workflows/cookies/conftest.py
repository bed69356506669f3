from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from retinue.capabilities.tasks.service import catalogue
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from tests.factories.clinic import Clinic
from tests.factories.serving import make_runtime


@pytest.fixture
def clinic(database: Database, clock: ManualClock, data_dir: Path) -> Iterator[Clinic]:
    before = dict(catalogue._lints)
    yield Clinic(make_runtime(database, clock, data_dir), clock)
    catalogue.install(before)
