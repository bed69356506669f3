"""Look-ups, profile updates, validations and follows on X as the queue runs them, against a real Sandgram."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from retinue.capabilities.accounts.models import Account, AccountKind, Health
from retinue.capabilities.inbox import service as inbox
from retinue.capabilities.inbox.models import InboxItem, ItemKind, ItemState
from retinue.capabilities.inbox.schemas import Attendant, ItemFilter, ResolveRequest
from retinue.capabilities.ledger.models import AttemptState
from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.models import TaskStatus, TaskType, WaitingFor
from retinue.capabilities.tasks.schemas import BatchItem, ClaimedTask, TaskRead
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.runtime import Runtime
from retinue.workflows.attending import service as attending
from retinue.workflows.collection import service as collection
from retinue.workflows.connecting.models import Tier
from retinue.workflows.following import service as following
from retinue.workflows.profile_update import service as profile_update
from retinue.workflows.validation import service as validation
from retinue.workflows.working.errors import TaskWaits
from retinue.workflows.working.schemas import Reporting, TaskFunction
from tests.factories import on_x, tasking
from tests.factories.crew import Crew, make_crew
from tests.fixtures.sandgram import RunningSandgram

FUNCTIONS = (
    *collection.TASKS,
    *following.TASKS,
    *profile_update.TASKS,
    *validation.TASKS,
)
ANNA = Attendant("operator:anna")


@pytest.fixture
def crew(
    database: Database, clock: ManualClock, data_dir: Path, sandgram: RunningSandgram
) -> Iterator[Crew]:
    with tasking.everything_runs():
        crew = make_crew(database, clock, data_dir, sandgram, FUNCTIONS)
        on_x.connect(crew.runtime)
        yield crew
    sandgram.control.delete("/x")


def account(crew: Crew, kind: AccountKind = AccountKind.normal) -> Account:
    return on_x.add_account(crew.runtime, crew.sandgram, kind=kind)


def enterprise(crew: Crew) -> None:
    on_x.connect(crew.runtime, tier=Tier.enterprise)
    crew.sandgram.control.patch("/x", json={"tier": "enterprise"})


def done(crew: Crew, kind: TaskType, account: Account | None = None, **params: Any) -> TaskRead:
    task_id = crew.ask(kind, account, params=params)
    crew.work()
    return crew.task(task_id)


def items(crew: Crew) -> list[InboxItem]:
    with crew.runtime.database.reading() as db:
        return list(inbox.page(db, ItemFilter()))


def says(crew: Crew, item: InboxItem, resolution: str) -> None:
    with crew.runtime.database.writing() as db:
        wanted = ResolveRequest(resolution=resolution, note="the button says so")
        now = crew.clock.now()
        attending.resolve(db, item.id, wanted, by=ANNA, rng=crew.runtime.rng, now=now)


def before_it_waits(
    functions: Sequence[TaskFunction], then: Callable[[], None]
) -> Sequence[TaskFunction]:
    """The same, with something happening after a person was asked and before that is written down."""

    def of(function: TaskFunction) -> TaskFunction:
        def run(runtime: Runtime, claimed: ClaimedTask, report: Reporting) -> Any:
            try:
                return function.run(runtime, claimed, report)
            except TaskWaits:
                then()
                raise

        return replace(function, run=run)

    return [of(one) for one in functions]


def check_is_taken_back(crew: Crew, *, besides: str | None = None) -> None:
    """No question waits, and what may have been done by hand is looked for."""
    for item in items(crew):
        is_another = item.details["task_id"] == besides
        assert (item.state is ItemState.open) == is_another
    looked_for = [
        one.next_probe_at is not None for one in crew.attempts() if one.task_id != besides
    ]
    assert looked_for
    assert all(looked_for)


class TestLookUps:
    def test_a_profile(self, crew: Crew) -> None:
        worker = account(crew, AccountKind.worker)
        task = done(crew, TaskType.lookup_profile, username="harbour_lights")
        assert task.status is TaskStatus.completed, task
        result = task.result or {}
        assert result["username"] == "harbour_lights"
        assert result["website"] == "https://harbour-lights.example/"
        assert result["metrics"]["followers"] > 100
        assert result["looked_up_by"] == worker.account_no

    def test_posts_without_replies_and_reposts(self, crew: Crew) -> None:
        account(crew, AccountKind.worker)
        task = done(crew, TaskType.lookup_posts, username="harbour_lights", max_items=40)
        posts = (task.result or {})["posts"]
        assert 0 < len(posts) <= 40
        assert not any(one["is_reply"] or one["is_repost"] for one in posts)

    def test_nobody_fails_the_task_and_not_the_account(self, crew: Crew) -> None:
        worker = account(crew, AccountKind.worker)
        task = done(crew, TaskType.lookup_profile, username="no_such_person")
        assert task.status is TaskStatus.failed
        assert (task.error or {})["class"] == "not_found"
        assert crew.now(worker).health is not Health.error

    def test_a_window_that_is_used_up_is_waited_for(self, crew: Crew) -> None:
        account(crew, AccountKind.worker)
        crew.sandgram.fault("rate_limit_429", surface="x", action="profile", retry_after=600)
        task = done(crew, TaskType.lookup_profile, username="harbour_lights")
        assert task.status is TaskStatus.pending

    def test_a_network_that_was_disconnected_is_not_called(self, crew: Crew) -> None:
        account(crew, AccountKind.worker)
        on_x.disconnect(crew.runtime)
        crew.sandgram.control.delete("/oracle/calls")
        task = done(crew, TaskType.lookup_profile, username="harbour_lights")
        assert task.status is TaskStatus.failed
        assert "x is not connected" in str(task.error)
        calls = crew.sandgram.control.get("/oracle/calls", params={"surface": "x"}).json()
        assert calls["items"] == []


class TestProfileUpdate:
    def test_texts_are_changed_once_and_read_back(self, crew: Crew) -> None:
        ava = account(crew)
        fields = {"name": "Ava Lind", "description": "Boats & light", "url": "https://ava.example/"}
        task = done(crew, TaskType.update_profile, ava, fields=fields)
        assert task.status is TaskStatus.completed, task
        assert (task.result or {})["changed"] == ["description", "name", "url"]
        again = done(crew, TaskType.update_profile, ava, fields=fields)
        assert (again.result or {})["proof"] == "it stood there already"
        assert [one["action"] for one in crew.effects(ava)] == ["edit_profile"]

    def test_a_lost_answer_is_looked_for_before_it_is_repeated(self, crew: Crew) -> None:
        ava = account(crew)
        crew.sandgram.fault("reset_after", surface="x", action="edit_profile", count=1)
        task = done(crew, TaskType.update_profile, ava, fields={"name": "Ava Lind"})
        assert (task.result or {})["proof"] == "the answer was lost; it was read back"
        assert [one["action"] for one in crew.effects(ava)] == ["edit_profile"]

    def test_what_x_does_not_have_is_refused_before_anything_is_sent(self, crew: Crew) -> None:
        ava = account(crew)
        task = done(crew, TaskType.update_profile, ava, fields={"lang": "en"})
        assert task.status is TaskStatus.failed
        assert "X keeps no language" in str(task.error)
        assert crew.effects(ava) == []


class TestValidation:
    def test_an_account_is_validated_by_its_tokens(self, crew: Crew) -> None:
        ava = account(crew)
        task = done(crew, TaskType.validate_account, ava)
        assert task.status is TaskStatus.completed, task
        assert crew.now(ava).health is Health.ok

    def test_one_whose_authorisation_has_ended_needs_a_person(self, crew: Crew) -> None:
        ava = account(crew)
        crew.sandgram.control.delete(f"/x/tokens/{ava.login}")
        done(crew, TaskType.validate_account, ava)
        assert crew.now(ava).health is Health.needs_human
        assert "authorise" in str(crew.now(ava).health_evidence)

    def test_a_suspended_one_is_known_as_that(self, crew: Crew) -> None:
        ava = account(crew)
        crew.sandgram.control.patch(f"/accounts/{ava.login}", json={"status": "suspended"})
        done(crew, TaskType.validate_account, ava)
        assert crew.now(ava).health is Health.suspended


class TestFollow:
    def test_an_enterprise_follows_once(self, crew: Crew) -> None:
        enterprise(crew)
        ava = account(crew)
        task = done(crew, TaskType.follow, ava, username="slow_tram")
        assert (task.result or {})["outcome"] == "followed", task
        assert [one["handle"] for one in crew.effects(ava)] == ["slow_tram"]

    def test_otherwise_a_person_does_it_and_confirms_it(self, crew: Crew) -> None:
        ava = account(crew)
        task = done(crew, TaskType.follow, ava, username="slow_tram")
        assert (task.status, task.waiting_for) == (TaskStatus.pending, WaitingFor.person)
        (item,) = items(crew)
        assert item.kind is ItemKind.assisted_task
        assert item.title == f"Follow @slow_tram as @{ava.login}"
        assert [one["action"] for one in crew.effects(ava)] == []

        says(crew, item, "done")
        crew.work()
        settled = crew.task(task.id)
        assert settled.status is TaskStatus.completed, settled
        assert (settled.result or {})["outcome"] == "followed"
        (attempt,) = crew.attempts()
        assert (attempt.state, attempt.settled_by) == (AttemptState.confirmed, "operator")

    def test_a_follow_that_is_cancelled_is_taken_back_from_the_person(self, crew: Crew) -> None:
        ava = account(crew)
        task = done(crew, TaskType.follow, ava, username="slow_tram")
        with crew.runtime.database.writing() as db:
            tasks.cancel(db, task.id, actor="anna", now=crew.clock.now())
        check_is_taken_back(crew)

    def test_and_so_are_those_of_a_batch_that_is_cancelled(self, crew: Crew) -> None:
        ava, mia = account(crew), account(crew)
        wanted = [
            BatchItem(account_id=one.id, params={"username": "slow_tram"}) for one in (ava, mia)
        ]
        batch_id = crew.ask_batch(TaskType.follow, *wanted)
        crew.work()
        kept = done(crew, TaskType.follow, ava, username="harbour_lights")
        assert [task.waiting_for for task in crew.of_batch(batch_id)] == [WaitingFor.person] * 2
        with crew.runtime.database.writing() as db:
            tasks.cancel_batch(db, batch_id, actor="anna", now=crew.clock.now())
        check_is_taken_back(crew, besides=kept.id)

    def test_one_that_was_cancelled_while_it_asked_leaves_no_question(self, crew: Crew) -> None:
        ava = account(crew)
        task_id = crew.ask(TaskType.follow, ava, params={"username": "slow_tram"})

        def cancel() -> None:
            with crew.runtime.database.writing() as db:
                tasks.cancel(db, task_id, actor="anna", now=crew.clock.now())

        crew.functions = before_it_waits(following.TASKS, cancel)
        crew.work()
        assert crew.task(task_id).status is TaskStatus.failed
        check_is_taken_back(crew)

    def test_while_a_person_has_it_nobody_else_is_asked(self, crew: Crew) -> None:
        ava = account(crew)
        done(crew, TaskType.follow, ava, username="slow_tram")
        crew.pass_time(hours=1)
        other = done(crew, TaskType.follow, ava, username="slow_tram")
        assert (other.result or {})["outcome"] == "skipped"
        assert len(items(crew)) == 1

    def test_what_the_person_has_not_done_fails_the_task_and_frees_the_target(
        self, crew: Crew
    ) -> None:
        ava = account(crew)
        task = done(crew, TaskType.follow, ava, username="slow_tram")
        says(crew, items(crew)[0], "not_done")
        crew.work()
        failed = crew.task(task.id)
        assert failed.status is TaskStatus.failed
        assert (failed.error or {})["code"] == "not_done_by_hand"
        crew.pass_time(hours=1)
        again = done(crew, TaskType.follow, ava, username="slow_tram")
        assert again.waiting_for is WaitingFor.person
