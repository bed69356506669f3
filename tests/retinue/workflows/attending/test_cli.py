"""`retinue inbox` and `retinue attempts`, as they stand in the tree of commands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from retinue.capabilities.inbox import cli as inbox
from retinue.capabilities.inbox import service as items
from retinue.capabilities.inbox.errors import ItemHeld
from retinue.capabilities.inbox.schemas import Attendant
from retinue.capabilities.ledger import cli as attempts
from retinue.foundation.cli import CommandContext
from retinue.foundation.errors import Invalid
from retinue.foundation.runtime import Runtime
from retinue.workflows.attending.cli import resolve
from tests.retinue.workflows.attending.test_endpoints import doubtful_view
from tests.retinue.workflows.attending.test_endpoints import runtime as installed

runtime = installed
pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def retinue(runtime: Runtime) -> Any:
    @contextmanager
    def opened() -> Iterator[Runtime]:
        yield runtime

    app = typer.Typer()
    app.add_typer(inbox.app, name="inbox")
    app.add_typer(attempts.app, name="attempts")
    app.command()(resolve)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, [*arguments], obj=CommandContext(open=opened))

    return run


class TestInbox:
    def test_it_is_listed_shown_claimed_and_resolved(self, retinue: Any, runtime: Runtime) -> None:
        attempt_id, item_id = doubtful_view(runtime)

        (listed,) = json.loads(retinue("inbox", "list", "--json").stdout)
        assert (listed["id"], listed["subject_id"]) == (item_id, attempt_id)
        shown = retinue("inbox", "show", str(item_id)).stdout
        assert f"retinue inbox resolve {item_id} confirmed" in shown
        claimed = json.loads(retinue("inbox", "claim", str(item_id), "--json").stdout)
        assert (claimed["state"], claimed["claimed_by"]) == ("claimed", "command line")
        given_back = retinue("inbox", "claim", str(item_id), "--release", "--json")
        assert json.loads(given_back.stdout)["state"] == "open"

        done = retinue("resolve", str(item_id), "absent", "--note", "not there", "--json")

        assert json.loads(done.stdout)["resolution"] == "absent"
        assert json.loads(retinue("inbox", "list", "--json").stdout) == []
        (kept,) = json.loads(retinue("inbox", "list", "--all", "--json").stdout)
        assert kept["state"] == "resolved"

    def test_what_somebody_else_has_is_refused(self, retinue: Any, runtime: Runtime) -> None:
        _, item_id = doubtful_view(runtime)
        with runtime.database.writing() as db:
            items.claim(
                db, items.get(db, item_id), by=Attendant("operator:anna"), now=runtime.clock.now()
            )

        refused = retinue("inbox", "claim", str(item_id))

        assert isinstance(refused.exception, ItemHeld)
        assert retinue("inbox", "claim", str(item_id), "--take-over").exit_code == 0

    @pytest.mark.parametrize("wrong", [("Perhaps Not",), ("absent", "--note", "x" * 2001)])
    def test_what_does_not_fit_is_named(
        self, retinue: Any, runtime: Runtime, wrong: tuple[str, ...]
    ) -> None:
        _, item_id = doubtful_view(runtime)
        refused = retinue("resolve", str(item_id), *wrong)
        assert isinstance(refused.exception, Invalid)
        assert refused.exception.problems[0].loc[0] in {"resolution", "note"}


class TestAttempts:
    def test_the_unknown_ones_are_listed_and_settled(self, retinue: Any, runtime: Runtime) -> None:
        attempt_id, _ = doubtful_view(runtime)
        (listed,) = json.loads(retinue("attempts", "list", "--json").stdout)
        assert (listed["id"], listed["state"], listed["account"]) == (attempt_id, "unknown", "ava")
        assert "ava: view @otter" in retinue("attempts", "list").stdout

        seen = ("--evidence", "the list of viewers", "--json")
        done = json.loads(retinue("attempts", "settle", attempt_id, "confirmed", *seen).stdout)

        assert (done["state"], done["evidence"]["by"]) == ("confirmed", "command line")
        assert json.loads(retinue("attempts", "list", "--json").stdout) == []
        of_account = ("attempts", "list", "--state", "any", "--account", "ava", "--json")
        assert len(json.loads(retinue(*of_account).stdout)) == 1
        assert json.loads(retinue("inbox", "list", "--json").stdout) == []
