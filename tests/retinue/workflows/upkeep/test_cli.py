"""The commands that put recoveries, rotations and refreshes into the queue."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.models import TaskStatus, TaskType
from retinue.capabilities.tasks.schemas import TaskFilter
from retinue.foundation.cli import CommandContext
from retinue.foundation.errors import Invalid
from retinue.foundation.runtime import Runtime
from retinue.workflows.connecting import service as connecting
from retinue.workflows.upkeep import cli
from tests.factories.clinic import Clinic

Command = Callable[..., Result]
COMMANDS: dict[str, tuple[Any, TaskType]] = {
    "recover": (cli.recover, TaskType.recover_account),
    "rotate": (cli.rotate, TaskType.rotate_password),
    "refresh-cookies": (cli.refresh_cookies, TaskType.refresh_cookies),
}


@pytest.fixture(autouse=True)
def connected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connecting, "is_connected", lambda _db, _runtime, _name: True)


@pytest.fixture
def command(clinic: Clinic) -> Command:
    app = typer.Typer()
    for function, _ in COMMANDS.values():
        app.command()(function)

    @contextmanager
    def opened() -> Iterator[Runtime]:
        yield clinic.runtime

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, list(arguments), obj=CommandContext(open=opened))

    return run


@pytest.mark.parametrize("name", COMMANDS)
class TestCommands:
    def test_asks_the_queue_and_need_not_wait(
        self, clinic: Clinic, command: Command, name: str
    ) -> None:
        account, _ = clinic.account()
        result = command(name, account.login, "--no-wait", "--json")
        assert result.exit_code == 0, result.output
        assert json.loads(result.stdout)["changed"] == 1
        with clinic.runtime.database.reading() as db:
            (task,) = tasks.page(db, TaskFilter(), limit=5)
        assert (task.type, task.status) == (COMMANDS[name][1], TaskStatus.pending)

    def test_wants_accounts_or_all_of_them(self, command: Command, name: str) -> None:
        result = command(name)
        assert isinstance(result.exception, Invalid)

    def test_a_retired_one_is_refused(self, clinic: Clinic, command: Command, name: str) -> None:
        from retinue.capabilities.accounts import service as accounts

        account, _ = clinic.account()
        with clinic.runtime.database.writing() as db:
            row = accounts.get(db, account.id)
            accounts.retire(db, row, actor="a test", now=clinic.clock.now())
        result = command(name, account.login)
        assert result.exit_code == 1, result.output
        assert "retired" in result.stdout
