from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.capabilities.alerts import endpoints as alert_endpoints
from retinue.capabilities.alerts import service as alerts
from retinue.capabilities.alerts.models import AlertDelivery, DeliveryState
from retinue.capabilities.alerts.schemas import ChannelCreate, Editor
from retinue.capabilities.audit.models import AuditEntry
from retinue.drivers.messengers.apprise_out import AppriseMessenger
from retinue.drivers.messengers.protocol import Message, Tone
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.jobs.executor import Executor
from retinue.foundation.runtime import Runtime
from retinue.workflows.alerting import endpoints
from retinue.workflows.alerting.jobs import JOBS
from tests.factories.alarming import DOWN
from tests.factories.serving import client, make_app, make_runtime
from tests.retinue.workflows.alerting.receiving import Received, receiving


@pytest.fixture
def service() -> Iterator[Received]:
    with receiving() as received:
        yield received


@pytest.fixture
def runtime(database: Database, clock: ManualClock, data_dir: Path) -> Runtime:
    runtime = make_runtime(database, clock, data_dir)
    with database.writing() as db:
        access.initialise(db, runtime.sealer, is_demo=True, now=clock.now())
    return runtime


@pytest.fixture
def caller(runtime: Runtime) -> TestClient:
    return client(make_app(runtime, [endpoints.router, alert_endpoints.router]))


class TestDelivery:
    def test_an_alert_and_its_end_arrive_once(
        self, runtime: Runtime, caller: TestClient, service: Received
    ) -> None:
        added = caller.post("/api/alerts/channels", json={"name": "here", "url": service.url})
        assert added.status_code == 201
        with runtime.database.writing() as db:
            alert = alerts.raise_alert(db, DOWN, now=runtime.clock.now())
            alerts.raise_alert(db, DOWN, now=runtime.clock.now())
        executor = Executor(runtime, JOBS)
        executor.step()
        with runtime.database.writing() as db:
            alerts.resolve(db, DOWN.key, now=runtime.clock.now())
        executor.step()

        titles = [body["title"] for body in service.bodies]
        assert titles == ["Warning: source down", "Resolved: source down"]
        assert "TikHub does not answer." in service.bodies[0]["message"]
        shown = caller.get(f"/api/alerts/{alert.id}").json()
        assert [one["state"] for one in shown["deliveries"]] == ["sent", "sent"]
        assert caller.get("/api/alerts/channels").json()[0]["last_sent_at"] is not None

    def test_a_service_that_refuses_is_asked_again_and_nothing_shows_its_url(
        self,
        runtime: Runtime,
        caller: TestClient,
        service: Received,
        clock: ManualClock,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        caplog.set_level(logging.DEBUG)
        service.answers = [500, 302]
        caller.post("/api/alerts/channels", json={"name": "here", "url": service.url})
        with runtime.database.writing() as db:
            alert = alerts.raise_alert(db, DOWN, now=clock.now())
        executor, errors = Executor(runtime, JOBS), []
        for seconds in (0, 10, 60):
            clock.advance(timedelta(seconds=seconds))
            executor.step()
            (sent,) = caller.get(f"/api/alerts/{alert.id}").json()["deliveries"]
            errors.append(sent["error"])

        assert errors == [
            "The service answered with status 500.",
            "The service answered with status 302.",
            None,
        ]
        assert (sent["state"], sent["attempts"], len(service.bodies)) == ("sent", 3, 3)
        everything = caplog.text + caller.get("/api/alerts/channels").text
        assert "a-key-of-the-service" not in everything

    def test_a_channel_from_other_days_does_not_lead_out(
        self, runtime: Runtime, service: Received
    ) -> None:
        with runtime.database.writing() as db:
            wanted = ChannelCreate(name="out", url=SecretStr("json://alerts.example.com/x"))
            live = Editor("x", may_leave=True)
            now = runtime.clock.now()
            alerts.add_channel(db, runtime.sealer, wanted, by=live, now=now)
            alerts.raise_alert(db, replace(DOWN), now=now)
        Executor(runtime, JOBS).step()

        with runtime.database.reading() as db:
            row = db.scalars(select(AlertDelivery)).one()
        assert row.state is DeliveryState.waiting
        assert row.error is not None
        assert "live networks are switched off" in row.error
        assert service.bodies == []


class TestTrial:
    def test_it_says_what_came_of_it(
        self, runtime: Runtime, caller: TestClient, service: Received
    ) -> None:
        added = caller.post("/api/alerts/channels", json={"name": "here", "url": service.url})
        path = f"/api/alerts/channels/{added.json()['id']}/test"
        service.answers = [200, 404]

        assert caller.post(path).json() == {"ok": True, "message": "The service has taken it."}
        refused = {"ok": False, "message": "The service answered with status 404."}
        assert caller.post(path).json() == refused
        (shown,) = caller.get("/api/alerts/channels").json()
        assert shown["last_error"] == refused["message"]
        assert "url" not in shown
        with runtime.database.reading() as db:
            acts = db.scalars(select(AuditEntry.action)).all()
        assert acts.count("alert_channel.tested") == 2


class TestMessenger:
    def test_each_message_has_its_own_fate(self, service: Received) -> None:
        def to(url: str) -> Message:
            return Message(url, "t", "b", Tone.info)

        away = "json://127.0.0.1:1/x"
        nobody = "no-such-service://127.0.0.1/"
        sent = AppriseMessenger(may_leave=False).send([to(away), to(nobody), to(service.url)])

        assert sent[0] == "The service could not be reached, or did not answer in time."
        assert (sent[1] or "").startswith("The URL is not understood")
        assert sent[2] is None
        assert service.bodies[0]["type"] == "info"
