"""`retinue warmup`, as it stands in the tree of commands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from retinue.capabilities.warmup import cli
from retinue.capabilities.warmup.models import Phase
from retinue.foundation.cli import CommandContext
from retinue.foundation.errors import Invalid
from retinue.foundation.runtime import Runtime
from tests.retinue.capabilities.warmup.conftest import House

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def retinue(house: House) -> Any:
    @contextmanager
    def opened() -> Iterator[Runtime]:
        yield house.runtime

    app = typer.Typer()
    app.add_typer(cli.app, name="warmup")

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["warmup", *arguments], obj=CommandContext(open=opened))

    return run


class TestWarmup:
    def test_it_is_begun_shown_and_tried_again(self, retinue: Any, house: House) -> None:
        begun = json.loads(retinue("start", "ava.dawn", "--json").stdout)
        assert (begun["phase"], begun["status"]) == ("pfp", "available")
        house.reach(house.one, Phase.pfp)
        house.fail(house.one, Phase.pfp, times=4)
        assert "requires_review" in retinue("status", "ava.dawn").stdout
        again = json.loads(retinue("retry", "ava.dawn", "pfp", "--json").stdout)
        assert again["status"] == "available"
        skipped = retinue("skip", "ava.dawn", "pfp", "--note", "has one", "--json")
        assert json.loads(skipped.stdout)["phase"] == "bio"
        assert len(json.loads(retinue("status", "--json").stdout)) == 2
        assert "pfp" in retinue("status", "ava.dawn").stdout

    def test_a_phase_that_is_none_is_refused(self, retinue: Any) -> None:
        refused = retinue("retry", "ava.dawn", "dance").exception
        assert isinstance(refused, Invalid)
        assert "there are pfp, bio" in refused.message


class TestBots:
    def test_one_is_made_and_listed(self, retinue: Any) -> None:
        made = json.loads(retinue("bots", "add", "bot-9", "--account", "ava.dawn", "--json").stdout)
        assert made["token"].startswith("rt_")
        names = [one["name"] for one in json.loads(retinue("bots", "list", "--json").stdout)]
        assert names == ["bot-9", "bot-1"]
        assert "never seen" in retinue("bots", "list").stdout
