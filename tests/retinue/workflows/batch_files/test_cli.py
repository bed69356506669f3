from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from retinue.foundation.cli import CommandContext
from retinue.foundation.errors import Invalid
from retinue.foundation.runtime import Runtime
from retinue.workflows.batch_files.cli import create
from tests.factories.crew import Crew

Order = Callable[..., Result]


@pytest.fixture
def order(crew: Crew, tmp_path: Path) -> Order:
    app = typer.Typer()
    app.command()(create)

    @contextmanager
    def opened() -> Iterator[Runtime]:
        yield crew.runtime

    def run(kind: str, content: str, *options: str) -> Result:
        file = tmp_path / "list.csv"
        file.write_text(content, encoding="utf-8")
        arguments = [kind, "--csv", str(file), *options]
        return CliRunner().invoke(app, arguments, obj=CommandContext(open=opened))

    return run


class TestCreate:
    def test_own_accounts_follow_each_other_so_many_and_under_a_name(
        self, crew: Crew, order: Order
    ) -> None:
        accounts = [crew.account() for _ in range(3)]
        content = "\n".join(["username", *(one.login for one in accounts)])
        who = [part for one in accounts for part in ("--account", one.account_no)]
        more = ("--internal", "--per-account-max", "1", "--name", "circle", "--dry-run", "--json")
        result = order("follow", content, *who, *more)
        report = json.loads(result.stdout)
        assert report["tasks"] == 3
        assert [one["name"] for one in report["batches"]] == ["circle"]

    def test_a_bound_is_said_in_words(self, crew: Crew, order: Order) -> None:
        result = order("follow", "username\notter", "--account", "x", "--per-account-max", "0")
        assert isinstance(result.exception, Invalid)
        assert "per_account_max: must be 1 or more" in str(result.exception)

    def test_a_type_that_is_none_names_those_that_are(self, crew: Crew, order: Order) -> None:
        result = order("admire", "username\notter")
        assert result.exit_code == 2
        assert "lookup_profile" in result.output
