from __future__ import annotations

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from retinue.foundation.http import Router, Scope, requires

READ = [requires(Scope.accounts_read)]


class TestDirectory:
    @pytest.fixture
    def caller(self, serve: Callable[..., TestClient]) -> TestClient:
        def names(prefix: str, *paths: str) -> Router:
            router = Router(prefix=prefix)
            for path in paths:
                router.get(path, dependencies=READ)(lambda name=prefix + path: name)
            return router

        return serve(
            names("/api/things", "", "/states", "/{thing}", "/{thing}/parts"),
            names("/files", "/{path:path}"),
        )

    @pytest.mark.parametrize(
        ("path", "route"),
        [
            ("/api/things", "/api/things"),
            ("/api/things/states", "/api/things/states"),
            ("/api/things/5", "/api/things/{thing}"),
            ("/api/things/5/parts", "/api/things/{thing}/parts"),
            ("/files/a/b/c", "/files/{path:path}"),
        ],
    )
    def test_a_request_finds_the_route_of_its_path(
        self, caller: TestClient, path: str, route: str
    ) -> None:
        assert caller.get(path).json() == route

    @pytest.mark.parametrize(("method", "path", "status"), [
        ("GET", "/api/other", 404),
        ("DELETE", "/api/things", 405),
        ("GET", "/api/things/5/parts/6", 404),
    ])  # fmt: skip
    def test_what_it_does_not_know_is_answered_as_ever(
        self, caller: TestClient, method: str, path: str, status: int
    ) -> None:
        assert caller.request(method, path).status_code == status

    def test_a_slash_too_many_leads_to_the_route(self, caller: TestClient) -> None:
        assert caller.get("/api/things/", follow_redirects=False).status_code == 307
