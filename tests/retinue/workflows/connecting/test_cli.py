"""`retinue networks`, as it stands in the tree of commands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from retinue.capabilities.accounts.models import Account
from retinue.foundation.cli import CommandContext
from retinue.foundation.errors import Invalid
from retinue.foundation.runtime import Runtime
from retinue.workflows.connecting import cli
from retinue.workflows.connecting.errors import NotConnectable

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def retinue(runtime: Runtime) -> Any:
    @contextmanager
    def opened() -> Iterator[Runtime]:
        yield runtime

    app = typer.Typer()
    app.add_typer(cli.app, name="networks")

    def run(*arguments: str, typed: str | None = None) -> Result:
        context = CommandContext(open=opened)
        return CliRunner().invoke(app, ["networks", *arguments], obj=context, input=typed)

    return run


class TestNetworks:
    def test_they_are_listed_and_one_is_shown(self, retinue: Any) -> None:
        lines = retinue("list").stdout
        assert "x: disconnected" in lines
        assert "instagram: not_connectable" in lines
        shown = retinue("show", "x").stdout
        assert "assisted    Follow somebody" in shown
        assert len(json.loads(retinue("show", "x", "--json").stdout)["capabilities"]) == 17

    def test_x_is_connected_and_disconnected(self, retinue: Any) -> None:
        done = retinue("connect", "x", "--reason", "a test", "--secret", "--json", typed="hush\n")
        assert done.exit_code == 0, done.output
        assert "hush" not in done.output
        assert json.loads(done.stdout)["state"] == "connected"
        assert retinue("disconnect", "x", "--reason", "a test").exit_code == 0
        assert "x: disconnected" in retinue("list").stdout

    def test_another_is_refused_with_the_way_to_mend_it(self, retinue: Any) -> None:
        refused = retinue("connect", "instagram", "--reason", "a test")
        assert isinstance(refused.exception, NotConnectable)
        unknown = retinue("connect", "orkut", "--reason", "a test")
        assert isinstance(unknown.exception, Invalid)
        assert "choose sandgram, instagram or x" in unknown.exception.message


class TestGrants:
    @pytest.mark.parametrize(
        "typed", ["rt-7654321", '{"access_token": "at-1234567", "refresh_token": "rt-7654321"}']
    )
    def test_tokens_come_from_stdin_and_are_never_shown(
        self, retinue: Any, account: Account, typed: str
    ) -> None:
        retinue("connect", "x", "--reason", "a test")
        done = retinue("authorise", "x", account.login, typed=typed)
        assert done.exit_code == 0, done.output
        listed = retinue("grants", "x").output
        assert f"{account.account_no}  @{account.login}  ready" in listed
        for text in (done.output, listed):
            assert "rt-7654321" not in text
        assert retinue("withdraw", "x", account.login).exit_code == 0
        assert "0 of 0" in retinue("grants", "x").output
