"""
Many ways through a warm-up, each step held against a model of it that knows no database.

`RETINUE_CHAOS=long` leads it through many more of them.
"""

from __future__ import annotations

import os
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import Phase as Stage
from hypothesis.stateful import run_state_machine_as_test

from retinue.capabilities.warmup import rules
from retinue.capabilities.warmup.models import Phase
from retinue.capabilities.warmup.schemas import Verb
from retinue.foundation.database import Database
from tests.chaos.checking import rounds
from tests.retinue.capabilities.warmup.modelled.machine import WarmUpMachine

IS_LONG = os.environ.get("RETINUE_CHAOS") == "long"


def lead(database: Database, *, examples: int, is_explained: bool = IS_LONG) -> None:
    quick = (Stage.explicit, Stage.generate)
    chosen = settings(
        max_examples=examples,
        stateful_step_count=80,
        derandomize=not IS_LONG,
        database=None,
        deadline=None,
        phases=(*quick, Stage.shrink) if is_explained else quick,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    made: Any = partial(WarmUpMachine, database)
    run_state_machine_as_test(made, settings=chosen)


class TestAgainstAModel:
    @pytest.mark.timeout(3600 if IS_LONG else 300)
    def test_the_warm_up_says_and_does_what_the_model_does(self, database: Database) -> None:
        lead(database, examples=rounds(12 if database.backend == "sqlite" else 4, 1000))

    @pytest.mark.databases("sqlite")
    @pytest.mark.timeout(300)
    def test_it_sees_a_phase_that_comes_before_its_turn(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The positive control: a machine that lets a step pass must be found out."""

        def asked_for(steps: Any, phase: Phase, verb: Verb, *, now: datetime) -> Any:
            del verb, now
            return steps[rules.ORDER.index(phase)]

        monkeypatch.setattr(rules, "asked_for", asked_for)
        with pytest.raises((AssertionError, BaseExceptionGroup)):
            lead(database, examples=20, is_explained=False)
