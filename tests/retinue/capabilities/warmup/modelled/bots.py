"""What two bots may ask for on the way, each answer held against the model."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
from sqlalchemy.orm import Session

from retinue.capabilities.warmup import service
from retinue.capabilities.warmup.models import Phase
from retinue.capabilities.warmup.schemas import Bot
from retinue.foundation.database import Database
from retinue.foundation.errors import Refusal
from tests.factories import phasing
from tests.retinue.capabilities.warmup.modelled.model import DELAYS, START, WORK, Model, Step

_names = itertools.count()
WHICH = st.sampled_from([*[None] * 9, *Phase])
"""Mostly the phase whose turn it is."""


class Bots(RuleBasedStateMachine):
    def __init__(self, database: Database) -> None:
        super().__init__()
        self.database, self.now, self.model = database, START, Model()
        self.rng = random.Random(7)
        name = f"warm{next(_names)}"
        with database.writing() as db:
            self.persona = phasing.fill_pools(db, persona=name, number=2, now=START)
            self.account = phasing.ready_account(db, name, persona=name, now=START)
            self.bots = [phasing.make_bot(db, f"{name}-{n}", now=START).bot for n in range(2)]

    def call(self, perform: Callable[[Session], Any]) -> tuple[str | None, Any]:
        try:
            with self.database.writing() as db:
                return None, perform(db)
        except Refusal as refusal:
            return refusal.code, refusal

    def as_bot(
        self,
        bot: int,
        phase: Phase,
        expected: Callable[[Bot], str | None],
        perform: Callable[[Session, Bot], Any],
    ) -> tuple[bool, Any]:
        """Whether the call has changed the phase, and what it answered."""
        caller = self.bots[bot]
        wanted: str | None = "account_held"
        if not self.model.is_held_by_other(caller, self.now):
            wanted = expected(caller)
        code, answer = self.call(lambda db: perform(db, caller))
        assert code == (None if wanted == "done" else wanted), (phase, code, wanted)
        return wanted is None, answer

    @rule(bot=st.integers(0, 1))
    def start_warmup(self, bot: int) -> None:
        model = self.model

        def expected(caller: Bot) -> str | None:
            if model.lifecycle == "warming_up":
                return "done"
            if model.lifecycle == "active":
                return "warmup_refused"
            return "on_hold" if model.is_paused else None

        has_begun, answer = self.as_bot(
            bot,
            Phase.pfp,
            expected,
            lambda db, caller: service.start_warmup(db, caller, self.account, now=self.now),
        )
        if has_begun:
            model.lifecycle = "warming_up"
            model.steps = {one: Step() for one in Phase}
            model.steps[Phase.pfp] = Step("available", self.now)
        if not isinstance(answer, Refusal):
            model.leave(self.bots[bot], self.now)

    @rule(bot=st.integers(0, 1), phase=WHICH)
    def ask_for_content(self, bot: int, phase: Phase | None) -> None:
        phase = phase or self.model.turn() or Phase.pfp
        has_chosen, answer = self.as_bot(
            bot,
            phase,
            lambda caller: self._begins(phase, done=WORK, source={"available"}),
            lambda db, caller: service.assign_content(
                db, caller, self.account, phase, now=self.now
            ),
        )
        if isinstance(answer, Refusal):
            return
        step = self.model.steps[phase]
        if has_chosen:
            step.status, step.choice = "content_assigned", answer.assignment_id
        assert answer.assignment_id == step.choice
        self.model.leave(self.bots[bot], self.now)

    def _begins(self, phase: Phase, *, done: set[str], source: set[str]) -> str | None:
        model = self.model
        refused = model.refusal(phase, self.now, done=done, source=source)
        if refused is not None:
            return refused
        if model.lifecycle != "warming_up":
            return "warmup_refused"
        return "on_hold" if model.is_paused else None

    @rule(bot=st.integers(0, 1), phase=WHICH)
    def start_phase(self, bot: int, phase: Phase | None) -> None:
        phase = phase or self.model.turn() or Phase.pfp
        has_begun, answer = self.as_bot(
            bot,
            phase,
            lambda caller: self._begins(phase, done={"in_progress"}, source={"content_assigned"}),
            lambda db, caller: service.start_phase(db, caller, self.account, phase, now=self.now),
        )
        if has_begun:
            self.model.steps[phase].status = "in_progress"
        if not isinstance(answer, Refusal):
            self.model.leave(self.bots[bot], self.now)

    @rule(bot=st.integers(0, 1), phase=WHICH)
    def complete_phase(self, bot: int, phase: Phase | None) -> None:
        phase = phase or self.model.turn() or Phase.pfp
        model = self.model
        has_ended, answer = self.as_bot(
            bot,
            phase,
            lambda caller: model.refusal(phase, self.now, done={"completed"}, source=WORK),
            lambda db, caller: phasing.complete(
                db, caller, self.account, phase, now=self.now, seed=self.rng.randrange(99)
            ),
        )
        if isinstance(answer, Refusal):
            return
        if has_ended:
            self._completed(phase, answer.next_available_at)
        model.leave(self.bots[bot], self.now)

    def _completed(self, phase: Phase, at: datetime | None) -> None:
        self.model.steps[phase].status = "completed"
        after = self.model.turn()
        if after is not None:
            assert at is not None
            assert timedelta(hours=24) <= at - self.now <= timedelta(hours=48)
            self.model.steps[after].at = at

    @rule(bot=st.integers(0, 1), phase=WHICH, retryable=st.sampled_from([1, 1, 1, 0]))
    def report_error(self, bot: int, phase: Phase | None, retryable: int) -> None:
        phase = phase or self.model.turn() or Phase.pfp
        source = WORK | {"available"}
        has_failed, answer = self.as_bot(
            bot,
            phase,
            lambda caller: self.model.refusal(phase, self.now, done=set(), source=source),
            lambda db, caller: phasing.fail(
                db, caller, self.account, phase, now=self.now, retryable=bool(retryable)
            ),
        )
        if has_failed:
            step = self.model.steps[phase]
            step.failures, step.choice = step.failures + 1, None
            is_over = not retryable or step.failures >= 4
            step.status = "requires_review" if is_over else "failed"
            step.at = None if is_over else self.now + DELAYS[min(step.failures, 3) - 1]
        if not isinstance(answer, Refusal):
            self.model.leave(self.bots[bot], self.now)

    @rule(bot=st.integers(0, 1))
    def complete_warmup(self, bot: int) -> None:
        model = self.model

        def expected(caller: Bot) -> str | None:
            if not model.steps or model.turn() is not None:
                return "warmup_incomplete"
            if model.lifecycle == "active":
                return "done"
            return "on_hold" if model.is_paused else None

        is_active, answer = self.as_bot(
            bot,
            Phase.story,
            expected,
            lambda db, caller: service.complete_warmup(db, caller, self.account, now=self.now),
        )
        if is_active:
            model.lifecycle = "active"
        if not isinstance(answer, Refusal):
            model.leave(self.bots[bot], self.now)
