from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from retinue.capabilities.accounts.models import Account
from retinue.capabilities.plans.cli import app
from retinue.capabilities.plans.errors import PlanRefused
from retinue.foundation.cli import CommandContext
from retinue.foundation.runtime import Runtime

EXAMPLES = Path(__file__).parents[4] / "examples" / "plans"


@pytest.fixture
def plan(runtime: Runtime, account: Account) -> Any:
    @contextmanager
    def opened() -> Iterator[Runtime]:
        yield runtime

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, [*arguments], obj=CommandContext(open=opened))

    return run


class TestSet:
    def test_it_sets_adds_removes_and_takes_out(self, plan: Any) -> None:
        plan("set", "luna", "blogger-followers=[a, b]", "repeat=60")
        result = plan(
            "set",
            "luna",
            "blogger-followers+=c",
            "blogger-followers-=a",
            "repeat=",
            "likes-percentage=5-9",
            "--json",
        )

        saved = json.loads(result.stdout)
        assert (saved["version"], saved["saved"]) == (2, True)
        assert saved["config"]["blogger-followers"] == ["b", "c"]
        assert saved["config"]["likes-percentage"] == "5-9"
        assert "repeat" not in saved["config"]

    def test_a_dry_run_saves_nothing(self, plan: Any) -> None:
        result = plan("set", "luna", "feed=5", "--dry-run")

        assert "+feed: 5" in result.stdout
        assert "version 0 stays" in result.stderr

    def test_a_change_that_is_none_is_wrong_usage(self, plan: Any) -> None:
        assert plan("set", "luna", "feed").exit_code == 2

    def test_a_bad_value_is_refused(self, plan: Any) -> None:
        assert isinstance(plan("set", "luna", "likes-percentage=500").exception, PlanRefused)


class TestSaveAndRestore:
    def test_a_file_becomes_the_plan_and_an_old_one_comes_back(
        self, plan: Any, tmp_path: Path
    ) -> None:
        for number in (1, 2):
            path = tmp_path / f"{number}.yml"
            path.write_text(f"blogger: [user{number}]\n", encoding="utf-8")
            assert plan("save", "luna", str(path)).exit_code == 0

        plan("restore", "luna", "1")

        assert plan("show", "luna").stdout == "blogger: [user1]\n"
        versions = json.loads(plan("versions", "luna", "--json").stdout)
        assert [row["version"] for row in versions] == [3, 2, 1]


class TestLint:
    def test_a_file_with_errors_ends_with_one_and_names_the_place(
        self, plan: Any, tmp_path: Path
    ) -> None:
        path = tmp_path / "plan.yml"
        path.write_text("blogger: [a]\nlikes_percentage: 5\n", encoding="utf-8")

        result = plan("lint", str(path))

        assert result.exit_code == 1
        assert f"{path}:2:1: error: likes_percentage:" in result.stdout
        assert "did you mean `likes-percentage`?" in result.stdout

    def test_a_file_that_is_not_utf_8_is_told_so(self, plan: Any, tmp_path: Path) -> None:
        path = tmp_path / "plan.yml"
        path.write_bytes(b"blogger: [\xff]\n")

        result = plan("lint", str(path))

        assert result.exit_code == 1
        assert "not UTF-8 (byte 10)" in result.stderr

    @pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yml")), ids=lambda path: path.name)
    def test_our_examples_have_nothing_to_remark(self, plan: Any, path: Path) -> None:
        assert json.loads(plan("lint", str(path), "--json").stdout) == {"ok": True, "findings": []}
