"""What the tests of these endpoints ask for, and what a refusal has to look like."""

from __future__ import annotations

from typing import Any

from starlette.testclient import TestClient

from retinue.capabilities.monitors import service as monitors
from retinue.foundation.runtime import Runtime
from tests.factories import gauging
from tests.factories.gauging import PERSON, POST

PEOPLE = "/api/v1/instagram/influencer_monitor"


def made(client: TestClient, name: str = "instagram", interval: str = "30m") -> int:
    body = {"username": name, "interval": interval}
    answer = client.post(f"{PEOPLE}/create_monitor_task", json=body)
    assert answer.status_code == 201, answer.text
    number: int = answer.json()["data"]["task_id"]
    return number


def read_once(runtime: Runtime, **counts: int | None) -> None:
    now = runtime.clock.now()
    with runtime.database.writing() as db:
        gauging.run(db, now=now, **counts)
    monitors.caching.forget(runtime.cache, [(PERSON, "1001"), (POST, "CxYQJO8xuC6")])


def refused(answer: Any, status: int, code: str) -> dict[str, Any]:
    told: dict[str, Any] = answer.json()
    assert (answer.status_code, told["status_code"], told["success"]) == (status, status, False)
    assert set(told) == {"status_code", "success", "error"}
    assert told["error"]["code"] == code
    assert told["error"]["message"]
    found: dict[str, Any] = told["error"]
    return found
