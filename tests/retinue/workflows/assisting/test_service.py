from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from retinue.capabilities.inbox import service as inbox
from retinue.capabilities.inbox.errors import EvidenceMissing
from retinue.capabilities.inbox.models import ItemKind, ItemState
from retinue.capabilities.inbox.schemas import Attendant, ItemFilter, ResolveRequest
from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.models import AttemptState
from retinue.capabilities.ledger.schemas import Declined, Reserved
from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.models import TaskType, WaitingFor
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.jobs.executor import Executor
from retinue.foundation.runtime import Runtime
from retinue.workflows.assisting import service as assisting
from retinue.workflows.assisting.schemas import AnswerState, Assistance
from retinue.workflows.attending import service as attending
from retinue.workflows.attending.jobs import JOBS
from tests.factories import tasking
from tests.factories.engaging import Engaged, engage, make_account, settings_of
from tests.factories.serving import make_runtime

ANNA = Attendant("operator:anna")


@pytest.fixture
def runtime(database: Database, clock: ManualClock, data_dir: Path) -> Runtime:
    return make_runtime(database, clock, data_dir)


class Story:
    """An act that a person is to perform, promised in the ledger, for a task that waits."""

    def __init__(self, runtime: Runtime, *, action: str = "follow") -> None:
        self.runtime = runtime
        with runtime.database.writing() as db:
            self.ava: Engaged = engage(db, "ava", now=self.now)
            promised = ledger.reserve(
                db, self.ava.wants(action=action), settings=settings_of(), now=self.now
            )
            assert isinstance(promised, Reserved)
            self.attempt_id = promised.attempt_id
            self.wanted = Assistance(
                account_id=self.ava.id,
                title="Follow @otter as ava",
                text="1. Open the page.\n2. Follow.",
                attempt_id=self.attempt_id,
                link="http://127.0.0.1/otter",
            )
            self.item_id = self.ask(db)

    @property
    def now(self) -> Any:
        return self.runtime.clock.now()

    def ask(self, db: Any) -> int:
        return assisting.ask(db, self.wanted, rng=self.runtime.rng, now=self.now).id

    def says(self, resolution: str, note: str | None = None) -> None:
        with self.runtime.database.writing() as db:
            attending.resolve(
                db,
                self.item_id,
                ResolveRequest(resolution=resolution, note=note),
                by=ANNA,
                rng=self.runtime.rng,
                now=self.now,
            )

    def attempt(self) -> Any:
        with self.runtime.database.reading() as db:
            return ledger.find_attempt(db, self.attempt_id)

    def answer(self) -> Any:
        with self.runtime.database.reading() as db:
            return assisting.answer(db, self.wanted.subject)


class TestAsk:
    def test_the_target_is_taken_and_nobody_looks_for_the_act(self, runtime: Runtime) -> None:
        story = Story(runtime)

        attempt = story.attempt()
        assert (attempt.state, attempt.next_probe_at) == (AttemptState.unknown, None)
        with runtime.database.writing() as db:
            again = ledger.reserve(
                db, story.ava.wants(action="follow"), settings=settings_of(), now=story.now
            )
        assert isinstance(again, Declined)
        assert story.answer().state is AnswerState.waiting

    def test_it_is_asked_once_and_holds_what_is_needed(self, runtime: Runtime) -> None:
        story = Story(runtime)
        with runtime.database.writing() as db:
            assert story.ask(db) == story.item_id
            (item,) = inbox.page(db, ItemFilter())
        assert (item.kind, item.link) == (ItemKind.assisted_task, "http://127.0.0.1/otter")
        assert item.instructions.startswith("1. Open the page.")
        assert item.due_at == story.now + timedelta(days=3)

    def test_an_act_that_leaves_no_trace_is_asked_about_once(self, runtime: Runtime) -> None:
        Story(runtime, action="view")
        with runtime.database.reading() as db:
            assert [item.kind for item in inbox.page(db, ItemFilter())] == [ItemKind.assisted_task]

    def test_nobody_was_asked(self, runtime: Runtime) -> None:
        with runtime.database.reading() as db:
            assert assisting.answer(db, ("task", "t1")) is None


class TestConclude:
    def test_what_was_done_is_confirmed_with_what_shows_it(self, runtime: Runtime) -> None:
        story = Story(runtime)
        with pytest.raises(EvidenceMissing):
            story.says("done")
        assert story.attempt().state is AttemptState.unknown

        story.says("done", note="the button says Following")

        attempt = story.attempt()
        assert (attempt.state, attempt.settled_by) == (AttemptState.confirmed, "operator")
        assert attempt.evidence["operator"] == "the button says Following"
        answer = story.answer()
        assert (answer.state, answer.by) == (AnswerState.done, "operator:anna")

    def test_what_was_not_done_frees_the_target(self, runtime: Runtime) -> None:
        story = Story(runtime)
        story.says("not_done")
        assert story.attempt().state is AttemptState.absent
        with runtime.database.writing() as db:
            wants = story.ava.wants(action="follow")
            again = ledger.reserve(db, wants, settings=settings_of(), now=story.now)
        assert isinstance(again, Reserved)

    def test_what_is_settled_elsewhere_is_withdrawn(self, runtime: Runtime) -> None:
        story = Story(runtime)
        with runtime.database.writing() as db:
            inbox.close_about(
                db, "attempt", [story.attempt_id], resolution="confirmed", by="probe", now=story.now
            )
        assert story.answer().state is AnswerState.withdrawn

    @pytest.mark.parametrize(
        ("action", "asked"), [("follow", None), ("view", ItemKind.unknown_outcome)]
    )
    def test_what_nobody_answers_is_looked_for_as_it_may_have_been_done(
        self, runtime: Runtime, clock: ManualClock, action: str, asked: ItemKind | None
    ) -> None:
        story = Story(runtime, action=action)
        clock.advance(timedelta(days=3))

        Executor(runtime, JOBS).step()

        attempt = story.attempt()
        assert attempt.state is AttemptState.unknown
        assert (attempt.next_probe_at is None) == (action == "view")
        assert story.answer().state is AnswerState.expired
        with runtime.database.reading() as db:
            waiting = inbox.page(db, ItemFilter(states=(ItemState.open,)))
        assert [item.kind for item in waiting] == ([asked] if asked else [])


class TestTask:
    def test_it_waits_for_the_person_and_goes_on_at_once(
        self, runtime: Runtime, clock: ManualClock
    ) -> None:
        now = clock.now()
        with tasking.everything_runs(), runtime.database.writing() as db:
            ava = make_account(db, "ava", now=now)
            task_id = tasking.ask(db, TaskType.rotate_password, ava.id, now=now)
            wanted = Assistance(account_id=ava.id, title="Do", text="Do it.", task_id=task_id)
            item_id = assisting.ask(db, wanted, rng=runtime.rng, now=now).id
        with tasking.everything_runs(), runtime.database.writing() as db:
            (claimed,) = tasking.claim(db, now=now)
            tasks.wait(db, claimed, WaitingFor.person, until=None, why="a person is asked", now=now)
        with runtime.database.writing() as db:
            assert tasking.claim(db, now=now) == []

        with runtime.database.writing() as db:
            body = ResolveRequest(resolution="done", note="it says so")
            attending.resolve(db, item_id, body, by=ANNA, rng=runtime.rng, now=now)

        with tasking.everything_runs(), runtime.database.writing() as db:
            assert [task.id for task in tasking.claim(db, now=now)] == [task_id]
            answer = assisting.answer(db, ("task", task_id))
            assert answer is not None
            assert answer.state is AnswerState.done

    def test_one_that_is_cancelled_asks_nobody_any_more(
        self, runtime: Runtime, clock: ManualClock
    ) -> None:
        now = clock.now()
        with tasking.everything_runs(), runtime.database.writing() as db:
            ava = make_account(db, "ava", now=now)
            task_id = tasking.ask(db, TaskType.rotate_password, ava.id, now=now)
            wanted = Assistance(account_id=ava.id, title="Do", text="Do it.", task_id=task_id)
            assisting.ask(db, wanted, rng=runtime.rng, now=now)
            tasks.cancel(db, task_id, actor="a test", now=now)
            (item,) = inbox.page(db, ItemFilter())
        assert (item.state, item.resolution) == (ItemState.resolved, "cancelled")
