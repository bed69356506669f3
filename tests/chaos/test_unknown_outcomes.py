"""An act is cut off by `kill -9`; what became of it is found out by looking, and the oracle agrees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from retinue.capabilities.accounts.models import Account
from retinue.capabilities.inbox import service as inbox
from retinue.capabilities.inbox.schemas import ItemFilter
from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.models import Attempt, AttemptState
from retinue.capabilities.ledger.schemas import Outcome, Reserved, SettledBy
from retinue.capabilities.sessions.models import SessionStatus
from retinue.capabilities.settings import service as settings
from retinue.entrypoints.agent import Agent
from retinue.foundation.clock import SystemClock
from retinue.foundation.jobs.executor import Executor
from retinue.workflows.engagement.journal import Journal
from retinue.workflows.probing.jobs import JOBS
from tests.chaos.acting import PLAN, begin, intend
from tests.chaos.checking import compare
from tests.chaos.conftest import FAILING_COMMAND
from tests.factories.staging import House, quick

pytestmark = pytest.mark.timeout(300)

AFTER_THE_EFFECT = "after_answer"
BEFORE_THE_EFFECT = "after_intent_commit"


class LaterClock(SystemClock):
    """The machine's clock, ahead by `ahead`."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.ahead


def cut_off(house: House, plan: str, point: str) -> tuple[Account, Attempt]:
    """One session that dies in the middle of its second act."""
    account = house.add_account(plan)
    with house.agent(command=FAILING_COMMAND, environment={"RETINUE_TEST_DIE_AT": f"{point}:2"}):
        assert house.wait_for_end(house.order(account).id).status is SessionStatus.failed
    (unknown,) = [one for one in house.attempts() if one.state is AttemptState.unknown]
    assert unknown.next_probe_at is not None
    return account, unknown


@pytest.fixture
def look(house: House) -> Callable[[float], None]:
    """Run the job of the looks as many minutes ahead of now, in its own process of events."""
    clock = LaterClock()
    executor = Executor(replace(house.runtime, clock=clock), JOBS)

    def look_after(minutes: float) -> None:
        clock.ahead = timedelta(minutes=minutes)
        executor.step()

    return look_after


def state_of(house: House, attempt: Attempt) -> AttemptState:
    (found,) = [one for one in house.attempts() if one.id == attempt.id]
    return found.state


class TestUnknownOutcome:
    @pytest.mark.parametrize(
        "plan", [quick(people=6), quick(people=6).replace("likes-", "follow-")]
    )
    def test_an_effect_that_nobody_wrote_down_is_found(
        self, house: House, look: Callable[[float], None], plan: str
    ) -> None:
        _, unknown = cut_off(house, plan, AFTER_THE_EFFECT)
        assert len(house.effects()) == 2

        look(1.5)

        found = compare(house)
        found.assert_clean()
        assert found.attempts == {AttemptState.confirmed: 2}
        assert state_of(house, unknown) is AttemptState.confirmed

    def test_an_effect_that_never_was_is_absent_after_the_wait_and_had_once(
        self, house: House, look: Callable[[float], None]
    ) -> None:
        account, unknown = cut_off(house, quick(people=6), BEFORE_THE_EFFECT)
        look(1.5)
        assert state_of(house, unknown) is AttemptState.unknown
        look(11)
        assert state_of(house, unknown) is AttemptState.absent

        with house.agent():
            assert house.wait_for_end(house.order(account).id).status is SessionStatus.completed

        compare(house).assert_clean()
        again = [one for one in house.attempts() if one.target_id == unknown.target_id]
        assert [one.state for one in again] == [AttemptState.absent, AttemptState.confirmed]
        person = house.network_ids()[unknown.target_id]
        assert [one["person_id"] for one in house.effects()].count(str(person)) == 1

    @pytest.mark.databases("sqlite")
    def test_the_next_session_looks_by_itself(self, house: House) -> None:
        account, unknown = cut_off(house, quick(people=6), AFTER_THE_EFFECT)
        with house.runtime.database.writing() as db:
            # Nobody waits a minute for this test.
            row = db.get(Attempt, unknown.id)
            assert row is not None
            row.next_probe_at = house.runtime.clock.now()

        with house.agent():
            assert house.wait_for_end(house.order(account).id).status is SessionStatus.completed

        (found,) = [one for one in house.attempts() if one.id == unknown.id]
        assert (found.state, found.settled_by) == (AttemptState.confirmed, "probe")
        compare(house).assert_clean()

    @pytest.mark.databases("sqlite")
    def test_a_network_that_answers_nothing_leaves_it_to_a_person(
        self, house: House, look: Callable[[float], None]
    ) -> None:
        account, unknown = cut_off(house, quick(people=6), AFTER_THE_EFFECT)
        house.sandgram.fault("server_error", account=account.login, action="post", count=1000)
        for minutes in (1.5, 11, 61, 361):
            look(minutes)
        house.sandgram.control.delete("/faults")

        assert state_of(house, unknown) is AttemptState.unknown
        with house.runtime.database.reading() as db:
            (item,) = inbox.page(db, ItemFilter())
        assert item.subject_id == unknown.id
        assert len(item.details["evidence"]["probes"]) == 4


class TestAnAgentAway:
    def test_it_delivers_what_a_session_could_only_write_down(self, ready: House) -> None:
        """Where no server shares its data directory, nobody else can."""
        account = ready.add_account(PLAN)
        session = begin(ready, account)
        promise = intend(ready, session, "p1")
        assert isinstance(promise, Reserved)
        give_up(ready, promise.attempt_id)
        runtime = ready.runtime
        journal = Journal(runtime.configuration.data_dir, session.id, clock=runtime.clock)
        journal.learn(promise.attempt_id, AttemptState.confirmed, is_urgent=True)
        journal.close()

        Agent(runtime, name="elsewhere").step()

        (attempt,) = ready.attempts()
        assert (attempt.state, attempt.settled_by) == (AttemptState.confirmed, "late-response")


def give_up(house: House, attempt_id: str) -> None:
    outcome = Outcome(AttemptState.unknown, settled_by=SettledBy.recovery)
    runtime = house.runtime
    with runtime.database.writing() as db:
        ledger.settle(
            db,
            attempt_id,
            outcome,
            settings=settings.current(db),
            rng=runtime.rng,
            now=runtime.clock.now(),
        )
