"""An id that nothing can have is a wrong id on every engine, not an error of ours."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.http.principals import Scope, declared_routes
from tests.factories import serving

UNSUPPORTED_MEDIA_TYPE = 415
WRONG = ("a%00b", "x" * 300, "%F0%9F%A6%A6", "9" * 40, "-1", "%2e%2e")


@pytest.fixture
def app(database: Database, clock: ManualClock, data_dir: Path) -> FastAPI:
    from retinue.entrypoints.api import create_app

    runtime = serving.make_runtime(database, clock, data_dir, heavy_rate_limit="10000/minute")
    with database.writing() as db:
        access.initialise(db, runtime.sealer, is_demo=True, now=clock.now())
    return create_app(runtime)


def as_bot(app: FastAPI) -> TestClient:
    """What only bots may call is asked by one."""
    made = serving.client(app).post("/api/bots", json={"name": "bot"}).json()
    return serving.client(app, authorization=f"Bearer {made['token']}")


def test_no_id_in_a_path_is_a_fault(app: FastAPI) -> None:
    local, bot, admin = serving.client(app), as_bot(app), serving.admin(app)
    faults = []
    for route in declared_routes(app):
        if "{" not in route.path or not route.path.startswith(("/api", "/account", "/session")):
            continue
        caller = bot if route.path.startswith("/api/bot/") else local
        if route.scope is Scope.secrets_reveal:
            caller = admin
        for method in route.methods - {"HEAD"}:
            for wrong in WRONG:
                start, _, rest = route.path.partition("{")
                path = f"{start}{wrong}{rest.partition('}')[2]}"
                answer = caller.request(method, path, json=None if method == "GET" else {})
                if answer.status_code == UNSUPPORTED_MEDIA_TYPE:
                    answer = caller.request(method, path, files={"file": ("a.png", b"")})
                if answer.status_code not in {404, 422}:
                    faults.append((method, path, answer.status_code))
    assert faults == []
