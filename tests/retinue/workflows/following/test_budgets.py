"""How many follows an hour holds, and how far they stand apart: queue and ledger agree."""

from __future__ import annotations

from sqlalchemy import delete

from retinue.capabilities.tasks.models import TaskStatus, TaskUse, WaitingFor
from retinue.capabilities.tasks.schemas import BatchItem
from tests.factories.crew import Crew
from tests.retinue.workflows.following.asking import FOLLOW, done, follows


class TestBudgets:
    def test_follows_of_one_account_stand_a_minute_apart(self, crew: Crew) -> None:
        account = crew.account()
        items = [
            BatchItem(account_id=account.id, params={"username": name})
            for name in ("slow_tram", "moss_and_rye")
        ]
        batch_id = crew.ask_batch(FOLLOW, *items)
        crew.work()
        waiting = [row for row in crew.of_batch(batch_id) if row.status is TaskStatus.pending]
        assert [row.waiting_for for row in waiting] == [WaitingFor.rate_budget]
        crew.pass_time(seconds=50)
        crew.work()
        assert len(follows(crew, account)) == 1
        crew.pass_time(seconds=11)
        crew.work()
        assert len(follows(crew, account)) == 2

    def test_queue_and_ledger_give_the_same_reason(self, crew: Crew) -> None:
        """Whether tasks have used the hour up or something else has."""
        crew.change_settings(
            limits={"follow": {"per_hour": 2, "per_day": 400, "seconds_apart": 0.0}}
        )
        account = crew.account()
        for name in ("slow_tram", "moss_and_rye"):
            done(crew, account, name)
        by_queue = done(crew, account, "copper_kettle")
        assert by_queue.waiting_for is WaitingFor.rate_budget
        forget_uses(crew)
        crew.pass_time(minutes=59)
        by_ledger = done(crew, account, "northbound_rail")
        assert by_ledger.waiting_for is WaitingFor.rate_budget
        assert by_ledger.waiting_until is not None
        assert by_queue.waiting_until is not None
        apart = by_ledger.waiting_until - by_queue.waiting_until
        assert abs(apart.total_seconds()) < 5
        crew.pass_time(minutes=2)
        crew.work()
        assert len(follows(crew, account)) == 4


def forget_uses(crew: Crew) -> None:
    with crew.runtime.database.writing() as db:
        db.execute(delete(TaskUse))
