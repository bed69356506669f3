from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from retinue.capabilities.settings import service as settings
from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.models import TaskType, WaitingFor
from retinue.foundation.clock import ManualClock
from tests.factories.engaging import make_account
from tests.factories.tasking import ask, claim, make_worker_account, shown

VALIDATE, FOLLOW, LOOK = TaskType.validate_account, TaskType.follow, TaskType.lookup_profile
QUARTER = timedelta(minutes=15)


@pytest.fixture
def now(clock: ManualClock) -> datetime:
    return clock.now()


class TestBudgets:
    def test_follows_stand_a_minute_apart_and_say_until_when(
        self, db: Session, now: datetime
    ) -> None:
        account = make_account(db, "ava", now=now)
        first, second = (ask(db, FOLLOW, account.id, now=now) for _ in range(2))
        (held,) = claim(db, now=now)
        assert held.id == first
        tasks.complete(db, held, None, now=now)
        assert claim(db, now=now) == []
        waiting = shown(db, second)
        minute = now + timedelta(minutes=1)
        assert (waiting.waiting_for, waiting.waiting_until) == (WaitingFor.rate_budget, minute)
        assert len(claim(db, now=minute)) == 1

    def test_what_was_not_begun_after_all_has_used_up_nothing(
        self, db: Session, now: datetime
    ) -> None:
        account = make_account(db, "ava", now=now)
        ask(db, FOLLOW, account.id, now=now)
        (held,) = claim(db, now=now)
        until = now + timedelta(seconds=5)
        tasks.wait(db, held, WaitingFor.account_busy, until, "not now", now=now)
        (again,) = claim(db, now=until)
        assert again.attempts == 1

    def test_a_worker_account_looks_up_as_often_as_its_quarter_of_an_hour_allows(
        self, db: Session, now: datetime
    ) -> None:
        settings.update(db, {"lookups_per_account": 2}, actor="x", now=now)
        make_worker_account(db, "scout", now=now)
        asked = [ask(db, LOOK, params={"username": f"otter{n}"}, now=now) for n in range(3)]
        for _ in range(2):
            (held,) = claim(db, now=now)
            tasks.complete(db, held, None, now=now)
        assert claim(db, now=now) == []
        waiting = shown(db, asked[2])
        until = (WaitingFor.rate_budget, now + QUARTER)
        assert (waiting.waiting_for, waiting.waiting_until) == until
        assert "Every worker account" in (waiting.waiting_why or "")
        assert "2 in 15 minutes" in (waiting.waiting_why or "")
        assert len(claim(db, now=now + QUARTER)) == 1

    def test_a_second_worker_account_goes_on_where_the_first_has_used_up_its_budget(
        self, db: Session, now: datetime
    ) -> None:
        settings.update(db, {"lookups_per_account": 1}, actor="x", now=now)
        scouts = {make_worker_account(db, name, now=now).id for name in ("scout", "ranger")}
        for name in ("otter", "otter"):
            ask(db, LOOK, params={"username": name}, now=now)
        assert {one.worker_account_id for one in claim(db, now=now)} == scouts

    def test_all_accounts_together_look_up_only_so_often(self, db: Session, now: datetime) -> None:
        settings.update(db, {"lookups_per_15_minutes": 2}, actor="x", now=now)
        for login in ("scout", "ranger", "warden"):
            make_worker_account(db, login, now=now)
        asked = [ask(db, LOOK, params={"username": f"otter{n}"}, now=now) for n in range(3)]
        assert [one.id for one in claim(db, now=now)] == asked[:2]
        waiting = shown(db, asked[2])
        until = (WaitingFor.rate_budget, now + QUARTER)
        assert (waiting.waiting_for, waiting.waiting_until) == until
        assert "All accounts together" in (waiting.waiting_why or "")
        (held,) = claim(db, now=now + QUARTER)
        assert held.id == asked[2]


class TestWorkerAccounts:
    def test_a_look_up_without_worker_accounts_says_so(self, db: Session, now: datetime) -> None:
        task = ask(db, LOOK, params={"username": "otter"}, now=now)
        assert claim(db, now=now) == []
        waiting = shown(db, task)
        assert waiting.waiting_for is WaitingFor.worker_account
        assert waiting.waiting_why == "There is no worker account that can look up."

    def test_the_one_that_has_been_idle_longest_is_chosen(self, db: Session, now: datetime) -> None:
        scout = make_worker_account(db, "scout", now=now)
        ranger = make_worker_account(db, "ranger", now=now)
        chosen = []
        for second in range(4):
            ask(db, LOOK, params={"username": f"otter{second}"}, now=now)
            at = now + timedelta(seconds=second)
            (held,) = claim(db, now=at)
            chosen.append(held.worker_account_id)
            tasks.complete(db, held, None, now=at)
        assert chosen == [scout.id, ranger.id, scout.id, ranger.id]

    def test_a_retry_goes_back_to_its_worker(self, db: Session, now: datetime) -> None:
        for login in ("scout", "ranger"):
            make_worker_account(db, login, now=now)
        ask(db, LOOK, params={"username": "otter"}, now=now)
        (held,) = claim(db, now=now)
        tasks.wait(db, held, WaitingFor.retry, now, "again", now=now)
        (again,) = claim(db, now=now)
        assert again.worker_account_id == held.worker_account_id

    def test_the_next_look_up_has_its_turn_as_soon_as_a_worker_is_free(
        self, db: Session, now: datetime
    ) -> None:
        make_worker_account(db, "scout", now=now)
        for n in range(3):
            ask(db, LOOK, params={"username": f"otter{n}"}, now=now)
        for _ in range(3):
            (held,) = claim(db, now=now)
            tasks.complete(db, held, None, now=now)

    def test_a_wish_is_waited_for(self, db: Session, now: datetime) -> None:
        make_worker_account(db, "scout", now=now)
        ranger = make_worker_account(db, "ranger", now=now)
        first, second = (
            ask(db, LOOK, worker_account="ranger", params={"username": f"o{n}"}, now=now)
            for n in range(2)
        )
        (held,) = claim(db, now=now)
        assert (held.id, held.worker_account_id) == (first, ranger.id)
        assert shown(db, second).waiting_for is WaitingFor.account_busy
