from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.capabilities.sessions.models import Agent
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.jobs.models import Job
from retinue.foundation.runtime import Runtime
from retinue.workflows.health.endpoints import router
from tests.factories.serving import client, make_app, make_runtime


@pytest.fixture
def runtime(database: Database, clock: ManualClock, data_dir: Path) -> Runtime:
    runtime = make_runtime(database, clock, data_dir)
    with database.writing() as db:
        access.initialise(db, runtime.sealer, is_demo=True, now=clock.now())
    return runtime


@pytest.fixture
def caller(runtime: Runtime) -> TestClient:
    return client(make_app(runtime, [router]))


def component(caller: TestClient, name: str) -> dict[str, Any]:
    parts = caller.get("/health").json()["components"]
    found: dict[str, Any] = next(part for part in parts if part["name"] == name)
    return found


class TestLive:
    def test_a_process_that_answers_is_alive(self, caller: TestClient) -> None:
        answer = caller.get("/health/live")

        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


class TestReady:
    def test_a_migrated_database_that_answers_is_ready(self, caller: TestClient) -> None:
        answer = caller.get("/health/ready")

        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


class TestHealth:
    def test_a_damage_that_the_daily_look_has_found_fails_it(
        self, caller: TestClient, data_dir: Path
    ) -> None:
        (data_dir / "database.damaged").write_text("The database is damaged: a test.")

        found = component(caller, "database_file")

        assert found["state"] == "failed"
        assert "a test" in found["detail"]
        assert "retinue db restore" in found["remedy"]
        assert caller.get("/health").json()["status"] == "failed"

    def test_an_agent_that_has_reported_makes_sessions_ok(
        self, caller: TestClient, runtime: Runtime
    ) -> None:
        _agent(runtime)

        assert component(caller, "sessions")["state"] == "ok"

    def test_an_agent_that_has_fallen_silent_makes_them_degraded_and_says_since_when(
        self, caller: TestClient, runtime: Runtime, clock: ManualClock
    ) -> None:
        _agent(runtime)
        clock.advance(timedelta(seconds=16))

        found = component(caller, "sessions")

        assert (found["state"], found["age_seconds"]) == ("degraded", 16.0)

    def test_without_any_agent_it_says_that_sessions_cannot_start(self, caller: TestClient) -> None:
        found = component(caller, "sessions")

        assert found["state"] == "degraded"
        assert "cannot start" in found["detail"]

    def test_a_job_that_waits_too_long_degrades_the_engine_room(
        self, caller: TestClient, runtime: Runtime, clock: ManualClock
    ) -> None:
        with runtime.database.writing() as db:
            db.add(Job(name="a.job", payload={}, due_at=clock.now()))
        clock.advance(timedelta(seconds=31))

        found = component(caller, "engine_room")

        assert (found["state"], found["age_seconds"]) == ("degraded", 31.0)
        assert caller.get("/health").json()["status"] == "degraded"

    def test_a_job_that_was_given_up_is_in_sight(
        self, caller: TestClient, runtime: Runtime, clock: ManualClock
    ) -> None:
        with runtime.database.writing() as db:
            db.add(Job(name="a.job", payload={}, due_at=clock.now(), dead_at=clock.now()))

        assert component(caller, "engine_room")["facts"] == {"dead_jobs": 1}

    def test_a_part_that_is_not_well_says_how_to_mend_it(self, caller: TestClient) -> None:
        silent = component(caller, "sessions")

        assert silent["state"] == "degraded"
        assert "retinue agent --name" in silent["remedy"]
        assert component(caller, "database")["remedy"] is None

    def test_every_part_is_named_with_its_state(self, caller: TestClient) -> None:
        parts = caller.get("/health").json()["components"]

        assert {part["name"] for part in parts} == {
            "database",
            "migrations",
            "engine_room",
            "sessions",
            "disk",
            "broker",
        }


def _agent(runtime: Runtime) -> None:
    now = runtime.clock.now()
    with runtime.database.writing() as db:
        db.add(
            Agent(
                name="local",
                incarnation="0",
                host="here",
                pid=1,
                started_at=now,
                seen_at=now,
            )
        )
