from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.capabilities.accounts import endpoints, service
from retinue.capabilities.accounts.models import Account
from retinue.capabilities.accounts.schemas import AccountCreate, OpenCredentials
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.runtime import Runtime
from retinue.workflows.validation import endpoints as validation
from tests.factories import serving

MakeAccount = Callable[..., Account]


@pytest.fixture
def runtime(database: Database, clock: ManualClock, data_dir: Path) -> Runtime:
    return serving.make_runtime(database, clock, data_dir)


@pytest.fixture
def make_account(runtime: Runtime) -> MakeAccount:
    def make(login: str = "luna", **given: object) -> Account:
        secrets = OpenCredentials(**given.pop("credentials", {}))  # type: ignore[arg-type]
        wanted = AccountCreate(login=login, credentials=secrets, **given)  # type: ignore[arg-type]
        with runtime.database.writing() as db:
            return service.add(
                db, runtime.sealer, wanted, actor="operator:anna", now=runtime.clock.now()
            )

    return make


@pytest.fixture
def local(runtime: Runtime) -> TestClient:
    with runtime.database.writing() as db:
        access.initialise(db, runtime.sealer, is_demo=True, now=runtime.clock.now())
    return serving.client(serving.make_app(runtime, [validation.router, endpoints.router]))
