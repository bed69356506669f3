"""
Two API processes, two workers, a beat and two agents around one database server and one Redis do
what one process does: the main job with its proof, tasks, live updates, and an end in order.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from pydantic import SecretStr
from websockets.sync.client import connect

from retinue.entrypoints import demo_run, demo_seed, engine_room, sandgram_child, starting
from retinue.entrypoints.sandgram_child import RunningSandgram
from retinue.foundation.clock import SystemClock
from retinue.foundation.configuration import Configuration
from retinue.foundation.runtime import Runtime
from tests.factories.scaling import Fleet, Started, fleet, killable_redis
from tests.factories.staging import until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

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


@dataclass
class Site:
    fleet: Fleet
    runtime: Runtime
    sandgram: RunningSandgram
    apis: list[httpx2.Client]
    processes: dict[str, Started]


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    with (
        killable_redis(tmp_path) as redis,
        sandgram_child.started(tmp_path / "sandgram") as child,
        fleet(tmp_path, database_url=database_url, redis_url=redis.url) as crew,
    ):
        sandgram = child.ready()
        crew.variables["RETINUE_SANDGRAM_URL"] = sandgram.url
        configuration = Configuration(
            data_dir=tmp_path / "here",
            key_file=crew.key_file,
            database_url=SecretStr(database_url),
            redis_url=SecretStr(redis.url),
            sandgram_url=sandgram.url,
            sandgram_control_token_file=sandgram.control_token_file,
        )
        with starting.open_installation(configuration, is_demo=True) as runtime:
            started = {
                name: crew.retinue(name, *command.split())
                for name, command in {
                    "api-1": "api --port 0",
                    "api-2": "api --port 0",
                    "worker-1": "worker",
                    "worker-2": "worker",
                    "beat": "beat",
                    "agent-1": "agent --name one",
                    "agent-2": "agent --name two",
                }.items()
            }
            for process in started.values():
                process.wait_until_it_says("Ctrl-C ends it", seconds=90)
            apis = [crew.client_of(started[name]) for name in ("api-1", "api-2")]
            yield Site(crew, runtime, sandgram, apis, started)
            for api in apis:
                api.close()


def hello_and_stream(api: httpx2.Client, *, since: int | None = None) -> tuple[int, Any]:
    url = str(api.base_url).replace("http", "ws", 1).rstrip("/") + "/api/ws"
    client = connect(
        url if since is None else f"{url}?since={since}", proxy=None, legacy=True, max_queue=None
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


@pytest.mark.databases("postgresql", "mariadb")
class TestScaledTopology:
    def test_it_does_what_one_process_does(
        self, site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        clock = SystemClock()
        began = clock.monotonic()
        demo_seed.import_examples(site.runtime)
        monkeypatch.setattr(demo_run, "PLAN", PLAN)
        until(lambda: site.apis[0].get("/health").json()["status"] == "ok", "both agents report")
        engine_room.await_agent(site.runtime)
        working = demo_run._start_sessions(site.runtime)

        self.a_task_is_asked_for_here_and_done_there(site)
        self.every_tool_of_celery_finds_the_workers(site)

        demo_run._await_end(
            site.runtime, working, deadline=clock.monotonic() + 60, say=lambda _text: None
        )
        found = demo_run._proven(
            site.runtime, site.sandgram, imported=14, working=working, started=began
        )
        assert found.agrees, found
        assert (found.duplicates, found.unknown) == (0, 0)
        assert found.effects == found.actions_by_status["success"] > 0

        for name in ("api-1", "worker-1", "beat", "agent-1"):
            assert site.processes[name].terminate() == 0, site.processes[name].said

    def a_task_is_asked_for_here_and_done_there(self, site: Site) -> None:
        first, second = site.apis
        account = next(
            one
            for one in first.get("/api/accounts", params={"limit": 50}).json()["items"]
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

    def every_tool_of_celery_finds_the_workers(self, site: Site) -> None:
        """Flower asks in the same way, and listens to the same events."""
        tool = [sys.executable, "-m", "celery", "-A", "retinue.entrypoints.celery_app"]
        asking = site.fleet.start("tool", [*tool, "inspect", "conf", "--json", "--timeout", "3"])
        assert asking.process.wait(60) == 0, asking.said
        answers = json.loads(asking.said[asking.said.index("{") :])
        assert len(answers) == 2
        for conf in answers.values():
            assert conf["worker_send_task_events"] is True
            assert conf["task_send_sent_event"] is True
            assert conf["accept_content"] == ["json"]
