"""A byte 0 in what comes in is a wrong value on every engine and every route, not an error of ours."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from tests.factories import serving

NUL = "a\x00b"


@pytest.fixture
def app(database: Database, clock: ManualClock, data_dir: Path) -> FastAPI:
    from retinue.entrypoints.api import create_app

    runtime = serving.make_runtime(database, clock, data_dir, heavy_rate_limit="10000/minute")
    with database.writing() as db:
        access.initialise(db, runtime.sealer, is_demo=True, now=clock.now())
    return create_app(runtime)


@pytest.fixture
def local(app: FastAPI) -> TestClient:
    return serving.client(app)


def locations(answer: Any) -> list[list[str | int]]:
    told = answer.json()
    # The paths with an envelope of their own have them one floor further down.
    return [problem["loc"] for problem in told.get("error", told)["errors"]]


class TestEveryRoute:
    def test_a_query_that_holds_one_is_refused_by_name(self, app: FastAPI) -> None:
        admin = serving.admin(app)
        for route in iter_route_contexts(app.routes):
            path = re.sub(r"\{[^}]*\}", "0", str(route.path))
            if isinstance(route.original_route, APIRoute) and path.startswith("/api/"):
                for method in route.methods or ():
                    sent: dict[str, Any] | None = None if method == "GET" else {}
                    answer = admin.request(method, f"{path}?word=a%00b", json=sent)
                    if answer.status_code != 415:
                        told = f"{method} {path}: {answer.status_code} {answer.text}"
                        assert answer.status_code == 422, told
                        assert ["query", "word"] in locations(answer), told

    def test_a_body_that_holds_one_is_refused_by_name(self, app: FastAPI) -> None:
        admin = serving.admin(app)
        for route in iter_route_contexts(app.routes):
            path = re.sub(r"\{[^}]*\}", "0", str(route.path))
            found = route.original_route
            if isinstance(found, APIRoute) and route.dependant.body_params:
                for method in route.methods or ():
                    sent = {"of": [{"deep": NUL}], NUL: 1}
                    answer = admin.request(method, path, json=sent)
                    if answer.status_code != 415:
                        told = f"{method} {path}: {answer.status_code} {answer.text}"
                        assert answer.status_code == 422, told
                        wanted = [["body", "a?b"], ["body", "of", 0, "deep"]]
                        assert sorted(locations(answer), key=len) == wanted, told


class TestTheSixCharacters:
    def test_a_backslash_before_u0000_is_plain_text(self, local: TestClient) -> None:
        answer = local.post("/api/personas", json={"name": r"a\u0000b"})
        assert answer.status_code == 201, answer.text
        assert answer.json()["name"] == r"a\u0000b"

    def test_behind_a_backslash_of_its_own_it_is_a_nul(self, local: TestClient) -> None:
        answer = local.post("/api/personas", json={"name": "a\\\x00b"})
        assert answer.status_code == 422
        assert locations(answer) == [["body", "name"]]


class TestFilters:
    @pytest.mark.parametrize("name", ["search", "persona", "label"])
    def test_the_list_of_accounts_names_the_filter(self, local: TestClient, name: str) -> None:
        answer = local.get("/api/accounts", params={name: NUL})
        assert answer.status_code == 422
        assert locations(answer) == [["query", name]]

    def test_a_reason_and_a_filter_of_a_bulk(self, local: TestClient) -> None:
        wanted = {"action": "pause", "reason": NUL, "filter": {"search": NUL}}
        answer = local.post("/api/accounts/bulk", json=wanted)
        assert answer.status_code == 422
        assert sorted(locations(answer)) == [["body", "filter", "search"], ["body", "reason"]]
