from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.capabilities.monitors.endpoints import router
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.runtime import Runtime
from tests.factories import serving


@pytest.fixture
def runtime(database: Database, clock: ManualClock, data_dir: Path) -> Runtime:
    runtime = serving.make_runtime(database, clock, data_dir, sandgram_url="http://127.0.0.1:8900")
    with database.writing() as db:
        access.initialise(db, runtime.sealer, is_demo=True, now=clock.now())
    return runtime


@pytest.fixture
def local(runtime: Runtime) -> TestClient:
    return serving.client(serving.make_app(runtime, [router]))
