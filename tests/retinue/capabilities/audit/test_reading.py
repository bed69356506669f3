"""The log as others read it: over HTTP and on the command line."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient
from typer.testing import CliRunner, Result

from retinue.capabilities.access import service as access
from retinue.capabilities.audit import endpoints, service
from retinue.capabilities.audit.cli import app
from retinue.capabilities.audit.schemas import Act
from retinue.foundation.cli import CommandContext
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.runtime import Runtime
from tests.factories import serving

Command = Callable[..., Result]


@pytest.fixture
def runtime(database: Database, clock: ManualClock, data_dir: Path) -> Runtime:
    runtime = serving.make_runtime(database, clock, data_dir, heavy_rate_limit="1000/minute")
    with database.writing() as db:
        access.initialise(db, runtime.sealer, is_demo=True, now=clock.now())
        acts = [
            Act("accounts.paused", ("account", str(number)), reason="=1+1", after={"n": number})
            for number in range(1, 1501)
        ]
        service.record_all(db, acts, actor="operator:anna", now=clock.now())
        service.record(
            db, actor="token:ci", action="x.done", subject=("account", "7"), now=clock.now()
        )
    return runtime


@pytest.fixture
def local(runtime: Runtime) -> TestClient:
    return serving.client(serving.make_app(runtime, [endpoints.router]))


@pytest.fixture
def command(runtime: Runtime) -> Command:
    @contextmanager
    def opened() -> Iterator[Runtime]:
        yield runtime

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, list(arguments), obj=CommandContext(open=opened))

    return run


def spoil(runtime: Runtime, entry_id: int) -> None:
    """As somebody with the database in hand would: the guards away, and a word changed."""
    with runtime.database.writing() as db:
        for verb in ("update", "delete"):
            db.execute(text(f"DROP TRIGGER audit_entries_no_{verb}"))
        db.execute(text(f"UPDATE audit_entries SET actor = 'nobody' WHERE id = {entry_id}"))


class TestVerify:
    def test_a_whole_chain_is_counted(self, local: TestClient, command: Command) -> None:
        assert local.get("/api/audit/verify").json() == {
            "ok": True, "entries": 1501, "first_broken_id": None,
        }  # fmt: skip
        said = command("verify")
        assert (said.exit_code, said.stderr) == (0, "The audit log is whole: 1501 entries.\n")

    @pytest.mark.databases("sqlite")
    def test_a_changed_entry_is_named(
        self, local: TestClient, command: Command, runtime: Runtime
    ) -> None:
        spoil(runtime, 1200)
        wanted = {"ok": False, "entries": 1199, "first_broken_id": 1200}
        assert local.get("/api/audit/verify").json() == wanted
        said = command("verify", "--json")
        assert (said.exit_code, json.loads(said.stdout)) == (1, wanted)
        assert "entry 1200" in command("verify").stderr


class TestExport:
    def test_all_of_it_is_there_the_oldest_first(self, local: TestClient) -> None:
        rows = local.get("/api/audit/export", params={"format": "json"}).json()
        assert [one["id"] for one in rows] == list(range(1, 1502))
        as_csv = list(csv.DictReader(io.StringIO(local.get("/api/audit/export").text)))
        assert (len(as_csv), as_csv[0]["reason"], as_csv[0]["after"]) == (
            1501, "'=1+1", '{"n":1}',
        )  # fmt: skip

    def test_it_takes_the_filters_of_the_list(self, local: TestClient, command: Command) -> None:
        wanted = {"format": "json", "subject_kind": "account", "subject_id": "7"}
        assert [one["id"] for one in local.get("/api/audit/export", params=wanted).json()] == [
            7,
            1501,
        ]
        assert local.get("/api/audit/export", params={"colour": "red"}).status_code == 422
        lines = command("export", "--subject", "account:7", "--json").stdout.splitlines()
        assert [json.loads(line)["id"] for line in lines] == [7, 1501]
        assert len(command("export", "--actor", "token:ci").stdout.splitlines()) == 2


class TestList:
    def test_the_newest_come_first(self, command: Command) -> None:
        said = command("list", "--limit", "2")
        assert [line.split("  ")[1] for line in said.stdout.splitlines()] == [
            "token:ci", "operator:anna",
        ]  # fmt: skip
        found = json.loads(command("list", "--action", "x.done", "--json").stdout)
        assert [one["actor"] for one in found] == ["token:ci"]

    def test_a_word_that_no_database_takes_is_refused(self, local: TestClient) -> None:
        assert local.get("/api/audit", params={"actor": "a\x00b"}).status_code == 422
