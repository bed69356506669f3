"""One account, two bots and an operator, led through the warm-up and held against the model."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule
from sqlalchemy import func, select

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.schemas import AccountChange
from retinue.capabilities.content.models import ContentItem, ContentUse
from retinue.capabilities.warmup import service
from retinue.capabilities.warmup.models import Phase, PhaseStatus, WarmupPhase
from retinue.capabilities.warmup.schemas import Asked
from tests.retinue.capabilities.warmup.modelled.bots import WHICH, Bots
from tests.retinue.capabilities.warmup.modelled.model import WAITS, WORK


class WarmUpMachine(Bots):
    @rule(minutes=st.sampled_from([1, 14, 16, 31, 61, 241, 25 * 60, 49 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(bot=st.integers(0, 1), calls=st.integers(1, 12))
    def a_bot_goes_on(self, bot: int, calls: int) -> None:
        """As `next` would have it: most of a warm-up is nothing else, and only so its end is reached."""
        for _ in range(calls):
            turn = self.model.turn()
            if not self.model.steps:
                self.start_warmup(bot)
            elif turn is None:
                self.complete_warmup(bot)
            else:
                self._go_on_with(bot, turn)
            self.both_say_the_same()

    def _go_on_with(self, bot: int, turn: Phase) -> None:
        match self.model.shown(turn, self.now):
            case "available":
                self.ask_for_content(bot, turn)
            case "content_assigned":
                self.start_phase(bot, turn)
            case "in_progress":
                self.complete_phase(bot, turn)
            case _:
                self.its_time_comes(0)

    @rule(late=st.integers(-1, 1))
    def its_time_comes(self, late: int) -> None:
        turn = self.model.turn()
        at = self.model.steps[turn].at if turn is not None else None
        if at is not None and at > self.now:
            self.now = at + timedelta(seconds=late)

    @rule(wanted=st.integers(0, 3))
    def somebody_pauses_or_resumes(self, wanted: int) -> None:
        paused = wanted == 0
        self.model.is_paused = paused
        change = AccountChange(paused=paused, reason="a test")
        self.call(lambda db: accounts.change(db, self.account, change, actor="t", now=self.now))

    @rule(phase=WHICH, verb=st.sampled_from(["retry", "skip", "review"]))
    def an_operator_decides(self, phase: Phase | None, verb: str) -> None:
        phase = phase or self.model.turn() or Phase.pfp
        model = self.model
        done, source = {
            "retry": ({"available"}, WORK | {"failed", "requires_review"}),
            "skip": (set(), WORK | WAITS | {"available", "requires_review"}),
            "review": ({"requires_review"}, WORK | WAITS | {"available"}),
        }[verb]
        expected = "warmup_not_started"
        if model.steps:
            expected = "warmup_refused"
        if model.steps and model.lifecycle != "active":
            expected = model.refusal(phase, self.now, done=done, source=source) or ""
            is_at_work = model.holder is not None and model.until > self.now
            if expected in {"", "done"} and model.steps[phase].status in WORK and is_at_work:
                expected = "account_held"
        if expected == "phase_not_available" and model.turn() is phase:
            expected = "phase_not_ready"
        asked = Asked(self.account, phase, "operator:ben", "a test")
        perform = {
            "retry": lambda db: service.retry(db, asked, now=self.now),
            "skip": lambda db: service.skip(db, asked, rng=self.rng, now=self.now),
            "review": lambda db: service.send_to_review(db, asked, now=self.now),
        }[verb]
        code, _ = self.call(perform)
        assert (code or "") == ("" if expected == "done" else expected), (verb, phase, code)
        if expected == "":
            self._decided(phase, verb)

    def _decided(self, phase: Phase, verb: str) -> None:
        step = self.model.steps[phase]
        step.choice = None
        if verb == "retry":
            step.status, step.at, step.failures = "available", self.now, 0
        elif verb == "review":
            step.status, step.at = "requires_review", None
        else:
            with self.database.reading() as db:
                row = service.pipeline_row(db, self.account, now=self.now)
            self._completed(phase, row.next_available_at)

    @rule()
    def the_job_runs(self) -> None:
        service.tend(self.database, now=self.now)

    @invariant()
    def both_say_the_same(self) -> None:
        with self.database.reading() as db:
            found = service.status(db, self.bots[0], self.account, now=self.now)
        shown = {one.phase: str(one.status) for one in found.phases}
        assert found.lifecycle == self.model.lifecycle
        assert shown == {one: self.model.shown(one, self.now) for one in self.model.steps}
        assert [one.retry_count for one in found.phases] == [
            step.failures for step in self.model.steps.values()
        ]

    @invariant()
    def nothing_is_promised_that_nobody_has(self) -> None:
        with self.database.reading() as db:
            held = select(func.count()).where(
                ContentUse.persona_id == self.persona,
                ContentUse.used_at.is_(None),
                ContentUse.released_at.is_(None),
                ContentUse.item_id.is_not(None),
            )
            at_work = select(func.count()).where(
                WarmupPhase.account_id == self.account, WarmupPhase.assigned_content_id.is_not(None)
            )
            at_work = at_work.where(WarmupPhase.status.in_([PhaseStatus(one) for one in WORK]))
            assert db.scalar(held) == db.scalar(at_work)
            most = select(func.max(ContentItem.held_count + ContentItem.use_count)).where(
                ContentItem.persona_id == self.persona
            )
            assert (db.scalar(most) or 0) <= 1
