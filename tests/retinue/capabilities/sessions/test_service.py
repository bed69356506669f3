from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account, Health, Lifecycle
from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.models import AttemptState
from retinue.capabilities.ledger.schemas import IntentRequest, Reserved
from retinue.capabilities.safety import service as safety
from retinue.capabilities.safety.schemas import PlanLimits
from retinue.capabilities.sessions import service as sessions
from retinue.capabilities.sessions.errors import (
    AgentSilent,
    AlreadyRunning,
    NotAvailable,
    NotRunning,
    SessionOver,
)
from retinue.capabilities.sessions.models import EngagementSession, SessionStatus
from retinue.capabilities.sessions.schemas import Beat, Ending, Sample
from retinue.capabilities.settings import service as settings
from retinue.drivers.network.protocol import Person
from retinue.foundation.leases import service as leases
from tests.retinue.capabilities.sessions.conftest import PLAN, add_account, add_agent, order


def begin(db: Session, session: EngagementSession, *, now: datetime) -> None:
    sessions.begin(db, session.id, fence=session.fence, pid=4711, pid_birth="boot:1", now=now)


def beat(db: Session, session: EngagementSession, *, now: datetime, **told: Any) -> bool:
    facts: dict[str, Any] = {
        "alive_at": now,
        "counters": {"like": {"success": 2}},
        "current_job": "blogger-followers:harbour_lights",
        "current_target": "otter",
        "progress": 20,
        "last_error": None,
        "sample": Sample(cpu_percent=3.5, memory_mb=70.5),
    } | told
    return sessions.beat(
        db, session.id, Beat(**facts), fence=session.fence, account_id=session.account_id, now=now
    )


class TestRequestStart:
    def test_the_order_waits_for_the_agent_with_the_accounts_lease(
        self, db: Session, account: Account, noon: datetime
    ) -> None:
        session = order(db, account, now=noon)
        assert (session.status, session.desired_state) == (SessionStatus.starting, "running")
        assert (session.agent, session.plan_version) == ("local", 1)
        assert leases.is_current(db, accounts.lease_key(account.id), fence=session.fence, now=noon)
        assert [row.id for row in sessions.watched(db, "local")] == [session.id]

    def test_a_second_session_is_refused_and_told_of_the_first(
        self, db: Session, account: Account, noon: datetime
    ) -> None:
        first = order(db, account, now=noon)
        with pytest.raises(AlreadyRunning, match="already running") as refused:
            order(db, account, now=noon)
        assert refused.value.facts["session_id"] == first.id

    def test_a_session_whose_lease_has_run_out_still_runs(
        self, db: Session, account: Account, noon: datetime
    ) -> None:
        order(db, account, now=noon)
        later = noon + timedelta(minutes=5)
        sessions.report_agent(db, "local", incarnation="first", now=later)
        with pytest.raises(AlreadyRunning):
            order(db, account, now=later)

    def test_an_account_that_is_not_active_says_how_to_mend_it(
        self, db: Session, account: Account, noon: datetime
    ) -> None:
        account.lifecycle = Lifecycle.imported
        with pytest.raises(NotAvailable, match="activate") as refused:
            order(db, account, now=noon)
        assert refused.value.facts["reason"] == "account_not_active"

    def test_an_account_with_bad_health_is_not_available(
        self, db: Session, account: Account, noon: datetime
    ) -> None:
        account.health = Health.error
        with pytest.raises(NotAvailable, match="health error"):
            order(db, account, now=noon)

    def test_a_pause_of_the_fleet_says_its_reason(
        self, db: Session, account: Account, noon: datetime
    ) -> None:
        safety.pause(db, action=None, reason="holiday", actor="anna", now=noon)
        with pytest.raises(NotAvailable, match="holiday"):
            order(db, account, now=noon)

    def test_outside_working_hours_it_names_the_opening(self, db: Session, noon: datetime) -> None:
        add_agent(db, now=noon)
        plan = PLAN.replace("00.00-23.59", "14.00-15.00")
        account = add_account(db, "mira", now=noon, plan=plan)
        with pytest.raises(NotAvailable, match="outside its working hours") as refused:
            order(db, account, now=noon)
        assert refused.value.facts["until"] == noon + timedelta(hours=2)

    def test_a_plan_without_a_job_is_no_plan(self, db: Session, noon: datetime) -> None:
        add_agent(db, now=noon)
        account = add_account(db, "mira", now=noon, plan="likes-percentage: 100\n")
        with pytest.raises(NotAvailable, match="has no job"):
            order(db, account, now=noon)

    def test_a_silent_agent_is_named(self, db: Session, account: Account, noon: datetime) -> None:
        with pytest.raises(AgentSilent, match="agent local has been silent since"):
            order(db, account, now=noon + timedelta(seconds=16))

    def test_an_account_that_is_busy_otherwise_names_who_has_it(
        self, db: Session, account: Account, noon: datetime
    ) -> None:
        leases.acquire(
            db,
            accounts.lease_key(account.id),
            holder="validation",
            ttl=timedelta(minutes=1),
            now=noon,
        )
        with pytest.raises(NotAvailable, match="busy with something else"):
            order(db, account, now=noon)

    def test_whoever_only_looks_at_the_network_gives_way(
        self, db: Session, account: Account, noon: datetime
    ) -> None:
        holder, ttl = f"{sessions.LOOK_HOLDER}1", timedelta(minutes=6)
        look = leases.acquire(db, accounts.lease_key(account.id), holder=holder, ttl=ttl, now=noon)
        session = order(db, account, now=noon)
        assert session.fence > look.fence
        assert not leases.is_current(db, look.key, fence=look.fence, now=noon)
        # What the look gives back at its end is not its own any more.
        leases.release(db, look)
        assert leases.is_current(db, look.key, fence=session.fence, now=noon)


class TestRequestStop:
    def test_a_running_session_is_asked_once(
        self, db: Session, account: Account, noon: datetime
    ) -> None:
        session = order(db, account, now=noon)
        begin(db, session, now=noon)
        for _ in range(2):
            asked = sessions.request_stop(db, account, requested_by="anna", now=noon)
        assert (asked.status, asked.desired_state) == (SessionStatus.stopping, "stopped")
        assert asked.stop_reason == "stopped by anna"

    def test_there_must_be_one(self, db: Session, account: Account, noon: datetime) -> None:
        with pytest.raises(NotRunning, match="no session to stop"):
            sessions.request_stop(db, account, requested_by="anna", now=noon)

    def test_from_then_on_nothing_may_be_promised(
        self, db: Session, account: Account, noon: datetime
    ) -> None:
        session = order(db, account, now=noon)
        begin(db, session, now=noon)
        sessions.ensure_may_act(db, session.id, fence=session.fence, now=noon)
        sessions.request_stop(db, account, requested_by="anna", now=noon)
        with pytest.raises(SessionOver):
            sessions.ensure_may_act(db, session.id, fence=session.fence, now=noon)

    def test_a_process_that_comes_too_late_does_not_begin(
        self, db: Session, account: Account, noon: datetime
    ) -> None:
        session = order(db, account, now=noon)
        sessions.request_stop(db, account, requested_by="anna", now=noon)
        with pytest.raises(SessionOver):
            begin(db, session, now=noon)


class TestEnsureMayAct:
    def test_an_old_fence_may_not(self, db: Session, account: Account, noon: datetime) -> None:
        session = order(db, account, now=noon)
        begin(db, session, now=noon)
        with pytest.raises(SessionOver, match="another session"):
            sessions.ensure_may_act(db, session.id, fence=session.fence - 1, now=noon)

    def test_nor_after_the_timeout(self, db: Session, account: Account, noon: datetime) -> None:
        session = order(db, account, now=noon)
        begin(db, session, now=noon)
        with pytest.raises(SessionOver, match="time is up"):
            sessions.ensure_may_act(
                db, session.id, fence=session.fence, now=noon + timedelta(hours=4)
            )


class TestBeat:
    def test_it_reports_and_keeps_the_lease(
        self, db: Session, account: Account, noon: datetime
    ) -> None:
        session = order(db, account, now=noon)
        begin(db, session, now=noon)
        assert beat(db, session, now=noon + timedelta(seconds=20))
        later = noon + timedelta(seconds=45)
        assert leases.is_current(db, accounts.lease_key(account.id), fence=session.fence, now=later)
        shown = sessions.status(db, account, now=later)
        assert shown.counters == {"like": {"success": 2}}
        assert shown.current_target == "otter"
        assert shown.progress == 20
        assert [(one.pid, one.memory_mb) for one in shown.processes] == [(4711, 70.5)]

    def test_a_lost_lease_is_told(self, db: Session, account: Account, noon: datetime) -> None:
        session = order(db, account, now=noon)
        begin(db, session, now=noon)
        late = noon + timedelta(seconds=31)
        key = accounts.lease_key(account.id)
        leases.acquire(db, key, holder="task:1", ttl=timedelta(minutes=1), now=late)
        assert not beat(db, session, now=late)

    def test_a_lease_that_has_merely_run_out_is_kept(
        self, db: Session, account: Account, noon: datetime
    ) -> None:
        session = order(db, account, now=noon)
        begin(db, session, now=noon)
        assert beat(db, session, now=noon + timedelta(hours=1))

    def test_a_session_that_is_over_stays_as_it_ended(
        self, db: Session, account: Account, noon: datetime
    ) -> None:
        session = order(db, account, now=noon)
        begin(db, session, now=noon)
        sessions.end(db, session.id, Ending(SessionStatus.lost, "gone"), now=noon)
        assert not beat(db, session, now=noon, progress=90)
        assert sessions.get(db, session.id).progress == 0


class TestEnd:
    def test_it_frees_the_account_and_gives_up_open_intents(
        self, db: Session, account: Account, noon: datetime
    ) -> None:
        session = order(db, account, now=noon)
        begin(db, session, now=noon)
        reserved = ledger.reserve(
            db,
            IntentRequest(
                account_id=account.id,
                network="sandgram",
                action="like",
                target=Person("1", "otter"),
                fence=session.fence,
                session_id=session.id,
                plan_limits=PlanLimits(seconds_apart=0),
            ),
            settings=settings.current(db),
            now=noon,
        )
        assert isinstance(reserved, Reserved)

        open_intents = sessions.end(db, session.id, Ending(SessionStatus.lost, "gone"), now=noon)

        assert open_intents == 1
        assert not leases.is_current(
            db, accounts.lease_key(account.id), fence=session.fence, now=noon
        )
        ended = sessions.get(db, session.id)
        assert (ended.status, ended.stop_reason, ended.ended_at) == ("lost", "gone", noon)
        again = order(db, account, now=noon)
        assert again.fence > session.fence
        events = sessions.events_page(db, session.id, before=None, limit=10)
        assert [row.status for row in events] == [AttemptState.unknown]

    def test_the_first_ending_stays(self, db: Session, account: Account, noon: datetime) -> None:
        session = order(db, account, now=noon)
        sessions.end(db, session.id, Ending(SessionStatus.failed, "first"), now=noon)
        sessions.end(db, session.id, Ending(SessionStatus.lost, "second"), now=noon)
        assert sessions.get(db, session.id).stop_reason == "first"


class TestGiveUpStart:
    def test_an_order_that_nobody_took_up_is_taken_back(
        self, db: Session, account: Account, noon: datetime
    ) -> None:
        session = order(db, account, now=noon)
        assert sessions.give_up_start(db, session.id, now=noon)
        assert sessions.get(db, session.id).status is SessionStatus.failed

    def test_one_that_has_a_process_is_left_alone(
        self, db: Session, account: Account, noon: datetime
    ) -> None:
        session = order(db, account, now=noon)
        sessions.note_process(db, session.id, pid=1, pid_birth="boot:1", now=noon)
        assert not sessions.give_up_start(db, session.id, now=noon)
