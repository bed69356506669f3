"""
Two API processes, two workers, a beat and two agents around one database server and one Redis do
what one process does: the main job with its proof, tasks, live updates, and an end in order.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import httpx2
import pytest
from websockets.sync.client import connect

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account
from retinue.entrypoints import demo_run, demo_seed
from retinue.entrypoints.sandgram_child import RunningSandgram
from tests.factories.staging import until
from tests.fixtures.fleet import RunningFleet

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

PLAN = """\
blogger-followers: [harbour_lights]
interactions-count: 20
likes-percentage: 100
follow-percentage: 30
total-likes-limit: 12
total-follows-limit: 6
like-interval: 0
follow-interval: 0
view-interval: 0
"""


def hello_and_stream(api: httpx2.Client, *, since: int | None = None) -> tuple[int, Any]:
    url = str(api.base_url).replace("http", "ws", 1).rstrip("/") + "/api/ws"
    client = connect(
        url if since is None else f"{url}?since={since}",
        additional_headers={"Authorization": api.headers["Authorization"]},
        proxy=None,
        legacy=True,
        max_queue=None,
    )
    return json.loads(client.recv(timeout=30))["seq"], client


def heard(client: Any, wanted: str, *, until_task: str) -> list[int]:
    """The numbers of everything that was told until this task had ended."""
    numbers = []
    while True:
        message = json.loads(client.recv(timeout=30))
        numbers.append(message["seq"])
        data = message.get("data", {})
        is_it = message["type"] == wanted and data.get("task_id") == until_task
        if is_it and data["status"] in {"completed", "failed"}:
            return numbers


def judge(running: RunningFleet) -> RunningSandgram:
    configuration = running.runtime.configuration
    assert configuration.sandgram_control_token_file is not None
    return RunningSandgram(running.sandgram.url, configuration.sandgram_control_token_file, 0)


def begin(running: RunningFleet) -> list[Account]:
    """What a user of the demo does, over HTTP, each call at another door. The accounts that work."""
    doors = running.doors
    file = demo_seed.example_accounts().read_bytes()
    report = doors.call("POST", "/api/accounts/import", files={"file": ("accounts.csv", file)})
    assert report.json()["counts"]["create"] == 14, report.text
    doors.put("/api/settings", {"dedup_scope": "fleet"})
    items = doors.get("/api/accounts", limit=50)["items"]
    chosen = [one for one in items if one["login"] not in demo_seed.IDLE_LOGINS][:2]
    doors.post(
        "/api/accounts/bulk",
        {"action": "activate", "ids": [one["id"] for one in chosen], "reason": "the demo"},
    )
    for one in chosen:
        doors.put(f"/account_config/{one['login']}", {"text": PLAN})
    for one in chosen:
        running.start_session(one["login"])
    with running.runtime.database.reading() as db:
        return [accounts.get(db, one["id"]) for one in chosen]


@pytest.mark.databases("postgresql", "mariadb")
class TestScaledTopology:
    def test_it_does_what_one_process_does(self, running: RunningFleet) -> None:
        began = running.runtime.clock.monotonic()
        working = begin(running)
        self.a_task_is_asked_for_here_and_done_there(running)
        self.every_tool_of_celery_finds_the_workers(running)

        def has_ended() -> bool:
            found = running.doors.get("/sessions", limit=10)["items"]
            return len(found) == 2 and all(one["ended_at"] for one in found)

        until(has_ended, "the end of both sessions", seconds=120)
        found = demo_run._proven(
            running.runtime, judge(running), imported=14, working=working, started=began
        )
        assert found.agrees, found
        assert (found.duplicates, found.unknown) == (0, 0)
        assert found.effects == found.actions_by_status["success"] > 0
        assert found.dedupe_hits > 0, "both were to meet the same people"

        for one in (running.apis[0], running.workers[0], running.beat, running.agents[0]):
            assert one.started is not None
            assert one.started.terminate() == 0, one.said

    def a_task_is_asked_for_here_and_done_there(self, running: RunningFleet) -> None:
        first, second = running.doors.clients
        account = next(
            one
            for one in running.doors.get("/api/accounts", limit=50)["items"]
            if one["login"] in demo_seed.IDLE_LOGINS
        )
        last, stream = hello_and_stream(first)
        asked = first.post(
            "/api/tasks", json={"type": "validate_account", "account_id": account["id"]}
        )
        assert asked.status_code == 201, asked.text
        task_id = asked.json()["id"]
        numbers = heard(stream, "task_update", until_task=task_id)
        stream.close()

        _, again = hello_and_stream(second, since=last)
        assert heard(again, "task_update", until_task=task_id) == numbers
        again.close()
        assert numbers == sorted(set(numbers))
        assert second.get(f"/api/tasks/{task_id}").json()["status"] == "completed"
        workers = second.get("/api/queue").json()["workers"]
        assert [one["is_lost"] for one in workers] == [False, False]
        metrics = second.get("/metrics").text
        assert 'retinue_workers{state="alive"} 2.0' in metrics
        assert "retinue_redis_up 1.0" in metrics

    def every_tool_of_celery_finds_the_workers(self, running: RunningFleet) -> None:
        """Flower asks in the same way, and listens to the same events."""
        tool = [sys.executable, "-m", "celery", "-A", "retinue.entrypoints.celery_app"]
        asking = running.crew.start("tool", [*tool, "inspect", "conf", "--json", "--timeout", "3"])
        assert asking.process.wait(60) == 0, asking.said
        answers = json.loads(asking.said[asking.said.index("{") :])
        assert len(answers) == 2
        for conf in answers.values():
            assert conf["worker_send_task_events"] is True
            assert conf["task_send_sent_event"] is True
            assert conf["accept_content"] == ["json"]
