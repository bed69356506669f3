"""Fifty accounts of a real Sandgram in every kind of trouble, imported, validated by the queue, and judged."""

from __future__ import annotations

import csv
import io
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.capabilities.accounts.schemas import ImportMode, Upload
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
from tests.fixtures.sandgram import RunningSandgram, start_sandgram

COUNT = 50
PATIENCE = 120.0


class End(NamedTuple):
    """How an account is to stand when everything has been tried."""

    health: str
    validation: str
    failure: str
    source: str


OK = End("ok", "completed", "ok", "network")
WRONG = End("error", "failed", "auth_expired", "network")
CHALLENGED = End("needs_human", "failed", "challenge", "network")
ENDS = {
    "fine": (8, OK),
    "through a proxy": (4, OK),
    "through a slow proxy": (1, OK),
    "authenticator": (5, OK),
    "no authenticator stored": (3, CHALLENGED),
    "wrong password": (5, WRONG),
    "locked": (5, End("locked", "failed", "account_locked", "network")),
    "suspended": (4, End("suspended", "failed", "account_suspended", "network")),
    "challenge": (3, CHALLENGED),
    "rate limited once": (3, OK),
    "5xx twice": (2, OK),
    "5xx for good": (1, End("error", "failed", "transient", "network")),
    "reset for good": (1, End("error", "failed", "transient", "network")),
    "proxy down": (2, End("error", "failed", "transient", "proxy")),
    "proxy refuses": (2, End("error", "failed", "permission", "proxy")),
    "proxy cannot get through": (1, End("error", "failed", "transient", "proxy")),
}
PROXY_OF = {
    "through a proxy": 1,
    "through a slow proxy": 2,
    "proxy down": 3,
    "proxy refuses": 4,
    "proxy cannot get through": 5,
}
STALE = {"authenticator", "no authenticator stored", "wrong password"}
"""Their cookies no longer open, so that the password is asked for."""


@dataclass
class Fleet:
    """The fifty, by login, with what is wrong with each."""

    rows: list[dict[str, str]]
    trouble: dict[str, str] = field(default_factory=dict)

    @property
    def secrets(self) -> set[str]:
        names = ("password", "email_password", "auth_token", "ct0", "two_fa", "proxy_password")
        return {row[name] for row in self.rows for name in names if len(row[name]) >= 8}

    def file(self) -> bytes:
        text = io.StringIO()
        writer = csv.DictWriter(text, list(self.rows[0]))
        writer.writeheader()
        writer.writerows(self.rows)
        return text.getvalue().encode()


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
    return runtime


@pytest.fixture
def local(runtime: Runtime) -> TestClient:
    return serving.client(create_app(runtime))


def keep_clocks_in_step(sandgram: RunningSandgram, clock: ManualClock) -> None:
    body = {"set": clock.now().isoformat(), "factor": 0}
    assert sandgram.control.post("/clock", json=body).status_code == 200


def made(sandgram: RunningSandgram) -> Fleet:
    """An export of the running Sandgram, with the troubles spread over it."""
    exported = subprocess.run(
        [sys.executable, "-m", "sandgram", "accounts", "export", "--count", str(COUNT), "--server", sandgram.url, "-o", "-"],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(exported.stdout)))
    assert any(row["proxy_port"] for row in rows)
    by_factor: dict[str, list[dict[str, str]]] = {"totp": [], "code": [], "none": []}
    for row in rows:
        kind = "totp" if len(row["two_fa"]) > 16 else "code" if row["two_fa"] else "none"
        by_factor[kind].append(row)
    proxies = {one["number"]: one for one in sandgram.control.get("/proxies").json()["items"]}
    fleet = Fleet(rows)
    for trouble, (count, _) in ENDS.items():
        for _ in range(count):
            row = _taken(by_factor, trouble)
            fleet.trouble[row["login"]] = trouble
            _spoil(row, trouble, proxies.get(PROXY_OF.get(trouble, 0)))
    assert len(fleet.trouble) == COUNT
    return fleet


def _taken(by_factor: dict[str, list[dict[str, str]]], trouble: str) -> dict[str, str]:
    if "authenticator" in trouble:
        return by_factor["totp"].pop()
    order = ("none", "totp") if trouble in STALE else ("code", "totp", "none")
    return next(by_factor[kind].pop() for kind in order if by_factor[kind])


def _spoil(row: dict[str, str], trouble: str, proxy: dict[str, Any] | None) -> None:
    row |= dict.fromkeys(("proxy_url", "proxy_port", "proxy_username", "proxy_password"), "")
    if proxy is not None:
        row["proxy_url"], row["proxy_port"] = f"http://{proxy['host']}", str(proxy["port"])
        row["proxy_username"], row["proxy_password"] = proxy["username"], proxy["password"]
    if trouble in STALE:
        row["ct0"] = "stale-" + row["ct0"][:20]
    if trouble == "wrong password":
        row["password"] = f"canary-wrong-{row['login']}"
    if trouble == "no authenticator stored":
        row["two_fa"] = ""


def begin_trouble(sandgram: RunningSandgram, fleet: Fleet) -> None:
    for number, trouble in ((2, "slow"), (3, "down"), (4, "refuse"), (5, "fail")):
        sandgram.trouble({"number": number}, trouble, seconds=0.2)
    faults: dict[str, dict[str, Any]] = {
        "rate limited once": {"kind": "rate_limit_429", "count": 1, "retry_after": 120},
        "5xx twice": {"kind": "server_error", "count": 2},
        "5xx for good": {"kind": "server_error"},
        "reset for good": {"kind": "reset"},
    }
    for login, trouble in fleet.trouble.items():
        if trouble in {"locked", "suspended", "challenge"}:
            changed = sandgram.control.patch(f"/accounts/{login}", json={"status": trouble})
            assert changed.status_code == 200
        elif trouble in faults:
            sandgram.fault(account=login, **faults[trouble])


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
    """The clock stands while anything works, and moves on until all may try again when they only wait."""
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
        if not open_ones:
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
        clock.advance(timedelta(minutes=2))
        keep_clocks_in_step(sandgram, clock)
        validate_all(local)
        await_end(runtime, clock, sandgram)

    closed = {"locked", "suspended", "needs_human"}
    for login, account in seen(local).items():
        expected = before[login] if before[login] in closed else "error"
        assert account["health"] == expected, login
        assert account["validation_status"] == "failed", login
