"""The same request twice: one effect, one answer. On the real application and its real routes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy import func, select
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.capabilities.audit.models import AuditEntry
from retinue.capabilities.personas.models import Persona
from retinue.foundation.clock import ManualClock, SystemClock
from retinue.foundation.database import Database
from retinue.foundation.http import contract, idempotency
from retinue.foundation.idempotency import jobs, service
from retinue.foundation.idempotency.models import IdempotencyKey
from retinue.foundation.runtime import Runtime
from tests.factories import plain_http, serving
from tests.factories.staging import until

PERSONAS = "/api/personas"


@pytest.fixture
def runtime(database: Database, clock: ManualClock, data_dir: Path) -> Runtime:
    runtime = serving.make_runtime(database, clock, data_dir, local_rate_limit="100000/minute")
    with database.writing() as db:
        access.initialise(db, runtime.sealer, is_demo=True, now=clock.now())
    return runtime


@pytest.fixture
def app(runtime: Runtime) -> FastAPI:
    from retinue.entrypoints.api import create_app

    return create_app(runtime)


@pytest.fixture
def local(app: FastAPI) -> TestClient:
    return serving.client(app)


def post(caller: TestClient, name: str, *, key: str = "k-1", path: str = PERSONAS) -> Any:
    return caller.post(path, json={"name": name}, headers={idempotency.HEADER: key})


def count(runtime: Runtime, record: type[Any]) -> int:
    with runtime.database.reading() as db:
        return db.scalar(select(func.count()).select_from(record)) or 0


class TestKey:
    def test_the_second_request_gets_the_first_answer_and_has_no_effect(
        self, local: TestClient, runtime: Runtime, clock: ManualClock
    ) -> None:
        first = post(local, "Luna")
        entries = count(runtime, AuditEntry)
        clock.advance(timedelta(hours=23))
        second = post(local, "Luna")
        assert (first.status_code, second.status_code) == (201, 201)
        assert first.content == second.content
        assert idempotency.REPLAYED not in first.headers
        assert second.headers[idempotency.REPLAYED] == "true"
        kept = ("content-type", "location", "etag")
        assert [first.headers.get(n) for n in kept] == [second.headers.get(n) for n in kept]
        assert (count(runtime, Persona), count(runtime, AuditEntry)) == (1, entries)

    def test_without_a_key_a_route_is_as_it_was(self, local: TestClient) -> None:
        answers = [local.post(PERSONAS, json={"name": "Luna"}).status_code for _ in range(2)]
        assert answers == [201, 409]

    def test_another_request_with_the_key_is_refused(self, local: TestClient) -> None:
        post(local, "Luna")
        other_body, other_path = post(local, "Mia"), post(local, "Luna", path="/api/pause")
        assert (other_body.status_code, other_body.json()["code"]) == (
            422,
            "idempotency_key_reused",
        )
        assert other_path.status_code == 422
        assert local.get(PERSONAS).json()["items"][0]["name"] == "Luna"

    def test_a_refusal_is_not_kept(self, local: TestClient, runtime: Runtime) -> None:
        local.post(PERSONAS, json={"name": "Luna"})
        assert post(local, "Luna").status_code == 409
        assert post(local, "", key="k-2").status_code == 422
        assert count(runtime, IdempotencyKey) == 0
        personas = local.get(PERSONAS).json()["items"]
        assert local.delete(f"{PERSONAS}/{personas[0]['id']}").status_code == 204
        assert post(local, "Luna").status_code == 201

    def test_the_keys_of_one_caller_are_not_anothers(
        self, app: FastAPI, local: TestClient, runtime: Runtime
    ) -> None:
        issued = local.post("/api/tokens", json={"name": "ci", "role": "admin"}).json()["token"]
        other = serving.client(app, peer=serving.ELSEWHERE, authorization=f"Bearer {issued}")
        assert post(local, "Luna").status_code == 201
        assert post(other, "Mia").status_code == 201
        assert count(runtime, Persona) == 2

    def test_a_token_that_is_shown_once_is_not_stored_in_the_clear(
        self, local: TestClient, runtime: Runtime
    ) -> None:
        sent: dict[str, Any] = {
            "json": {"name": "ci", "role": "viewer"}, "headers": {idempotency.HEADER: "t"},
        }  # fmt: skip
        first, second = local.post("/api/tokens", **sent), local.post("/api/tokens", **sent)
        assert first.content == second.content
        with runtime.database.reading() as db:
            row = db.scalars(select(IdempotencyKey)).one()
        assert first.json()["token"].encode() not in (row.answer or b"")

    def test_an_answer_without_a_body_is_kept_too(self, local: TestClient) -> None:
        one = post(local, "Luna").json()["id"]
        sent = {idempotency.HEADER: "gone"}
        answers = [local.delete(f"{PERSONAS}/{one}", headers=sent) for _ in range(2)]
        assert [(a.status_code, a.content) for a in answers] == [(204, b""), (204, b"")]
        assert answers[1].headers[idempotency.REPLAYED] == "true"

    @pytest.mark.parametrize("key", ["", "x" * 201, "a\tb", "caf\u00e9"])
    def test_a_key_that_is_none_is_refused(
        self, local: TestClient, runtime: Runtime, key: str
    ) -> None:
        answer = local.post(
            PERSONAS, json={"name": "Luna"}, headers=[(b"Idempotency-Key", key.encode("latin-1"))]
        )
        assert (answer.status_code, "Idempotency-Key" in answer.json()["detail"]) == (422, True)
        assert count(runtime, Persona) == 0

    @pytest.mark.parametrize("path", ["/api/accounts/bulk", "/api/accounts/import", "/api/login"])
    def test_a_route_that_keeps_no_answers_says_so(self, local: TestClient, path: str) -> None:
        given = (
            {"data": {"mode": "x"}, "files": {"file": b"x"}} if "import" in path else {"json": {}}
        )
        answer = local.post(path, headers={idempotency.HEADER: "k"}, **given)  # type: ignore[arg-type]
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_not_taken")

    def test_the_documentation_names_it_where_it_is_taken(self, app: FastAPI) -> None:
        contract.install(app)
        paths = app.openapi()["paths"]

        def names(path: str, method: str) -> list[str]:
            return [one["name"] for one in paths[path][method].get("parameters", [])]

        assert idempotency.HEADER in names(PERSONAS, "post")
        assert idempotency.HEADER not in names(PERSONAS, "get")
        assert idempotency.HEADER not in names("/api/accounts/bulk", "post")


class TestPrune:
    def test_after_a_day_the_key_is_free_and_the_row_goes(
        self, local: TestClient, runtime: Runtime, clock: ManualClock
    ) -> None:
        post(local, "Luna")
        clock.advance(timedelta(hours=24, seconds=1))
        assert post(local, "Mia").status_code == 201
        clock.advance(timedelta(hours=24, seconds=1))
        jobs.prune(runtime, {})
        assert count(runtime, IdempotencyKey) == 0

    def test_a_younger_key_stays(
        self, local: TestClient, runtime: Runtime, clock: ManualClock
    ) -> None:
        post(local, "Luna")
        clock.advance(service.KEPT - timedelta(seconds=1))
        jobs.prune(runtime, {})
        assert count(runtime, IdempotencyKey) == 1


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, backlog=1024))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        until(lambda: server.started, "the server's start")
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


class TestAtOnce:
    @pytest.mark.parametrize("round_", range(2))
    def test_two_hundred_at_once_are_one_effect_and_one_answer(
        self, app: FastAPI, runtime: Runtime, round_: int
    ) -> None:
        start = threading.Barrier(200)

        def send(url: str) -> tuple[int, bytes]:
            # A new connection each: as many clients would.
            with plain_http.client(timeout=60) as client:
                start.wait(30)
                while True:
                    answer = client.post(
                        url, json={"name": "Luna"}, headers={idempotency.HEADER: f"k{round_}"}
                    )
                    # Asked to come back, a client comes back.
                    if answer.status_code not in {409, 503}:
                        return answer.status_code, answer.content
                    assert answer.json()["code"] in {"idempotency_key_running", "database_busy"}
                    SystemClock().sleep(0.1)

        with served(app) as base, ThreadPoolExecutor(200) as pool:
            answers = set(pool.map(send, [f"{base}{PERSONAS}"] * 200))
        assert [status for status, _ in answers] == [201]
        assert count(runtime, Persona) == 1
