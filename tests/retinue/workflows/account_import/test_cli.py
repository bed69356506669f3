from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from retinue.foundation.cli import CommandContext
from retinue.foundation.runtime import Runtime
from retinue.workflows.account_import.cli import import_file
from tests.factories.importing import file_of, row

Command = Callable[..., Result]


@pytest.fixture
def command(runtime: Runtime, tmp_path: Path) -> Command:
    app = typer.Typer()
    app.command()(import_file)

    @contextmanager
    def opened() -> Iterator[Runtime]:
        yield runtime

    def run(content: bytes, *arguments: str) -> Result:
        path = tmp_path / "accounts.csv"
        path.write_bytes(content)
        return CliRunner().invoke(app, [str(path), *arguments], obj=CommandContext(open=opened))

    return run


class TestImportFile:
    def test_it_imports_and_says_what_it_did(self, command: Command) -> None:
        result = command(file_of(row(1), row(2)))
        assert (result.exit_code, result.stdout) == (0, "")
        assert "completed: 2 rows, 2 create" in result.stderr

    def test_a_dry_run_imports_nothing(self, command: Command) -> None:
        command(file_of(row(1)), "--dry-run")
        report = json.loads(command(file_of(row(1)), "--json").stdout)
        assert report["counts"]["create"] == 1

    @pytest.mark.parametrize(
        ("mode", "code", "created"), [("all_or_nothing", 1, 0), ("valid_rows", 5, 1)]
    )
    def test_wrong_rows_are_named_on_stdout_and_in_the_exit_code(
        self, command: Command, mode: str, code: int, created: int
    ) -> None:
        content = file_of(row(1), row(2, email="nobody", password="hush-hush"))
        plain = command(content, "--mode", mode)
        assert plain.exit_code == code
        assert plain.stdout.startswith("line 3, email: is not an e-mail address; ")
        assert "hush" not in plain.output
        assert f"{created} create" in plain.stderr or created == 0

    def test_an_unknown_mode_is_wrong_usage(self, command: Command) -> None:
        assert command(file_of(row(1)), "--mode", "most").exit_code == 2
