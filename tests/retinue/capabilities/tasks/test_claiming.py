from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Health, Lifecycle
from retinue.capabilities.safety import service as safety
from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.errors import TypeNotRunnable
from retinue.capabilities.tasks.models import Priority, TaskStatus, TaskType, WaitingFor
from retinue.capabilities.tasks.schemas import TaskCreate
from retinue.foundation.clock import ManualClock
from retinue.foundation.errors import Invalid
from retinue.foundation.leases import service as leases
from tests.factories.engaging import make_account
from tests.factories.tasking import ask, ask_batch, claim, shown

VALIDATE, FOLLOW, LOOK = TaskType.validate_account, TaskType.follow, TaskType.lookup_profile
QUARTER = timedelta(minutes=15)


@pytest.fixture
def now(clock: ManualClock) -> datetime:
    return clock.now()


class TestCreate:
    def test_a_type_that_nothing_runs_is_refused_with_those_that_can_be_run(
        self, db: Session, now: datetime
    ) -> None:
        tasks.catalogue.install({TaskType.check_proxy: lambda _db, _params: []})
        with pytest.raises(TypeNotRunnable) as refused:
            ask(db, TaskType.recover_account, now=now)
        assert refused.value.status == 422
        assert refused.value.facts["runnable"] == ["check_proxy"]

    def test_an_unknown_account_is_named_with_its_place(self, db: Session, now: datetime) -> None:
        with pytest.raises(Invalid) as refused:
            tasks.create(db, TaskCreate(type=VALIDATE, account="nobody"), actor="x", now=now)
        assert refused.value.problems[0].loc == ("account",)

    def test_a_task_about_an_account_needs_one(self, db: Session, now: datetime) -> None:
        with pytest.raises(Invalid, match="account: say which account"):
            ask(db, VALIDATE, now=now)

    def test_only_a_worker_account_can_be_wished_for(self, db: Session, now: datetime) -> None:
        make_account(db, "ava", now=now)
        with pytest.raises(Invalid, match="no worker account"):
            ask(db, LOOK, worker_account="ava", now=now)


class TestOrder:
    def test_what_is_urgent_goes_first_then_what_has_waited_longest(
        self, db: Session, now: datetime
    ) -> None:
        late = ask(db, now=now - timedelta(minutes=1), priority=Priority.low)
        low = ask(db, now=now - timedelta(minutes=2), priority=Priority.low)
        high = ask(db, now=now, priority=Priority.high)
        assert [one.id for one in claim(db, now=now)] == [high, low, late]

    def test_what_is_not_due_is_left(self, db: Session, now: datetime) -> None:
        ask(db, now=now + timedelta(seconds=1))
        assert claim(db, now=now) == []

    def test_only_given_ids_are_taken_where_they_are_given(
        self, db: Session, now: datetime
    ) -> None:
        wanted, _ = ask(db, now=now), ask(db, now=now)
        assert [one.id for one in claim(db, now=now, ids=[wanted, "unknown"])] == [wanted]
        assert claim(db, now=now, ids=[wanted]) == []

    def test_a_type_that_the_worker_does_not_run_is_left(self, db: Session, now: datetime) -> None:
        ask(db, now=now)
        assert claim(db, now=now, types=[VALIDATE]) == []


class TestFairness:
    def test_a_validation_goes_before_a_batch_of_a_thousand(
        self, db: Session, now: datetime
    ) -> None:
        ask_batch(db, 1000, now=now - timedelta(hours=1))
        account = make_account(db, "ava", now=now)
        assert len(claim(db, now=now, limit=5)) == 5
        validation = ask(db, VALIDATE, account.id, now=now)
        assert claim(db, now=now, limit=1)[0].id == validation

    def test_two_batches_share_the_places_whichever_came_first(
        self, db: Session, now: datetime
    ) -> None:
        first = ask_batch(db, 500, now=now - timedelta(hours=1))
        second = ask_batch(db, 10, now=now)
        taken = [one.batch_id for one in claim(db, now=now, limit=6)]
        assert sorted((taken.count(first), taken.count(second))) == [3, 3]

    def test_whoever_was_served_longest_ago_gets_a_single_place(
        self, db: Session, now: datetime
    ) -> None:
        batches = [ask_batch(db, 10, now=now) for _ in range(3)]
        served: list[str] = []
        for second in range(6):
            at = now + timedelta(seconds=second + 1)
            served.append(claim(db, now=at, limit=1)[0].batch_id or "")
        assert sorted(served[:3]) == sorted(served[3:]) == sorted(batches)

    def test_the_last_place_is_kept_for_what_is_urgent_and_due_in_a_moment(
        self, db: Session, now: datetime
    ) -> None:
        ask_batch(db, 10, now=now)
        ask(db, now=now + timedelta(seconds=3), priority=Priority.high)
        assert len(claim(db, now=now, limit=1)) == 0
        assert len(claim(db, now=now, limit=3)) == 2

    def test_what_is_urgent_but_far_away_keeps_no_place(self, db: Session, now: datetime) -> None:
        ask_batch(db, 10, now=now)
        ask(db, now=now + timedelta(hours=1), priority=Priority.high)
        assert len(claim(db, now=now, limit=1)) == 1


class TestAccounts:
    def test_an_account_does_one_thing_at_a_time(self, db: Session, now: datetime) -> None:
        account = make_account(db, "ava", now=now)
        first, second = (ask(db, VALIDATE, account.id, now=now) for _ in range(2))
        (held,) = claim(db, now=now)
        assert held.id == first
        waiting = shown(db, second)
        assert waiting.waiting_for is WaitingFor.account_busy
        assert "busy" in (waiting.waiting_why or "")
        tasks.complete(db, held, None, now=now)
        assert [one.id for one in claim(db, now=now)] == [second]

    def test_a_session_keeps_its_account_to_itself_until_it_lets_go(
        self, db: Session, now: datetime
    ) -> None:
        account = make_account(db, "ava", now=now)
        key = accounts.lease_key(account.id)
        lease = leases.acquire(db, key, holder="a session", ttl=timedelta(seconds=20), now=now)
        task = ask(db, VALIDATE, account.id, now=now)
        assert claim(db, now=now) == []
        waiting = shown(db, task)
        assert (waiting.waiting_for, waiting.waiting_until) == (
            WaitingFor.account_busy,
            lease.expires_at,
        )
        leases.release(db, lease)
        assert len(claim(db, now=now + timedelta(seconds=30))) == 1

    def test_a_task_holds_the_lease_of_its_account_and_gives_it_back(
        self, db: Session, now: datetime
    ) -> None:
        account = make_account(db, "ava", now=now)
        ask(db, VALIDATE, account.id, now=now)
        (held,) = claim(db, now=now)
        key = accounts.lease_key(account.id)
        assert held.account_fence is not None
        assert leases.is_current(db, key, fence=held.account_fence, now=now)
        tasks.complete(db, held, None, now=now)
        assert leases.holder_of(db, key, now=now) is None

    def test_many_tasks_of_a_busy_account_stand_in_nobodys_way(
        self, db: Session, now: datetime
    ) -> None:
        account = make_account(db, "ava", now=now)
        for _ in range(150):
            ask(db, VALIDATE, account.id, now=now - timedelta(minutes=1))
        other = ask(db, now=now, priority=Priority.high)
        assert other in {one.id for one in claim(db, now=now)}

    def test_a_pause_of_the_account_is_said_with_its_reason(
        self, db: Session, now: datetime
    ) -> None:
        account = make_account(db, "ava", now=now)
        account.paused_at, account.pause_reason = now, "holidays"
        db.flush()
        task = ask(db, VALIDATE, account.id, now=now)
        assert claim(db, now=now) == []
        waiting = shown(db, task)
        assert waiting.waiting_for is WaitingFor.paused
        assert "holidays" in (waiting.waiting_why or "")

    def test_a_pause_of_the_fleet_stops_what_is_about_accounts_only(
        self, db: Session, now: datetime
    ) -> None:
        account = make_account(db, "ava", now=now)
        safety.pause(db, action=None, reason="storm", actor="x", now=now)
        task, other = ask(db, VALIDATE, account.id, now=now), ask(db, now=now)
        assert [one.id for one in claim(db, now=now)] == [other]
        assert "storm" in (shown(db, task).waiting_why or "")

    def test_a_retired_account_ends_its_task_with_the_reason(
        self, db: Session, now: datetime
    ) -> None:
        account = make_account(db, "ava", now=now)
        task = ask(db, VALIDATE, account.id, now=now)
        account.lifecycle = Lifecycle.retired
        db.flush()
        assert claim(db, now=now) == []
        ended = shown(db, task)
        assert (ended.status, ended.reason) == (TaskStatus.failed, "account_retired")

    def test_a_locked_account_may_be_validated_but_waits_for_a_person_before_it_follows(
        self, db: Session, now: datetime
    ) -> None:
        account = make_account(db, "ava", now=now)
        account.health = Health.locked
        db.flush()
        follow = ask(db, FOLLOW, account.id, now=now)
        validation = ask(db, VALIDATE, account.id, now=now)
        assert [one.id for one in claim(db, now=now)] == [validation]
        # The validation has the account first, so what the follow waits for shows once that is over.
        assert shown(db, follow).waiting_for is WaitingFor.person
