from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import APIRouter
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from tests.factories import serving


@pytest.fixture
def serve(database: Database, clock: ManualClock, data_dir: Path) -> Callable[..., TestClient]:
    """A caller of an application of these routers, as its local operator."""

    def make(*routers: APIRouter) -> TestClient:
        runtime = serving.make_runtime(database, clock, data_dir)
        with database.writing() as db:
            access.initialise(db, runtime.sealer, is_demo=True, now=clock.now())
        return serving.client(serving.make_app(runtime, routers))

    return make
