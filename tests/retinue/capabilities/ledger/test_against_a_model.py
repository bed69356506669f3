"""
Thousands of days in the life of a ledger, each step held against the model in `modelled`.

`RETINUE_CHAOS=long` leads it through many more of them.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from retinue.capabilities.ledger import rules
from retinue.capabilities.ledger.models import AttemptState
from retinue.capabilities.ledger.repository import clearing, counting, outcomes, targets
from retinue.capabilities.ledger.repository.tables import attempts, windows
from retinue.capabilities.ledger.service import settling
from retinue.foundation.database import Database
from tests.chaos.checking import rounds
from tests.retinue.capabilities.ledger.modelled.surroundings import LedgerMachine

IS_LONG = os.environ.get("RETINUE_CHAOS") == "long"
STEPS = 40
SEED = 3
"""With it the first lives already meet each of the planted bugs; any other meets them too, later."""


def lead(database: Database, *, examples: int, is_explained: bool = IS_LONG) -> None:
    """The same every time, unless it is the long run, which also looks for the shortest way to what it has found."""
    quick = (Phase.explicit, Phase.generate)
    chosen = settings(
        max_examples=examples,
        stateful_step_count=STEPS,
        database=None,
        deadline=None,
        phases=(*quick, Phase.shrink) if is_explained else quick,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    machine: Any = partial(LedgerMachine, database)
    if not IS_LONG:
        seed(SEED)(machine)
    run_state_machine_as_test(machine, settings=chosen)


class TestAgainstAModel:
    @pytest.mark.timeout(3600 if IS_LONG else 300)
    def test_the_ledger_says_and_does_what_the_model_does(self, database: Database) -> None:
        few = 12 if database.backend == "sqlite" else 4
        lead(database, examples=rounds(few, 1000))


def free_unknowns(patch: pytest.MonkeyPatch) -> None:
    """An unknown outcome lets its person go."""
    patch.setattr(rules, "RELEASED", rules.RELEASED | {AttemptState.unknown})


def take_one_scope(patch: pytest.MonkeyPatch) -> None:
    """Only the account's own scope is written, so that another scope finds nothing when it comes into force."""
    patch.setattr(rules, "scope_keys", lambda account_id, _: (rules.account_scope(account_id),))


def leave_windows_behind(patch: pytest.MonkeyPatch) -> None:
    """A name that turns out to be a known person's takes nothing along."""
    merge = targets.merge

    def merge_without(connection: Any, source_id: int, into: int) -> None:
        connection.execute(windows.delete().where(windows.c.target_id == source_id))
        merge(connection, source_id, into)

    patch.setattr(targets, "merge", merge_without)


def lose_refusals(patch: pytest.MonkeyPatch) -> None:
    """What failed is not told."""
    add = outcomes.add_event

    def add_some(connection: Any, values: dict[str, Any]) -> None:
        if values["status"] != "failed":
            add(connection, values)

    patch.setattr(outcomes, "add_event", add_some)


def forget_the_dead(patch: pytest.MonkeyPatch) -> None:
    """Intents that nobody can settle stay as they are."""
    patch.setattr(settling, "_give_up", lambda *_: False)


def clear_everybody(patch: pytest.MonkeyPatch) -> None:
    """Clearing the history of one account frees the people of all."""
    holding = clearing.holding

    def holding_of_all(connection: Any, **asked: Any) -> Any:
        return holding(connection, **{**asked, "account_id": None})

    patch.setattr(clearing, "holding", holding_of_all)


def count_no_doubts(patch: pytest.MonkeyPatch) -> None:
    """What may or may not have happened uses up no limit."""
    known = AttemptState.confirmed, AttemptState.intent
    patch.setattr(counting, "COUNTED", attempts.c.state.in_(known))


PLANTED = [
    free_unknowns,
    take_one_scope,
    leave_windows_behind,
    lose_refusals,
    forget_the_dead,
    clear_everybody,
    count_no_doubts,
]


@pytest.mark.databases("sqlite")
class TestOfTheTest:
    @pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
    def test_a_planted_bug_is_found(
        self, database: Database, monkeypatch: pytest.MonkeyPatch, plant: Callable[..., None]
    ) -> None:
        plant(monkeypatch)
        with pytest.raises((AssertionError, StopIteration)):
            lead(database, examples=40, is_explained=False)
