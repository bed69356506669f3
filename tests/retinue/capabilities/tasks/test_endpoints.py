from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.endpoints import router
from retinue.capabilities.tasks.models import TaskType
from retinue.capabilities.tasks.schemas import Settled
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.errors import Problem
from retinue.foundation.runtime import Runtime
from tests.factories import serving
from tests.factories.engaging import make_account
from tests.factories.tasking import claim


@pytest.fixture
def runtime(database: Database, clock: ManualClock, data_dir: Path) -> Runtime:
    runtime = serving.make_runtime(database, clock, data_dir)
    with database.writing() as db:
        access.initialise(db, runtime.sealer, is_demo=True, now=clock.now())
    return runtime


@pytest.fixture
def local(runtime: Runtime) -> TestClient:
    return serving.client(serving.make_app(runtime, [router]))


def check(runtime: Runtime, client: TestClient, number: int) -> dict[str, Any]:
    wanted = {"type": "check_proxy", "tasks": [{"params": {"n": n}} for n in range(number)]}
    answer = client.post("/api/batches", json=wanted)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


class TestTasks:
    def test_a_task_is_made_shown_cancelled_and_tried_again(
        self, runtime: Runtime, local: TestClient
    ) -> None:
        with runtime.database.writing() as db:
            make_account(db, "ava", now=runtime.clock.now())
        made = local.post("/api/tasks", json={"type": "validate_account", "account": "@Ava"})
        assert made.status_code == 201, made.text
        task = made.json()
        assert (task["status"], task["priority"], task["waiting_for"]) == ("pending", 1, "turn")
        assert (task["account"], task["metrics"]["retries"]) == ("ava", 0)
        path = f"/api/tasks/{task['id']}"
        assert local.get(path).json() == task
        ended = local.post(f"{path}/cancel").json()
        assert (ended["status"], ended["reason"]) == ("failed", "cancelled")
        assert local.post(f"{path}/cancel").status_code == 409
        assert local.post(f"{path}/retry").json()["status"] == "pending"

    def test_a_type_that_nothing_runs_is_refused_with_those_that_can_be_run(
        self, local: TestClient
    ) -> None:
        tasks.catalogue.install({TaskType.check_proxy: lambda _db, _params: []})
        answer = local.post("/api/tasks", json={"type": "recover_account", "account": "ava"})
        assert answer.status_code == 422
        told = answer.json()
        assert (told["code"], told["runnable"]) == ("task_type_not_runnable", ["check_proxy"])
        assert told["errors"][0]["loc"] == ["type"]

    def test_what_does_not_fit_is_named_with_its_place_in_the_batch(
        self, local: TestClient
    ) -> None:
        def lint(_db: Any, params: dict[str, Any]) -> list[Problem]:
            return [] if "n" in params else [Problem(("n",), "is missing")]

        tasks.catalogue.install({TaskType.check_proxy: lint})
        wanted = {"type": "check_proxy", "tasks": [{"params": {"n": 1}}, {"params": {}}]}
        answer = local.post("/api/batches", json=wanted)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["loc"] == ["tasks", 1, "params", "n"]
        assert local.get("/api/batches").json()["items"] == []

    def test_pages_follow_each_other_and_filters_hold(
        self, runtime: Runtime, local: TestClient
    ) -> None:
        batch = check(runtime, local, 5)
        seen, cursor = [], None
        while True:
            asked = {"limit": 2, "batch_id": batch["id"], **({"cursor": cursor} if cursor else {})}
            page = local.get("/api/tasks", params=asked).json()
            seen += [one["position"] for one in page["items"]]
            assert page["total"] == 5
            if (cursor := page["next_cursor"]) is None:
                break
        assert seen == [4, 3, 2, 1, 0]
        assert local.get("/api/tasks?status=failed").json()["items"] == []
        assert len(local.get("/api/tasks?waiting_for=turn&priority=4").json()["items"]) == 5

    @pytest.mark.parametrize("number", [0, 1001])
    def test_a_batch_has_one_to_a_thousand_tasks(self, local: TestClient, number: int) -> None:
        wanted = {"type": "check_proxy", "tasks": [{}] * number}
        assert local.post("/api/batches", json=wanted).status_code == 422


class TestResults:
    @pytest.fixture
    def batch(self, runtime: Runtime, local: TestClient) -> str:
        made = check(runtime, local, 3)
        now = runtime.clock.now()
        with runtime.database.writing() as db:
            held = claim(db, now=now, limit=2)
            results: list[dict[str, Any]] = [{"n": 0, "name": "=1+1"}, {"n": 1}]
            settled = [Settled(one, result) for one, result in zip(held, results, strict=True)]
            tasks.complete_many(db, settled, now=now)
        return str(made["id"])

    def test_as_csv_each_member_has_a_column_and_no_cell_is_a_formula(
        self, local: TestClient, batch: str
    ) -> None:
        answer = local.get(f"/api/batches/{batch}/results?format=csv")
        assert "attachment" in answer.headers["content-disposition"]
        rows = list(csv.DictReader(io.StringIO(answer.text)))
        assert [row["status"] for row in rows] == ["completed", "completed", "pending"]
        assert [row["result.n"] for row in rows] == ["0", "1", ""]
        assert rows[0]["result.name"] == "'=1+1"

    def test_as_json_the_batch_comes_with_its_tasks(self, local: TestClient, batch: str) -> None:
        answer = local.get(f"/api/batches/{batch}/results?format=json").json()
        assert answer["batch"]["counts"] == {
            "pending": 1,
            "running": 0,
            "completed": 2,
            "failed": 0,
        }
        assert [one["result"] for one in answer["tasks"]] == [
            {"n": 0, "name": "=1+1"},
            {"n": 1},
            None,
        ]

    def test_of_a_batch_that_is_not_there_there_is_no_file(self, local: TestClient) -> None:
        assert local.get("/api/batches/none/results").status_code == 404


class TestQueue:
    def test_it_says_how_much_waits_for_what(self, runtime: Runtime, local: TestClient) -> None:
        check(runtime, local, 3)
        local.post("/api/tasks", json={"type": "lookup_profile", "params": {"username": "otter"}})
        with runtime.database.writing() as db:
            assert len(claim(db, now=runtime.clock.now(), limit=1)) == 1
        found = local.get("/api/queue").json()
        assert (found["pending"], found["running"]) == (3, 1)
        waiting = {one["waiting_for"]: one["number"] for one in found["waiting"]}
        assert waiting == {"turn": 2, "worker_account": 1}
        assert found["running_tasks"][0]["worker"] == "worker"

    def test_capacity_is_told_per_operation(self, runtime: Runtime, local: TestClient) -> None:
        with runtime.database.writing() as db:
            ava = make_account(db, "ava", now=runtime.clock.now()).id
        path = f"/api/queue/capacity?batch=51&account_id={ava}"
        found = {one["operation"]: one for one in local.get(path).json()["operations"]}
        follow = found["follow"]
        assert (follow["accounts"], follow["free_now"]) == (1, 1)
        assert follow["seconds_until_done"] == 3600
        assert found["look_up"]["seconds_until_done"] is None
