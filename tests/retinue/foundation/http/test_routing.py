from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import APIRouter, Response
from pydantic import BaseModel
from sqlalchemy import text
from starlette.testclient import TestClient

from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.errors import NotFound
from retinue.foundation.events import service as events
from retinue.foundation.http import Db, ReadDb, Router, Scope, requires
from retinue.foundation.http.routing import RouteWithoutTurn

READ = [requires(Scope.accounts_read)]
WRITE = [requires(Scope.accounts_write)]


class Thing(BaseModel):
    name: str
    size: int = 1


def published(database: Database) -> int:
    with database.reading() as db:
        return int(db.execute(text("SELECT count(*) FROM events")).scalar_one())


class TestRouter:
    def test_the_answer_is_written_down_as_the_route_declares_it(
        self, serve: Callable[..., TestClient]
    ) -> None:
        router = Router()

        @router.post("/things", dependencies=WRITE, status_code=201)
        def add_thing(response: Response) -> Thing:
            response.headers["ETag"] = '"1"'
            return Thing(name="otter")

        answer = serve(router).post("/things")
        assert (answer.status_code, answer.json()) == (201, {"name": "otter", "size": 1})
        assert answer.headers["ETag"] == '"1"'
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["content-length"] == str(len(answer.content))

    def test_an_endpoint_may_choose_its_status(self, serve: Callable[..., TestClient]) -> None:
        router = Router()

        @router.post("/things", dependencies=WRITE, status_code=201)
        def add_thing(response: Response) -> Thing:
            response.status_code = 200
            return Thing(name="otter")

        assert serve(router).post("/things").status_code == 200

    def test_a_change_is_there_when_its_answer_is(
        self, serve: Callable[..., TestClient], database: Database, clock: ManualClock
    ) -> None:
        router = Router()

        @router.post("/events", dependencies=WRITE, status_code=204)
        def publish(db: Db) -> None:
            events.publish(db, "account_update", {}, now=clock.now())

        assert serve(router).post("/events").status_code == 204
        assert published(database) == 1

    def test_an_answer_that_breaks_its_promise_changes_nothing(
        self, serve: Callable[..., TestClient], database: Database, clock: ManualClock
    ) -> None:
        router = Router()

        @router.post("/events", dependencies=WRITE, response_model=Thing)
        def publish(db: Db) -> Any:
            events.publish(db, "account_update", {}, now=clock.now())
            return {"no": "name"}

        assert serve(router).post("/events").status_code == 500
        assert published(database) == 0

    def test_a_refusal_changes_nothing(
        self, serve: Callable[..., TestClient], database: Database, clock: ManualClock
    ) -> None:
        router = Router()

        @router.post("/events", dependencies=WRITE)
        def publish(db: Db) -> None:
            events.publish(db, "account_update", {}, now=clock.now())
            raise NotFound("gone")

        assert serve(router).post("/events").status_code == 404
        assert published(database) == 0

    def test_a_transaction_stays_on_one_thread(self, serve: Callable[..., TestClient]) -> None:
        router, seen = Router(), []

        @router.post("/things", dependencies=WRITE)
        def look(db: Db) -> str:
            seen.append(threading.get_ident())
            db.info["retinue.on_commit"] = [lambda: seen.append(threading.get_ident())]
            return "done"

        serve(router).post("/things")
        assert len(seen) == 2
        assert len(set(seen)) == 1


class TestCheckEveryTurn:
    def test_the_database_is_asked_for_on_a_router_of_ours_only(
        self, serve: Callable[..., TestClient]
    ) -> None:
        router = APIRouter()

        @router.get("/things", dependencies=READ)
        def read_things(db: ReadDb) -> None:
            """Nobody would open it."""

        with pytest.raises(RouteWithoutTurn, match="/things asks for the database"):
            serve(router)

    def test_and_not_on_the_loop(self, serve: Callable[..., TestClient]) -> None:
        router = Router()

        @router.get("/things", dependencies=READ)
        async def read_things(db: ReadDb) -> None:
            """Asking would stop every other request."""

        with pytest.raises(RouteWithoutTurn):
            serve(router)
