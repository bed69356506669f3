from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, FastAPI, File, UploadFile
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.http import Body, Scope, heavy, public, requires
from retinue.foundation.http.middleware import SECURITY_HEADERS
from retinue.foundation.http.principals import RouteWithoutScope, check_every_route, declared_routes
from tests.factories import serving


class Thing(Body):
    name: str


def things() -> APIRouter:
    router = APIRouter()

    @router.get("/open", dependencies=[public()])
    def read_open() -> str:
        return "open"

    @router.get("/api/things", dependencies=[requires(Scope.accounts_read)])
    def read_things() -> str:
        return "things"

    @router.post("/api/things", dependencies=[requires(Scope.accounts_write)])
    def add_thing(thing: Thing) -> str:
        return thing.name

    @router.post("/things", dependencies=[requires(Scope.accounts_write)])
    def add_old_thing(thing: Thing) -> str:
        return thing.name

    @router.post("/api/files", dependencies=[requires(Scope.accounts_write)])
    def add_file(file: Annotated[UploadFile, File()]) -> int:
        return file.size or 0

    @router.get("/api/heavy", dependencies=[requires(Scope.accounts_read), heavy()])
    def read_heavy() -> str:
        return "heavy"

    @router.get("/api/broken", dependencies=[requires(Scope.accounts_read)])
    def read_broken() -> str:
        raise RuntimeError("secret-in-a-traceback")

    return router


MakeApp = Callable[..., FastAPI]


@pytest.fixture
def make_app(database: Database, clock: ManualClock, data_dir: Path) -> MakeApp:
    def make(**configured: Any) -> FastAPI:
        runtime = serving.make_runtime(database, clock, data_dir, **configured)
        with database.writing() as db:
            access.initialise(db, runtime.sealer, is_demo=True, now=clock.now())
        return serving.make_app(runtime, [things()])

    return make


@pytest.fixture
def app(make_app: MakeApp) -> FastAPI:
    return make_app()


@pytest.fixture
def caller(app: FastAPI) -> TestClient:
    return serving.client(app)


class TestRequires:
    def test_a_route_without_a_scope_keeps_the_app_from_starting(self, app: FastAPI) -> None:
        inner, outer = APIRouter(), APIRouter()
        inner.get("/forgotten")(lambda: None)
        outer.include_router(inner, prefix="/deep")
        app.include_router(outer)
        with pytest.raises(RouteWithoutScope, match="/deep/forgotten declares no scope"):
            check_every_route(app)

    def test_a_mounted_application_keeps_the_app_from_starting(self, app: FastAPI) -> None:
        app.mount("/other", FastAPI())
        with pytest.raises(RouteWithoutScope, match="/other"):
            check_every_route(app)

    def test_a_websocket_without_a_scope_keeps_the_app_from_starting(self, app: FastAPI) -> None:
        router = APIRouter()

        @router.websocket("/ws")
        async def ws() -> None: ...

        app.include_router(router)
        with pytest.raises(RouteWithoutScope, match="/ws"):
            check_every_route(app)

    def test_every_route_can_be_asked_for_its_scope(self, app: FastAPI) -> None:
        declared = {(route.path, *route.methods): route for route in declared_routes(app)}
        assert declared["/open", "GET"].scope is None
        assert declared["/api/things", "POST"].scope is Scope.accounts_write
        assert declared["/api/heavy", "GET"].is_heavy

    @pytest.mark.parametrize(
        "path",
        [
            "//api/things",
            "/api//things",
            "/API/things",
            "/api/things/",
            "/%61pi/things",
            "/api%2fthings",
            "/api/./things",
            "/api/x/../things",
            "/api/things%00",
            "/api/things;x",
            "/{path}",
            "/api/:id",
        ],
    )
    def test_no_spelling_of_a_path_goes_around_the_scope(self, app: FastAPI, path: str) -> None:
        stranger = serving.client(app, peer=serving.ELSEWHERE)
        assert stranger.get(f"http://127.0.0.1:8000{path}").status_code in {307, 401, 404}


class TestEnvelopes:
    def test_an_error_under_api_is_a_problem(self, caller: TestClient) -> None:
        answer = caller.post("/api/things", json={"nam": "x"}, headers={"x-request-id": "abc"})
        assert answer.headers["content-type"] == "application/problem+json"
        body = answer.json()
        assert (body["status"], body["code"], body["trace_id"]) == (422, "invalid", "abc")
        assert {tuple(error["loc"]) for error in body["errors"]} == {
            ("body", "name"),
            ("body", "nam"),
        }

    def test_an_error_of_a_root_path_keeps_its_own_envelope(self, caller: TestClient) -> None:
        for answer in (
            caller.post("/things", json={}),
            caller.get("/nowhere"),
            caller.put("/open"),
        ):
            assert answer.json()["status"] == "error"
            assert {"message", "code"} <= set(answer.json())

    def test_a_failure_of_ours_says_nothing_of_its_inside(self, caller: TestClient) -> None:
        answer = caller.get("/api/broken")
        assert answer.status_code == 500
        assert "secret-in-a-traceback" not in answer.text
        assert answer.json()["code"] == "internal_error"
        assert "x-request-id" in answer.headers


class TestHeaders:
    def test_every_answer_has_them(self, caller: TestClient) -> None:
        answers = [
            caller.get("/open"),
            caller.get("/nowhere"),
            caller.get("/api/broken"),
            caller.get("/open", headers={"host": "evil.com"}),
            caller.post("/api/things", content=b"x", headers={"content-type": "text/plain"}),
            caller.get("/api/things", headers={"authorization": "Bearer no"}),
        ]
        for answer in answers:
            for name, value in SECURITY_HEADERS.items():
                assert answer.headers[name] == value, (answer.url, name)
            assert answer.headers["cache-control"] == "no-store"
            for name in ("limit", "remaining", "reset"):
                assert int(answer.headers[f"x-ratelimit-{name}"]) >= 0

    @pytest.mark.parametrize("offered", ["a b", "x" * 65, "é", "<script>"])
    def test_a_request_id_that_is_not_sane_is_replaced(
        self, caller: TestClient, offered: str
    ) -> None:
        answer = caller.get("/open", headers=[(b"x-request-id", offered.encode())])
        assert answer.headers["x-request-id"] != offered


class TestRateLimits:
    def test_a_token_is_limited_by_route_and_told_when_to_come_back(
        self, make_app: MakeApp
    ) -> None:
        app = make_app(rate_limit="3/minute")
        token = self._token(app)
        bearer = serving.client(app, authorization=f"Bearer {token}")
        answers = [bearer.get("/api/things") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert [answer.headers["x-ratelimit-remaining"] for answer in answers] == [
            "2",
            "1",
            "0",
            "0",
        ]
        assert 1 <= int(answers[3].headers["retry-after"]) <= 60
        assert bearer.get("/api/heavy").status_code == 200

        other = serving.client(app, authorization=f"Bearer {self._token(app)}")
        assert other.get("/api/things").status_code == 200

    def test_a_heavy_route_has_a_limit_of_its_own_even_for_the_local_operator(
        self, make_app: MakeApp
    ) -> None:
        caller = serving.client(make_app(heavy_rate_limit="2/minute"))
        assert [caller.get("/api/heavy").status_code for _ in range(3)] == [200, 200, 429]

    def test_guessing_tokens_is_limited_by_address(self, make_app: MakeApp) -> None:
        app = make_app(rate_limit="3/minute")
        far = serving.client(app, peer=serving.ELSEWHERE)
        codes = [
            far.get("/api/things", headers={"authorization": f"Bearer rt_{number}"}).status_code
            for number in range(5)
        ]
        assert codes == [401, 401, 401, 429, 429]

    def test_normal_use_of_this_machine_is_not_slowed(self, caller: TestClient) -> None:
        assert {caller.get("/api/things").status_code for _ in range(700)} == {200}

    def _token(self, app: FastAPI) -> str:
        from retinue.capabilities.access.models import Role
        from retinue.capabilities.access.schemas import Origin, TokenCreate

        runtime = app.state.runtime
        with runtime.database.writing() as db:
            return access.issue_token(
                db,
                TokenCreate(name="x", role=Role.viewer),
                granted_by=frozenset(Scope),
                origin=Origin("command line"),
                now=runtime.clock.now(),
            ).token
