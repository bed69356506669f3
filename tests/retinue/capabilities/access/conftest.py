from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from retinue.capabilities.access import endpoints as access_endpoints
from retinue.capabilities.access import service as access
from retinue.capabilities.access.models import Role
from retinue.capabilities.access.schemas import Origin
from retinue.capabilities.settings import endpoints as settings_endpoints
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.runtime import Runtime
from tests.factories import serving

PASSWORD = "violet harbour 12 lanterns"
CLI = Origin("command line")

MakeOperator = Callable[..., str]
LogIn = Callable[..., TestClient]


@pytest.fixture
def runtime(database: Database, clock: ManualClock, data_dir: Path) -> Runtime:
    runtime = serving.make_runtime(database, clock, data_dir)
    with database.writing() as db:
        access.initialise(db, runtime.sealer, is_demo=True, now=clock.now())
    return runtime


@pytest.fixture
def app(runtime: Runtime) -> FastAPI:
    return serving.make_app(runtime, [access_endpoints.router, settings_endpoints.router])


@pytest.fixture
def local(app: FastAPI) -> TestClient:
    """A plain program on this machine."""
    return serving.client(app)


@pytest.fixture
def make_operator(runtime: Runtime) -> MakeOperator:
    def make(username: str = "anna", role: Role = Role.admin, password: str = PASSWORD) -> str:
        password_hash = access.prepare_password(password, username=username)
        with runtime.database.writing() as db:
            access.add_operator(
                db,
                username=username,
                password_hash=password_hash,
                role=role,
                origin=CLI,
                now=runtime.clock.now(),
            )
        return password

    return make


@pytest.fixture
def log_in(app: FastAPI) -> LogIn:
    """A browser with the cookie and the headers that our own pages send."""

    def open_login(username: str = "anna", password: str = PASSWORD, **kwargs: str) -> TestClient:
        browser = serving.client(app, origin="http://127.0.0.1:8000", sec_fetch_site="same-origin")
        answer = browser.post(
            "/api/login", json={"username": username, "password": password, **kwargs}
        )
        assert answer.status_code == 200, answer.text
        browser.headers["x-csrf-token"] = answer.json()["csrf_token"]
        return browser

    return open_login
