"""
Every change that somebody asks for leaves an entry in the audit log.

Made from the routes themselves: a new one needs a line in one of the two tables here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.capabilities.audit import service as audit
from retinue.capabilities.audit.models import AuditEntry
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.http.principals import declared_routes
from retinue.foundation.runtime import Runtime
from tests.factories import serving
from tests.factories.importing import file_of, row

NOT_DUE = {
    "POST /api/interactions/check": "asks and changes nothing; a POST because it takes many names",
    "POST /start_session": "needs an agent; capabilities/sessions/test_agents.py looks for the entry",
    "POST /stop_session": "needs an agent; capabilities/sessions/test_agents.py looks for the entry",
    "POST /test_interaction": "needs a network; workflows/test_interaction looks for the entry",
    "POST /api/attempts/{attempt_id}/settle": "needs an unknown outcome; workflows/probing looks for the entry",
    "POST /api/attempts/{attempt_id}/probe": "brings forward what is looked at by itself anyway",
    "POST /api/proxies/{proxy_id}/check": "tries the proxy and keeps what that has shown; workflows/validation",
    "POST /api/inbox/{item_id}/claim": "needs an item; capabilities/inbox looks for the entry",
    "POST /api/inbox/{item_id}/resolve": "needs an item; capabilities/inbox looks for the entry",
}
"""Routes of which no entry is expected here, and why."""

PASSWORD = "a long enough password"


@dataclass
class Scene:
    """What the steps so far have made, and a caller who may do everything."""

    local: TestClient
    runtime: Runtime
    code: str
    made: dict[str, Any] = field(default_factory=dict)


Step = Callable[[Scene], Any]


def _persona(scene: Scene) -> Any:
    answer = scene.local.post("/api/personas", json={"name": "Luna"})
    scene.made["persona"] = answer.json().get("id", answer.text)
    return answer


def _proxy(scene: Scene) -> Any:
    answer = scene.local.post(
        "/api/proxies", json={"host": "proxy.example.com", "port": 8080, "username": "u"}
    )
    scene.made["proxy"] = answer.json().get("id", answer.text)
    return answer


def _account(scene: Scene) -> Any:
    answer = scene.local.post("/accounts", json={"account": "luna"})
    found = scene.local.get("/api/accounts").json()["items"]
    scene.made["account"] = found[0]["id"]
    return answer


def _plan(scene: Scene) -> Any:
    for percent in (70, 71):
        answer = scene.local.put(
            "/account_config/luna", json={"set": {"likes-percentage": percent}}
        )
    return answer


def _import(scene: Scene) -> Any:
    file = {"file": ("a.csv", file_of(row(login="mia")), "text/csv")}
    return scene.local.post("/api/accounts/import", files=file)


def _dnc(scene: Scene) -> Any:
    answer = scene.local.post("/api/do-not-contact", json={"handle": "otter", "reason": "asked"})
    scene.made["entry"] = answer.json().get("id", answer.text)
    return answer


def _dnc_import(scene: Scene) -> Any:
    file = {"file": ("a.csv", b"handle,reason\nseal,asked\n", "text/csv")}
    return scene.local.post("/api/do-not-contact/import", files=file, data={"reason": "asked"})


def _token(scene: Scene) -> Any:
    answer = scene.local.post("/api/tokens", json={"name": "ci", "role": "viewer"})
    scene.made["token"] = answer.json().get("id", answer.text)
    return answer


def _set_up(scene: Scene) -> Any:
    body = {"code": scene.code, "username": "anna", "password": PASSWORD}
    return scene.local.post("/api/setup", json=body)


def _log_in(scene: Scene, password: str = PASSWORD) -> Any:
    answer = scene.local.post("/api/login", json={"username": "anna", "password": password})
    scene.local.headers["X-CSRF-Token"] = scene.local.get("/api/me").json()["csrf_token"]
    return answer


def _log_out(scene: Scene) -> Any:
    # A new password has ended every log-in.
    _log_in(scene, PASSWORD + "!")
    return scene.local.delete("/api/login")


def _operator(scene: Scene) -> Any:
    body = {"username": "ben", "password": PASSWORD, "role": "viewer"}
    answer = scene.local.post("/api/operators", json=body)
    scene.made["operator"] = answer.json().get("id", answer.text)
    return answer


def send(method: str, path: str, **more: Any) -> Step:
    return lambda scene: scene.local.request(method, path.format(**scene.made), **more)


def _task(scene: Scene) -> Any:
    wanted = {"type": "validate_account", "account": "luna"}
    answer = scene.local.post("/api/tasks", json=wanted)
    scene.made["task"] = answer.json().get("id", answer.text)
    return answer


def _batch(scene: Scene) -> Any:
    wanted = {"type": "validate_account", "tasks": [{"account": "luna"}]}
    answer = scene.local.post("/api/batches", json=wanted)
    scene.made["batch"] = answer.json().get("id", answer.text)
    return answer


STEPS: dict[str, Step] = {
    "POST /api/personas": _persona,
    "PATCH /api/personas/{persona_id}": send(
        "PATCH", "/api/personas/{persona}", json={"name": "Lu"}
    ),
    "POST /api/proxies": _proxy,
    "PATCH /api/proxies/{proxy_id}": send(
        "PATCH", "/api/proxies/{proxy}", json={"password": "hush"}
    ),
    "DELETE /api/proxies/{proxy_id}": send("DELETE", "/api/proxies/{proxy}"),
    "POST /accounts": _account,
    "POST /api/accounts/import": _import,
    "PATCH /api/accounts/{account_id}": send(
        "PATCH", "/api/accounts/{account}", json={"labels": ["a"]}
    ),
    "POST /api/accounts/bulk": send(
        "POST", "/api/accounts/bulk", json={"action": "pause", "reason": "x", "filter": {}}
    ),
    "POST /api/tasks": _task,
    "POST /api/tasks/{task_id}/cancel": send("POST", "/api/tasks/{task}/cancel"),
    "POST /api/tasks/{task_id}/retry": send("POST", "/api/tasks/{task}/retry"),
    "POST /api/batches": _batch,
    "POST /api/batches/csv": send(
        "POST",
        "/api/batches/csv?type=lookup_profile",
        files={"file": ("a.csv", b"username\notter\n", "text/csv")},
    ),
    "POST /api/batches/follow": send(
        "POST", "/api/batches/follow", json={"accounts": ["luna"], "targets": ["otter"]}
    ),
    "POST /api/batches/{batch_id}/cancel": send("POST", "/api/batches/{batch}/cancel"),
    "POST /api/batches/{batch_id}/retry-failed": send("POST", "/api/batches/{batch}/retry-failed"),
    "PUT /account_config/{account}": _plan,
    "POST /account_config/{account}/restore": send(
        "POST", "/account_config/luna/restore", json={"version": 1}
    ),
    "POST /save_interaction": send(
        "POST",
        "/save_interaction",
        json={"username": "otter", "action": "like", "timestamp": "2026-01-31T12:00:00Z"},
    ),
    "POST /save_history_filters": send("POST", "/save_history_filters", json={"filters": ["like"]}),
    "DELETE /clear_history": send("DELETE", "/clear_history"),
    "POST /api/interactions/cleanup": send("POST", "/api/interactions/cleanup"),
    "POST /api/do-not-contact": _dnc,
    "POST /api/do-not-contact/import": _dnc_import,
    "DELETE /api/do-not-contact/{entry_id}": send("DELETE", "/api/do-not-contact/{entry}"),
    "PUT /api/settings": send("PUT", "/api/settings", json={"reengagement_days": 31}),
    "PUT /config": send("PUT", "/config", json={"reengagement_days": 32}),
    "POST /api/pause": send("POST", "/api/pause", json={"scope": "fleet", "reason": "x"}),
    "POST /api/resume": send("POST", "/api/resume", json={"scope": "fleet", "reason": "x"}),
    "DELETE /accounts/{account}": send("DELETE", "/accounts/mia"),
    "DELETE /api/accounts/{account_id}": send("DELETE", "/api/accounts/{account}"),
    "DELETE /api/personas/{persona_id}": send("DELETE", "/api/personas/{persona}"),
    "POST /api/tokens": _token,
    "DELETE /api/tokens/{token_id}": send("DELETE", "/api/tokens/{token}"),
    # From here on there is an admin, and nobody is the local operator any more.
    "POST /api/setup": _set_up,
    "POST /api/login": _log_in,
    "POST /api/operators": _operator,
    "PATCH /api/operators/{operator_id}": send(
        "PATCH", "/api/operators/{operator}", json={"role": "operator"}
    ),
    "PUT /api/me/password": send(
        "PUT", "/api/me/password", json={"current": PASSWORD, "new": PASSWORD + "!"}
    ),
    "DELETE /api/login": _log_out,
}
"""A change that succeeds, for each route, in an order in which each of them does."""


@pytest.fixture
def runtime(database: Database, clock: ManualClock, data_dir: Path) -> Runtime:
    runtime = serving.make_runtime(database, clock, data_dir, heavy_rate_limit="10000/minute")
    with database.writing() as db:
        access.initialise(db, runtime.sealer, is_demo=True, now=clock.now())
    return runtime


@pytest.fixture
def app(runtime: Runtime) -> FastAPI:
    from retinue.entrypoints.api import create_app

    return create_app(runtime)


def entries(runtime: Runtime) -> int:
    with runtime.database.reading() as db:
        return db.scalar(select(func.count()).select_from(AuditEntry)) or 0


def test_every_route_that_changes_something_stands_in_a_table(app: FastAPI) -> None:
    unsafe = {
        f"{method} {route.path}"
        for route in declared_routes(app)
        for method in route.methods - {"GET", "HEAD"}
    }
    assert unsafe - set(STEPS) - set(NOT_DUE) == set()
    assert (set(STEPS) | set(NOT_DUE)) - unsafe == set()


def test_each_change_leaves_an_entry_and_the_chain_stays_whole(
    app: FastAPI, runtime: Runtime
) -> None:
    with runtime.database.writing() as db:
        code = access.new_setup_code(db)
    scene = Scene(serving.client(app, origin="http://127.0.0.1:8000"), runtime, code or "")
    missing = []
    for name, step in STEPS.items():
        before = entries(runtime)
        answer = step(scene)
        assert answer.is_success, (name, answer.status_code, answer.text)
        if entries(runtime) == before:
            missing.append(name)
    assert missing == []
    with runtime.database.reading() as db:
        assert audit.verify(db) is None
