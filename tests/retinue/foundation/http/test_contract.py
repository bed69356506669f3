from __future__ import annotations

from typing import Any

import pytest
from fastapi import APIRouter, FastAPI

from retinue.foundation.http import Body, Scope, contract, public, requires


class Wish(Body):
    text: str


@pytest.fixture
def document() -> dict[str, Any]:
    app = FastAPI(docs_url=None, redoc_url=None, swagger_ui_oauth2_redirect_url=None)
    router = APIRouter()

    @router.get("/open", dependencies=[public()])
    def look(limit: int = 1) -> dict[str, int]:
        return {"limit": limit}

    @router.post("/api/wishes", dependencies=[requires(Scope.accounts_write)])
    def wish(body: Wish) -> Wish:
        return body

    app.include_router(router)
    contract.install(app)
    return app.openapi()


class TestInstall:
    def test_an_error_under_api_is_a_problem(self, document: dict[str, Any]) -> None:
        refused = document["paths"]["/api/wishes"]["post"]["responses"]["422"]["content"]

        assert refused == {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
        }

    def test_an_error_of_a_root_path_is_in_its_own_envelope(self, document: dict[str, Any]) -> None:
        refused = document["paths"]["/open"]["get"]["responses"]["422"]["content"]

        assert refused == {
            "application/json": {"schema": {"$ref": "#/components/schemas/ErrorAnswer"}}
        }

    def test_a_closed_route_says_how_to_come_in_and_who_is_turned_away(
        self, document: dict[str, Any]
    ) -> None:
        operation = document["paths"]["/api/wishes"]["post"]

        assert operation["security"] == [{"token": []}]
        assert {"401", "403", "413", "415", "429", "500", "503"} <= set(operation["responses"])

    def test_an_open_route_asks_for_nothing(self, document: dict[str, Any]) -> None:
        operation = document["paths"]["/open"]["get"]

        assert "security" not in operation
        assert "401" not in operation["responses"]

    def test_the_shape_that_is_never_answered_is_gone(self, document: dict[str, Any]) -> None:
        assert "HTTPValidationError" not in str(document)
