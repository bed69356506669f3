from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.capabilities.content.endpoints import router
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.runtime import Runtime
from tests.factories.engaging import make_account
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


@pytest.fixture
def now(clock: ManualClock) -> datetime:
    return clock.now()


@pytest.fixture
def ava(db: Session, now: datetime) -> int:
    return make_persona(db, now=now)


def accounts(db: Session, number: int, now: datetime) -> list[int]:
    return [make_account(db, f"account{n}", now=now).id for n in range(number)]
