from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from retinue.capabilities.accounts.models import Account
from retinue.capabilities.audit import service as audit
from retinue.capabilities.audit.schemas import AuditFilter
from retinue.capabilities.sessions import service as sessions
from retinue.capabilities.sessions.errors import AgentNameTaken, AgentSilent
from retinue.capabilities.sessions.models import EngagementSession, SessionStatus
from tests.retinue.capabilities.sessions.conftest import add_account, add_agent, order

MINUTE = timedelta(minutes=1)


def host_of(db: Session, name: str, *, now: datetime, host: str, lives: bool = False) -> str | None:
    return sessions.host_of_agent(
        db, name, host=host, incarnation="second", now=now, is_there=lambda _: lives
    )


def agent_of(db: Session, session: EngagementSession) -> str | None:
    return sessions.get(db, session.id).agent


class TestHostOfAgent:
    def test_a_name_that_is_at_work_is_taken(self, db: Session, noon: datetime) -> None:
        add_agent(db, now=noon, name="a")
        for host, lives in (("elsewhere", False), ("here", True)):
            with pytest.raises(AgentNameTaken, match="named a is at work on here"):
                host_of(db, "a", now=noon, host=host, lives=lives)

    def test_a_run_that_is_dead_or_silent_gives_its_name_up(
        self, db: Session, noon: datetime
    ) -> None:
        assert host_of(db, "a", now=noon, host="here") is None
        add_agent(db, now=noon, name="a")
        assert host_of(db, "a", now=noon, host="here") == "here"
        assert host_of(db, "a", now=noon + MINUTE, host="elsewhere", lives=True) == "here"


class TestOrders:
    def test_who_asks_for_a_start_and_for_its_end_is_written_down(
        self, db: Session, account: Account, noon: datetime
    ) -> None:
        order(db, account, now=noon)
        sessions.request_stop(db, account, requested_by="operator:anna", now=noon)
        found = audit.newest(db, AuditFilter(subject_kind="session"))
        assert [(one.action, one.actor) for one in found] == [
            ("sessions.stopped", "operator:anna"), ("sessions.started", "a test"),
        ]  # fmt: skip

    def test_the_only_agent_is_named_at_once(
        self, db: Session, account: Account, noon: datetime
    ) -> None:
        assert agent_of(db, order(db, account, now=noon)) == "local"

    def test_several_share_the_orders_and_each_goes_to_one(
        self, db: Session, account: Account, noon: datetime
    ) -> None:
        add_agent(db, now=noon, name="other")
        many = [account, *(add_account(db, f"ava{n}", now=noon) for n in range(3))]
        ordered = [order(db, one, now=noon) for one in many]
        assert {agent_of(db, one) for one in ordered} == {None}
        taken = [
            sessions.claim_orders(db, name, now=noon)
            for name in ("local", "other", "local", "other")
        ]
        assert taken == [1, 2, 1, 0]
        assert sorted(str(agent_of(db, one)) for one in ordered) == ["local"] * 2 + ["other"] * 2
        assert not sessions.has_unclaimed(db)

    def test_what_the_least_busy_leaves_lying_is_anybodys(
        self, db: Session, account: Account, noon: datetime
    ) -> None:
        add_agent(db, now=noon, name="other")
        first = order(db, account, now=noon)
        assert sessions.claim_orders(db, "local", now=noon) == 1
        second = order(db, add_account(db, "mia", now=noon), now=noon)
        assert sessions.claim_orders(db, "local", now=noon) == 0
        assert sessions.claim_orders(db, "local", now=noon + timedelta(seconds=3)) == 1
        assert (agent_of(db, first), agent_of(db, second)) == ("local", "local")

    def test_an_agent_that_is_named_gets_it_and_a_silent_one_is_said(
        self, db: Session, account: Account, noon: datetime
    ) -> None:
        add_agent(db, now=noon, name="other")
        add_agent(db, now=noon - MINUTE, name="gone")

        def ask(agent: str) -> EngagementSession:
            return sessions.request_start(
                db,
                account,
                requested_by="a test",
                timeout=MINUTE,
                now=noon,
                agent=agent,
            )

        with pytest.raises(AgentSilent, match="gone"), db.begin_nested():
            ask("gone")
        with pytest.raises(AgentSilent, match="nowhere"), db.begin_nested():
            ask("nowhere")
        assert ask("other").agent == "other"

    def test_an_order_that_nobody_has_taken_up_can_be_stopped(
        self, db: Session, account: Account, noon: datetime
    ) -> None:
        add_agent(db, now=noon, name="other")
        session = order(db, account, now=noon)
        stopped = sessions.request_stop(db, account, requested_by="a test", now=noon)
        assert (stopped.id, stopped.status) == (session.id, SessionStatus.stopped)
        assert sessions.claim_orders(db, "local", now=noon) == 0
        order(db, account, now=noon)


class TestEndAbandoned:
    def test_only_when_agent_heartbeat_and_lease_are_all_gone(
        self, db: Session, account: Account, noon: datetime
    ) -> None:
        session = order(db, account, now=noon)
        sessions.begin(db, session.id, fence=session.fence, pid=1, pid_birth="b", now=noon)
        add_agent(db, now=noon, name="other")
        late = noon + timedelta(seconds=151)
        assert sessions.abandoned(db, now=noon + timedelta(seconds=149)) == []
        # The agent is back, or the process shows life: it is not ours to end.
        sessions.report_agent(db, "local", incarnation="first", now=late)
        assert sessions.abandoned(db, now=late) == []
        db.execute(
            update(EngagementSession)
            .where(EngagementSession.id == session.id)
            .values(heartbeat_at=late + 2 * MINUTE)
        )
        later = late + 3 * MINUTE
        assert sessions.abandoned(db, now=later) == []
        later += 3 * MINUTE
        assert sessions.abandoned(db, now=later) == [session.id]
        assert sessions.end_abandoned(db, session.id, now=later)
        ended = sessions.get(db, session.id)
        assert (ended.status, "local has been silent since" in (ended.stop_reason or "")) == (
            SessionStatus.lost, True,
        )  # fmt: skip
        assert not sessions.end_abandoned(db, session.id, now=later)

    def test_an_order_that_no_agent_took_up_ends_with_its_lease(
        self, db: Session, account: Account, noon: datetime
    ) -> None:
        add_agent(db, now=noon, name="other")
        session = order(db, account, now=noon)
        assert sessions.abandoned(db, now=noon + timedelta(seconds=20)) == []
        assert sessions.end_abandoned(db, session.id, now=noon + MINUTE)
        assert sessions.get(db, session.id).stop_reason == "no agent took it up"
