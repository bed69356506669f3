from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account
from retinue.capabilities.accounts.schemas import AccountCreate
from retinue.capabilities.plans import endpoints, service
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.runtime import Runtime
from tests.factories import serving

MakeAccount = Callable[..., Account]
BASE = "/account_config/luna"


@pytest.fixture
def runtime(database: Database, clock: ManualClock, data_dir: Path) -> Runtime:
    runtime = serving.make_runtime(database, clock, data_dir)
    with database.writing() as db:
        access.initialise(db, runtime.sealer, is_demo=True, now=clock.now())
    return runtime


@pytest.fixture
def make_account(runtime: Runtime) -> MakeAccount:
    def make(login: str = "luna", timezone: str = "UTC") -> Account:
        wanted = AccountCreate(login=login, timezone=timezone)
        with runtime.database.writing() as db:
            return accounts.add(
                db, runtime.sealer, wanted, actor="operator:anna", now=runtime.clock.now()
            )

    return make


@pytest.fixture
def account(make_account: MakeAccount) -> Account:
    return make_account(timezone="Europe/Berlin")


@pytest.fixture
def api(runtime: Runtime) -> TestClient:
    """The local operator of a demo installation."""
    return serving.client(serving.make_app(runtime, [endpoints.router]))


@pytest.fixture
def first_plan(runtime: Runtime, account: Account) -> None:
    """The first version of the account's plan."""
    text = "# mine\nblogger: [a, b] # two\nlikes-percentage: 50\nfeed: 3\n"
    with runtime.database.writing() as db:
        service.save(db, account, text, author=service.Author("cli"), now=runtime.clock.now())
