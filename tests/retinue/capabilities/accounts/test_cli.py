from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from typer.testing import CliRunner, Result

from retinue.capabilities.accounts.cli import app
from retinue.capabilities.accounts.errors import AccountNotFound
from retinue.foundation.cli import CommandContext
from retinue.foundation.runtime import Runtime
from tests.retinue.capabilities.accounts.conftest import MakeAccount

Command = Callable[..., Result]


@pytest.fixture
def command(runtime: Runtime) -> Command:
    @contextmanager
    def opened() -> Iterator[Runtime]:
        yield runtime

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, list(arguments), obj=CommandContext(open=opened))

    return run


class TestAccounts:
    def test_list_prints_data_on_stdout_and_talk_on_stderr(
        self, command: Command, make_account: MakeAccount
    ) -> None:
        make_account("luna", persona="Luna")
        plain, as_json = command("list"), command("list", "--json")
        assert plain.stdout.splitlines()[1].split() == [
            "luna", "luna", "sandgram", "imported", "unknown", "Luna",
        ]  # fmt: skip
        assert plain.stderr == "1 accounts\n"
        assert json.loads(as_json.stdout)[0]["persona"]["name"] == "Luna"

    def test_decisions_follow_each_other(self, command: Command, make_account: MakeAccount) -> None:
        make_account()
        for arguments, field, value in (
            (("activate", "luna", "--reason", "known"), "lifecycle", "active"),
            (("pause", "luna", "--reason", "photos"), "paused", True),
            (("resume", "luna"), "paused", False),
            (("retire", "luna", "--reason", "over"), "lifecycle", "retired"),
            (("revive", "luna", "--reason", "again"), "lifecycle", "imported"),
        ):
            result = command(*arguments, "--json")
            assert result.exit_code == 0, result.output
            assert json.loads(result.stdout)[field] == value

    def test_a_decision_without_reason_is_wrong_usage(self, command: Command) -> None:
        assert command("activate", "luna").exit_code == 2

    def test_an_unknown_account_is_a_refusal(self, command: Command) -> None:
        assert isinstance(command("show", "nobody").exception, AccountNotFound)
