from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.tasks import service as tasks
from retinue.foundation.cli import CommandContext
from retinue.foundation.clock import SystemClock
from retinue.foundation.database import Database
from retinue.foundation.errors import Invalid
from retinue.foundation.leases import service as leases
from retinue.foundation.runtime import Runtime
from retinue.workflows.validation.cli import validate
from tests.factories.serving import make_runtime
from tests.fixtures.sandgram import RunningSandgram
from tests.retinue.workflows.validation.conftest import Ward

Command = Callable[..., Result]


@pytest.fixture
def ward(database: Database, data_dir: Path, sandgram: RunningSandgram) -> Ward:
    """On the real clock: the command waits for a worker of its own."""
    from retinue.entrypoints import tasks as entry

    tasks.catalogue.install({one.type: one.lint for one in entry.TASKS})
    runtime = make_runtime(database, SystemClock(), data_dir, sandgram_url=sandgram.url)
    return Ward(runtime, sandgram, SystemClock())  # type: ignore[arg-type]


@pytest.fixture
def command(ward: Ward) -> Command:
    app = typer.Typer()
    app.command()(validate)

    @contextmanager
    def opened() -> Iterator[Runtime]:
        yield ward.runtime

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, list(arguments), obj=CommandContext(open=opened))

    return run


class TestValidate:
    def test_without_a_server_the_work_is_done_here(self, ward: Ward, command: Command) -> None:
        good, bad = ward.account(), ward.account()
        ward.trouble(bad, "locked")
        result = command(good.login, bad.account_no)
        assert result.exit_code == 5, result.output
        lines = {line.split()[0]: line for line in result.stdout.splitlines()}
        assert "completed" in lines[good.account_no]
        assert "failed" in lines[bad.account_no]
        assert "1 completed, 1 failed" in result.stderr

    def test_all_of_them_as_json(self, ward: Ward, command: Command) -> None:
        account = ward.account()
        result = command("--all", "--json")
        assert result.exit_code == 0, result.output
        found = json.loads(result.stdout)
        assert (found["changed"], found["results"][0]["account_no"]) == (1, account.account_no)
        assert [step["ok"] for step in found["results"][0]["steps"]] == [True] * 7

    def test_it_can_be_asked_for_without_waiting(self, ward: Ward, command: Command) -> None:
        account = ward.account()
        assert command(account.login, "--no-wait").exit_code == 0
        assert ward.log_ins(account) == []

    def test_who_is_busy_is_told_and_not_waited_for(self, ward: Ward, command: Command) -> None:
        busy, free = ward.account(), ward.account()
        now = ward.runtime.clock.now()
        with ward.runtime.database.writing() as db:
            key = accounts.lease_key(busy.id)
            leases.acquire(db, key, holder="session:x", ttl=timedelta(hours=1), now=now)
        result = command(busy.login, free.login)
        assert result.exit_code == 5, result.output
        assert f"{busy.account_no} waits: " in result.stderr
        assert "1 completed, 0 failed, 1 in the queue" in result.stderr

    def test_names_or_all_of_them(self, command: Command) -> None:
        for arguments in ((), ("luna", "--all")):
            assert isinstance(command(*arguments).exception, Invalid)
