from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account
from retinue.capabilities.accounts.schemas import AccountCreate
from retinue.capabilities.audit import endpoints as audit
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.runtime import Runtime
from retinue.workflows.connecting.endpoints import router
from tests.factories.serving import client, make_app, make_runtime


@pytest.fixture
def runtime(database: Database, clock: ManualClock, data_dir: Path) -> Runtime:
    runtime = make_runtime(
        database, clock, data_dir, sandgram_url="http://127.0.0.1:8900", live_networks=False
    )
    with database.writing() as db:
        access.initialise(db, runtime.sealer, is_demo=True, now=clock.now())
    return runtime


@pytest.fixture
def live(database: Database, clock: ManualClock, data_dir: Path) -> Runtime:
    """The same installation, started with live networks switched on."""
    runtime = make_runtime(database, clock, data_dir, live_networks=True)
    with database.writing() as db:
        access.initialise(db, runtime.sealer, is_demo=True, now=clock.now())
    return runtime


@pytest.fixture
def caller(runtime: Runtime) -> TestClient:
    return client(make_app(runtime, [router, audit.router]))


@pytest.fixture
def account(runtime: Runtime) -> Account:
    wanted = AccountCreate(login="ava", network="x", account_no="X001")
    with runtime.database.writing() as db:
        return accounts.add(db, runtime.sealer, wanted, actor="test", now=runtime.clock.now())
