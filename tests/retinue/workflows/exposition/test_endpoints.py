"""`GET /metrics`: every line can be read by Prometheus' own parser, and says what is so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.capabilities.access.models import Role
from retinue.capabilities.access.schemas import Origin, TokenCreate
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.events import service as events
from retinue.foundation.http.principals import Scope
from retinue.foundation.jobs import service as jobs
from retinue.foundation.runtime import Runtime
from retinue.workflows.exposition.endpoints import router
from retinue.workflows.health.endpoints import router as health
from tests.factories import serving, tasking


@pytest.fixture(autouse=True)
def any_type() -> Iterator[None]:
    with tasking.everything_runs():
        yield


@pytest.fixture
def runtime(database: Database, clock: ManualClock, data_dir: Path) -> Runtime:
    runtime = serving.make_runtime(database, clock, data_dir)
    with database.writing() as db:
        access.initialise(db, runtime.sealer, is_demo=True, now=clock.now())
    return runtime


@pytest.fixture
def caller(runtime: Runtime) -> TestClient:
    return serving.client(serving.make_app(runtime, [router, health]))


def samples(caller: TestClient) -> dict[tuple[str, tuple[str, ...]], float]:
    answer = caller.get("/metrics")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


class TestExpose:
    def test_it_counts_tasks_by_priority_and_by_what_they_wait_for(
        self, caller: TestClient, runtime: Runtime, clock: ManualClock
    ) -> None:
        with runtime.database.writing() as db:
            tasking.ask_batch(db, 7, now=clock.now())
            one = tasking.ask(db, now=clock.now())
            tasking.claim(db, now=clock.now(), ids=[one])
        clock.advance(timedelta(seconds=90))

        found = samples(caller)

        assert found["retinue_tasks_pending", ("4",)] == 7
        assert found["retinue_tasks_waiting", ("turn",)] == 7
        assert found["retinue_tasks_running", ()] == 1
        assert found["retinue_tasks_oldest_due_seconds", ()] == 90

    def test_it_tells_how_long_events_and_jobs_have_waited(
        self, caller: TestClient, runtime: Runtime, clock: ManualClock
    ) -> None:
        with runtime.database.writing() as db:
            events.publish(db, "test", {}, now=clock.now())
            jobs.defer(db, "a job", {}, now=clock.now())
        clock.advance(timedelta(seconds=3))

        found = samples(caller)

        assert found["retinue_outbox_age_seconds", ()] == 3
        assert found["retinue_jobs", ("waiting",)] == 1
        assert found["retinue_jobs_oldest_due_seconds", ()] == 3
        assert found["retinue_sessions", ("running",)] == 0
        assert "retinue_redis_up" not in {name for name, _ in found}

    def test_requests_are_counted_by_route_and_never_by_what_a_stranger_types(
        self, caller: TestClient
    ) -> None:
        caller.get("/health/live")
        caller.get("/health/live")
        caller.get("/nowhere/at/all")
        caller.request("BREW", "/health/live")

        found = samples(caller)

        assert found["retinue_http_requests_total", ("GET", "/health/live", "200")] == 2
        assert found["retinue_http_requests_total", ("GET", "none", "404")] == 1
        assert not [key for key in found if "nowhere" in str(key) or "BREW" in str(key)]

    def test_a_viewer_reads_it_and_nobody_without_a_name(self, runtime: Runtime) -> None:
        app = serving.make_app(runtime, [router])
        with runtime.database.writing() as db:
            issued = access.issue_token(
                db,
                TokenCreate(name="prometheus", role=Role.viewer),
                granted_by=frozenset(Scope),
                origin=Origin("command line"),
                now=runtime.clock.now(),
            )
        stranger = serving.client(app, peer=serving.ELSEWHERE)
        viewer = serving.client(app, peer=serving.ELSEWHERE, authorization=f"Bearer {issued.token}")

        assert stranger.get("/metrics").status_code == 401
        assert viewer.get("/metrics").status_code == 200
