from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.capabilities.content.endpoints import router
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.runtime import Runtime
from tests.factories.pooling import make_persona
from tests.factories.serving import client, make_app, make_runtime


@pytest.fixture
def runtime(database: Database, clock: ManualClock, data_dir: Path) -> Runtime:
    runtime = make_runtime(database, clock, data_dir)
    with database.writing() as db:
        access.initialise(db, runtime.sealer, is_demo=True, now=clock.now())
        make_persona(db, now=clock.now())
    return runtime


@pytest.fixture
def caller(runtime: Runtime) -> TestClient:
    return client(make_app(runtime, [router]))
