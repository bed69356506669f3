from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from typer.testing import CliRunner, Result

from retinue.capabilities.accounts.cli import app
from retinue.capabilities.accounts.errors import AccountNotFound
from retinue.foundation.cli import CommandContext
from retinue.foundation.errors import Invalid
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


class TestMany:
    def test_bulk_needs_names_or_all(self, command: Command, make_account: MakeAccount) -> None:
        make_account("luna", labels=("berlin",))
        make_account("mia")
        assert isinstance(command("bulk", "resume").exception, Invalid)
        assert isinstance(command("bulk", "resume", "--where", "x=1", "--all").exception, Invalid)
        tried = command("bulk", "pause", "--all", "--reason", "x", "--dry-run")
        assert tried.stderr == "2 matched: 2 would be changed, 0 unchanged, 0 refused\n"
        done = command(
            "bulk", "pause", "--all", "--where", "label=berlin", "--reason", "x", "--json"
        )
        assert [one["account"] for one in json.loads(done.stdout)["rows"]] == ["luna"]
        assert command("bulk", "resume", "mia", "luna").stdout == "luna  changed\nmia  unchanged\n"
        assert command("bulk", "activate", "luna", "--reason", "x").exit_code == 0

    def test_export_writes_csv_and_json(self, command: Command, make_account: MakeAccount) -> None:
        make_account("luna", credentials={"password": "hush-hush"})
        make_account("mia")
        as_csv, as_json = command("export", "--where", "search=lu"), command("export", "--json")
        assert len(as_csv.stdout.splitlines()) == 2
        assert [one["login"] for one in json.loads(as_json.stdout)] == ["luna", "mia"]
        assert "hush" not in as_csv.stdout + as_json.stdout
