"""An application of some routers on a test's database, and clients that call it from wherever a test says."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.capabilities.access.models import Role
from retinue.capabilities.access.schemas import Origin, TokenCreate
from retinue.foundation.cache import MemoryCache
from retinue.foundation.clock import Clock
from retinue.foundation.configuration import Configuration
from retinue.foundation.database import Database
from retinue.foundation.http import directory, middleware, principals, problems, routing
from retinue.foundation.http.principals import Scope
from retinue.foundation.runtime import Runtime
from retinue.foundation.sealing import Sealer

SEALER = Sealer.of(bytes(range(32)))
HERE = ("127.0.0.1", 50_000)
ELSEWHERE = ("203.0.113.7", 50_000)


def make_runtime(database: Database, clock: Clock, data_dir: Path, **configured: Any) -> Runtime:
    return Runtime(
        configuration=Configuration(data_dir=data_dir, **configured),
        database=database,
        clock=clock,
        rng=random.Random(7),
        sealer=SEALER,
        incarnation="test",
        cache=MemoryCache(clock),
    )


def make_app(runtime: Runtime, routers: Sequence[APIRouter]) -> FastAPI:
    app = FastAPI(docs_url=None, redoc_url=None)
    app.state.runtime = runtime
    app.state.authenticator = access.authenticator(runtime)
    routing.take(app.router, *routers)
    problems.install(app)
    principals.check_every_route(app)
    routing.check_every_turn(app)
    directory.install(app)
    middleware.install(app, runtime.configuration)
    return app


def client(
    app: FastAPI, *, peer: tuple[str, int] = HERE, host: str = "127.0.0.1:8000", **headers: str
) -> TestClient:
    """A caller at `peer`; underscores in header names stand for dashes."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return TestClient(
        app,
        base_url=f"http://{host}",
        client=peer,
        headers=named,
        raise_server_exceptions=False,
        follow_redirects=False,
    )


def admin(app: FastAPI) -> TestClient:
    """Somebody with every scope, those that demo mode's local operator lacks too."""
    runtime: Runtime = app.state.runtime
    with runtime.database.writing() as db:
        issued = access.issue_token(
            db,
            TokenCreate(name="admin", role=Role.admin),
            granted_by=frozenset(Scope),
            origin=Origin("command line"),
            now=runtime.clock.now(),
        )
    return client(app, authorization=f"Bearer {issued.token}")
