"""Fifty accounts of a real Sandgram in every kind of trouble, imported, validated by the queue, and judged."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.capabilities.accounts.schemas import ImportMode, Upload
from retinue.capabilities.proxies.rules import FAILURES
from retinue.capabilities.settings import service as settings
from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.models import TaskStatus
from retinue.capabilities.tasks.schemas import TaskFilter
from retinue.entrypoints.api import create_app
from retinue.entrypoints.models import metadata
from retinue.entrypoints.tasks import TASKS
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.runtime import Runtime
from retinue.workflows.account_import import service as account_import
from retinue.workflows.validation import functions
from retinue.workflows.validation.gate import Gate
from retinue.workflows.working.service import Worker
from tests.factories import serving
from tests.factories.troubling import COUNT, ENDS, PROXY_OF, End, begin_trouble, made
from tests.fixtures.sandgram import RunningSandgram, start_sandgram

PATIENCE = 120.0


@pytest.fixture
def sandgram(tmp_path: Path) -> Iterator[RunningSandgram]:
    running = start_sandgram(tmp_path / "sandgram", "--proxies", "5")
    yield running
    running.close()


@pytest.fixture
def runtime(
    database: Database,
    clock: ManualClock,
    data_dir: Path,
    sandgram: RunningSandgram,
    monkeypatch: pytest.MonkeyPatch,
) -> Runtime:
    tasks.catalogue.install({one.type: one.lint for one in TASKS})
    monkeypatch.setattr(functions, "_gate", Gate())
    runtime = serving.make_runtime(database, clock, data_dir, sandgram_url=sandgram.url)
    with database.writing() as db:
        access.initialise(db, runtime.sealer, is_demo=True, now=clock.now())
        # What is found is judged here as it is found; mending it is the test of recoveries.
        by_hand = {"recovery": {"automatic": False}}
        settings.update(db, by_hand, actor="a test", now=clock.now())
    return runtime


@pytest.fixture
def local(runtime: Runtime) -> TestClient:
    return serving.client(create_app(runtime))


def keep_clocks_in_step(sandgram: RunningSandgram, clock: ManualClock) -> None:
    body = {"set": clock.now().isoformat(), "factor": 0}
    assert sandgram.control.post("/clock", json=body).status_code == 200


@contextmanager
def working(runtime: Runtime) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=Worker(runtime, TASKS).run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(30)


def await_end(runtime: Runtime, clock: ManualClock, sandgram: RunningSandgram) -> None:
    """
    Until the rest waits for proxies that are down. The clock stands while anything works, and moves on
    until all may try again when they only wait.
    """
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with runtime.database.reading() as db:
            open_ones = list(
                tasks.page(
                    db,
                    TaskFilter(statuses=(TaskStatus.pending, TaskStatus.running)),
                    limit=100,
                )
            )
        if all(one.waiting_for == "proxy" for one in open_ones):
            return
        now = clock.now()
        if all(one.status is TaskStatus.pending and one.due_at > now for one in open_ones):
            clock.advance(max(one.due_at for one in open_ones) - now + timedelta(seconds=1))
            keep_clocks_in_step(sandgram, clock)
        time.sleep(0.05)
    raise AssertionError(f"still open: {[(one.account, one.waiting_why) for one in open_ones]}")


def validate_all(local: TestClient) -> list[str]:
    answer = local.post("/api/accounts/bulk", json={"action": "validate", "filter": {}})
    assert answer.status_code == 200, answer.text
    report = answer.json()
    assert report["changed"] == COUNT, report
    batch_ids: list[str] = report["batch_ids"]
    return batch_ids


def seen(local: TestClient) -> dict[str, dict[str, Any]]:
    items = local.get("/api/accounts?limit=100").json()["items"]
    assert len(items) == COUNT
    return {one["login"]: one for one in items}


def stands(account: dict[str, Any]) -> End:
    evidence = account["health_evidence"] or {}
    return End(
        account["health"],
        account["validation_status"],
        str(evidence.get("class")),
        str(evidence.get("source")),
    )


def everything_stored(runtime: Runtime) -> str:
    with runtime.database.reading() as db:
        return "\n".join(
            repr(row) for table in metadata.sorted_tables for row in db.execute(select(table)).all()
        )


def test_each_ends_in_the_right_state_with_evidence_and_no_secret_is_told(
    runtime: Runtime,
    local: TestClient,
    clock: ManualClock,
    sandgram: RunningSandgram,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    keep_clocks_in_step(sandgram, clock)
    fleet = made(sandgram)
    upload = Upload(fleet.file(), ImportMode.all_or_nothing, is_dry_run=False, actor="a test")
    assert account_import.import_now(runtime, upload).counts["create"] == COUNT
    begin_trouble(sandgram, fleet)
    with working(runtime):
        batches = validate_all(local)
        await_end(runtime, clock, sandgram)

    found = seen(local)
    ends = {login: stands(found[login]) for login in fleet.trouble}
    wanted = {login: ENDS[trouble][1] for login, trouble in fleet.trouble.items()}
    assert {k: (fleet.trouble[k], v) for k, v in ends.items() if v != wanted[k]} == {}
    for account in found.values():
        assert account["last_validated_at"]
        assert account["health_evidence"]["text"]
        assert account["health_evidence"]["time"]

    # What the network has seen: each refused password once, each account by its own way out.
    logins = {
        login: sandgram.control.get(f"/accounts/{login}/logins").json()["items"]
        for login in fleet.trouble
    }
    for login, trouble in fleet.trouble.items():
        refused = [one for one in logins[login] if one["outcome"] == "wrong_password"]
        assert len(refused) == (trouble == "wrong password"), (login, trouble)
        number = PROXY_OF.get(trouble)
        exits = {f"127.0.1.{number}"} if number in {1, 2} else set() if number else {"127.0.0.1"}
        assert {one["source"] for one in logins[login]} <= exits, (login, trouble)
        assert (number in {3, 4, 5}) == (trouble.startswith("proxy ")), trouble

    # The queue's view of it: a verdict is a result, and what gave none is a failure with its source.
    with runtime.database.reading() as db:
        rows = [row for one in batches for row in tasks.results(db, one)]
    assert len(rows) == COUNT
    for row in rows:
        trouble = fleet.trouble[row.account]
        if row.status is TaskStatus.completed:
            assert row.result["validation_status"] == ends[row.account].validation
        else:
            assert row.error["source"] == ends[row.account].source
            assert trouble.startswith("proxy ") or trouble.endswith("for good")

    answers = [
        local.get(path).text
        for path in ("/api/accounts?limit=100", "/api/proxies", "/api/inbox", "/api/audit")
    ]
    stored = everything_stored(runtime)
    told = "\n".join([*answers, caplog.text, stored])
    assert all(login in told for login in fleet.trouble)
    assert [secret for secret in fleet.secrets if secret in told] == []
    assert len(fleet.secrets) > 4 * COUNT


def test_a_storm_of_the_network_and_the_proxies_closes_nobody_and_opens_nobody(
    runtime: Runtime, local: TestClient, clock: ManualClock, sandgram: RunningSandgram
) -> None:
    keep_clocks_in_step(sandgram, clock)
    fleet = made(sandgram)
    upload = Upload(fleet.file(), ImportMode.all_or_nothing, is_dry_run=False, actor="a test")
    account_import.import_now(runtime, upload)
    for login, trouble in fleet.trouble.items():
        if trouble in {"locked", "suspended", "challenge"}:
            sandgram.control.patch(f"/accounts/{login}", json={"status": trouble})
    with working(runtime):
        validate_all(local)
        await_end(runtime, clock, sandgram)
        before = {login: one["health"] for login, one in seen(local).items()}
        assert sorted(set(before.values())) == ["error", "locked", "needs_human", "ok", "suspended"]

        for number, trouble in (
            (1, "down"),
            (2, "refuse"),
            (3, "fail"),
            (4, "down"),
            (5, "refuse"),
        ):
            sandgram.trouble({"number": number}, trouble)
        kinds = ("server_error", "reset", "html", "truncated", "bad_json", "server_error_after")
        for place, login in enumerate(fleet.trouble):
            sandgram.fault(kinds[place % len(kinds)], account=login)
        sandgram.fault("html", status=403, action="login")
        # Who is on the way already when a circuit opens finds out too: one after the other nobody is.
        with runtime.database.writing() as db:
            settings.update(db, {"validation_concurrency": 1}, actor="a test", now=clock.now())
        clock.advance(timedelta(minutes=2))
        keep_clocks_in_step(sandgram, clock)
        validate_all(local)
        await_end(runtime, clock, sandgram)

    closed = {"locked", "suspended", "needs_human"}
    found_out: Counter[int] = Counter()
    for login, account in seen(local).items():
        way_out = PROXY_OF.get(fleet.trouble[login])
        if way_out is not None and account["health"] == before[login]:
            assert waits_for_its_proxy(runtime, login)
            continue
        expected = before[login] if before[login] in closed else "error"
        assert account["health"] == expected, login
        assert account["validation_status"] == "failed", login
        if way_out is not None:
            found_out[way_out] += 1
    # So many find out that the way is closed; the work of the others waits for it.
    assert max(found_out.values(), default=0) == FAILURES


def waits_for_its_proxy(runtime: Runtime, login: str) -> bool:
    wanted = TaskFilter(statuses=(TaskStatus.pending,))
    with runtime.database.reading() as db:
        waiting = {
            one.account for one in tasks.page(db, wanted, limit=100) if one.waiting_for == "proxy"
        }
    return login in waiting
