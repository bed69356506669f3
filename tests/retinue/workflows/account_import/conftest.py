from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.capabilities.accounts import endpoints as accounts
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.runtime import Runtime
from retinue.workflows.account_import import endpoints
from tests.factories import serving


@pytest.fixture
def runtime(database: Database, clock: ManualClock, data_dir: Path) -> Runtime:
    return serving.make_runtime(database, clock, data_dir, heavy_rate_limit="10000/minute")


@pytest.fixture
def local(runtime: Runtime) -> TestClient:
    with runtime.database.writing() as db:
        access.initialise(db, runtime.sealer, is_demo=True, now=runtime.clock.now())
    return serving.client(serving.make_app(runtime, [endpoints.router, accounts.router]))
