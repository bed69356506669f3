from __future__ import annotations

from datetime import timedelta

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.sessions.models import SessionStatus
from retinue.foundation.leases import service as leases
from tests.retinue.workflows.engagement.conftest import Engagement


class TestAsk:
    def test_a_lease_that_has_merely_run_out_is_taken_up_again(self, work: Engagement) -> None:
        work.interlude = lambda actor, *_: let_lease_end(work, actor.fence, taken_by=None)
        assert work.run().status is SessionStatus.completed
        assert work.done

    def test_one_that_somebody_else_has_taken_is_not(self, work: Engagement) -> None:
        work.interlude = lambda actor, *_: let_lease_end(work, actor.fence, taken_by="another")
        assert work.run().status is SessionStatus.lost
        assert work.done == []

    def test_nothing_is_begun_on_a_database_that_is_known_to_be_damaged(
        self, work: Engagement
    ) -> None:
        (work.data_dir / "database.damaged").write_text("The database is damaged: a test.")
        ending = work.run()
        assert ending.status is SessionStatus.failed
        assert "damaged" in ending.reason
        assert work.done == []


def let_lease_end(work: Engagement, fence: int, *, taken_by: str | None) -> None:
    """As after a jump of the clock."""
    now = work.clock.now()
    lease = leases.Lease(accounts.lease_key(work.account.id), "", fence, now)
    with work.database.writing() as db:
        is_ours = leases.renew(db, lease, ttl=timedelta(0), now=now)
        if is_ours and taken_by is not None:
            leases.acquire(db, lease.key, holder=taken_by, ttl=timedelta(days=1), now=now)
