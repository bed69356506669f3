"""
Who may call what: every route of the application, with every sort of caller.

Made from the routes themselves, so that a new one is in it from its first day.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.capabilities.access.models import Role
from retinue.capabilities.access.schemas import Origin, TokenCreate
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.http.principals import DeclaredRoute, Scope, declared_routes
from retinue.foundation.runtime import Runtime
from tests.factories import serving

PUBLIC = {
    "/",
    "/docs",
    "/docs/assets/{name}",
    "/ui",
    "/ui/assets/{name:path}",
    "/ui/{path:path}",
    "/health/live",
    "/health/ready",
    "/api/setup",
    "/api/login",
}
"""What is open to everybody, written down a second time: opening a route takes a change here too."""

REFUSED_BY_THE_ROUTE_ITSELF = {"setup_code_wrong", "not_yours", "bots_only"}
CALLERS = ("anonymous", "viewer", "operator", "admin", "bot", "local")


@pytest.fixture
def runtime(database: Database, clock: ManualClock, data_dir: Path) -> Runtime:
    # The limits have a test of their own; here one caller asks for everything.
    runtime = serving.make_runtime(database, clock, data_dir, heavy_rate_limit="10000/minute")
    with database.writing() as db:
        access.initialise(db, runtime.sealer, is_demo=True, now=clock.now())
    return runtime


@pytest.fixture
def app(runtime: Runtime) -> FastAPI:
    from retinue.entrypoints.api import create_app

    return create_app(runtime)


def caller_for(name: str, app: FastAPI, runtime: Runtime) -> TestClient:
    if name == "local":
        return serving.client(app)
    if name == "anonymous":
        return serving.client(app, peer=serving.ELSEWHERE)
    with runtime.database.writing() as db:
        issued = access.issue_token(
            db,
            TokenCreate(name=name, role=Role(name)),
            granted_by=frozenset(Scope),
            origin=Origin("command line"),
            now=runtime.clock.now(),
        )
    return serving.client(app, peer=serving.ELSEWHERE, authorization=f"Bearer {issued.token}")


def scopes_for(name: str) -> frozenset[Scope]:
    if name == "anonymous":
        return frozenset()
    if name == "local":
        return access.scopes_of(Role.admin) - {Scope.secrets_reveal, Scope.secrets_export}
    return access.scopes_of(Role(name))


def fault(caller: TestClient, name: str, route: DeclaredRoute, method: str) -> str | None:
    """What is wrong with one cell of the matrix, or None."""
    path = re.sub(r"\{[^}]*\}", "0", route.path)
    answer = caller.request(method, path, json=None if method == "GET" else {})
    code = (
        answer.json().get("code")
        if "json" in answer.headers.get("content-type", "") and isinstance(answer.json(), dict)
        else None
    )
    cell = f"{method} {route.path} as {name}: {answer.status_code} {code}"
    if answer.status_code >= 500 and answer.status_code != 503:
        return cell
    if route.scope is None or route.scope in scopes_for(name):
        refused = answer.status_code in {401, 403} and code not in REFUSED_BY_THE_ROUTE_ITSELF
        # Logging in is open to everybody and refuses whom it does not know.
        return cell if refused and route.path != "/api/login" else None
    wanted = 401 if name == "anonymous" else 403
    return None if answer.status_code == wanted else f"{cell}, not {wanted}"


class TestEveryRoute:
    @pytest.mark.parametrize("name", CALLERS)
    def test_it_answers_those_who_have_its_scope_and_nobody_else(
        self, app: FastAPI, runtime: Runtime, name: str
    ) -> None:
        caller = caller_for(name, app, runtime)
        faults = [
            found
            for route in declared_routes(app)
            for method in sorted(route.methods)
            if (found := fault(caller, name, route, method)) is not None
        ]
        assert faults == []

    def test_only_what_is_written_down_here_is_open(self, app: FastAPI) -> None:
        assert {route.path for route in declared_routes(app) if route.scope is None} <= PUBLIC

    def test_a_change_from_another_site_is_refused_everywhere(self, app: FastAPI) -> None:
        local = serving.client(app)
        for route in declared_routes(app):
            for method in route.methods - {"GET"}:
                path = re.sub(r"\{[^}]*\}", "0", route.path)
                for headers in ({"origin": "null"}, {"sec-fetch-site": "cross-site"}):
                    answer = local.request(method, path, json={}, headers=headers)
                    assert answer.status_code == 403, (method, path, headers)

    def test_a_form_of_another_site_is_refused_everywhere(self, app: FastAPI) -> None:
        local = serving.client(app)
        for route in declared_routes(app):
            for method in route.methods - {"GET"}:
                path = re.sub(r"\{[^}]*\}", "0", route.path)
                answer = local.request(
                    method, path, content=b"{}", headers={"content-type": "text/plain"}
                )
                assert answer.status_code == 415, (method, path)
