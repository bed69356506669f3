"""What a caller wants of an account's session. The wish is a row; the agent makes it so."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account
from retinue.capabilities.audit import service as audit
from retinue.capabilities.plans import service as plans
from retinue.capabilities.plans.schemas import StoredPlan
from retinue.capabilities.proxies import service as proxies
from retinue.capabilities.safety import service as safety
from retinue.capabilities.sessions import rules
from retinue.capabilities.sessions.errors import (
    AlreadyRunning,
    NotAvailable,
    NotRunning,
)
from retinue.capabilities.sessions.models import EngagementSession, SessionStatus
from retinue.capabilities.sessions.repository import session_rows
from retinue.capabilities.sessions.schemas import Ending
from retinue.capabilities.sessions.service import agents, supervising
from retinue.capabilities.sessions.service.telling import announce
from retinue.capabilities.settings import service as settings
from retinue.foundation.clock import real
from retinue.foundation.leases import service as leases
from retinue.foundation.randomness import new_id

_HOLDER = "session:"
LOOK_HOLDER = "look:"
"""Whoever only looks at the network holds the account's lease under this, and gives way to a session."""


def request_start(
    db: Session,
    account: Account,
    *,
    requested_by: str,
    timeout: timedelta,
    now: datetime,
    agent: str | None = None,
) -> EngagementSession:
    """
    Order a session. The account's lease, taken in this transaction, decides between callers at the same time.
    `agent` names who is to start it; without a name the least busy one does.

    Raises:
        AlreadyRunning: the account has a session.
        NotAvailable: the account may not work now; why, and until when.
        AgentSilent: nobody is there to start it.
        PlanUnusable: the stored plan has errors.
    """
    session_id = new_id()
    lease = _take_account(db, account, session_id=session_id, now=now)
    plan = plans.current(db, account.id)
    _check_available(db, account, now=now)
    _check_plan(account, plan, now=now)
    session = EngagementSession(
        id=session_id,
        account_id=account.id,
        agent=agents.agent_for(db, agent, now=now),
        status=SessionStatus.starting,
        desired_state="running",
        requested_by=requested_by,
        plan_version=plan.version,
        fence=lease.fence,
        progress=0,
        counters={},
        created_at=now,
        ends_by=now + real(timeout),
    )
    db.add(session)
    db.flush()
    announce(db, session, now=now)
    audit.record(
        db,
        actor=requested_by,
        action="sessions.started",
        subject=("session", session_id),
        now=now,
        after={"account_id": account.id, "plan_version": plan.version},
    )
    return session


def request_stop(
    db: Session, account: Account, *, requested_by: str, now: datetime
) -> EngagementSession:
    """
    Order the end of the account's session. From the commit of this on nothing new begins.

    The same order twice is one order.

    Raises:
        NotRunning: the account has no session.
        AgentSilent: nobody is there to end the process.
    """
    session = session_rows.open_of_account(db, account.id)
    if session is None:
        raise NotRunning(f"account: {account.login} has no session to stop.", account=account.login)
    session = session_rows.find_locked(db, session.id) or session
    is_order_only = session.agent is None and session.status is SessionStatus.starting
    if not is_order_only:
        agents.check_agent(db, session.agent, now=now)
    if session.desired_state == "running":
        session.desired_state = "stopped"
        session.stop_reason = f"stopped by {requested_by}"[:255]
        if session.status is SessionStatus.running:
            session.status = SessionStatus.stopping
        db.flush()
        announce(db, session, now=now)
        audit.record(
            db,
            actor=requested_by,
            action="sessions.stopped",
            subject=("session", session.id),
            now=now,
        )
    if is_order_only:
        # No agent has taken it up and now none can: there is no process to wait for.
        ending = Ending(SessionStatus.stopped, f"stopped by {requested_by}")
        supervising.end(db, session.id, ending, now=now)
    return session


def give_up_start(db: Session, session_id: str, *, now: datetime) -> bool:
    """Take back an order that no agent has taken up. False when one has, meanwhile."""
    session = session_rows.find_locked(db, session_id)
    if session is None or session.status is not SessionStatus.starting or session.pid is not None:
        return False
    ending = Ending(SessionStatus.failed, "no agent took it up")
    supervising.end(db, session_id, ending, now=now)
    return True


def _take_account(db: Session, account: Account, *, session_id: str, now: datetime) -> leases.Lease:
    key = accounts.lease_key(account.id)
    held_now = leases.holder_of(db, key, now=now)
    if held_now is not None and held_now.holder.startswith(LOOK_HOLDER):
        # Its fence is over with this; it sees so before its next look, and does no more.
        leases.release(db, held_now)
    try:
        lease = leases.acquire(
            db, key, holder=f"{_HOLDER}{session_id}", ttl=rules.LEASE_TTL, now=now
        )
    except leases.LeaseHeld as held:
        holder = str(held.facts.get("holder") or "")
        if holder.startswith(_HOLDER):
            raise _running(account, holder.removeprefix(_HOLDER)) from held
        until = held.facts.get("until")
        message = f"account: {account.login} is busy with something else ({holder})."
        raise NotAvailable(message, reason="account_busy", until=until) from held
    # Asked under the lease: whoever had it before has committed. An expired lease does not end a session.
    other = session_rows.open_of_account(db, account.id)
    if other is not None:
        raise _running(account, other.id)
    return lease


def _running(account: Account, session_id: str) -> AlreadyRunning:
    message = f"account: a session of {account.login} is already running."
    return AlreadyRunning(message, account=account.login, session_id=session_id)


def _check_available(db: Session, account: Account, *, now: datetime) -> None:
    denial = accounts.may_engage(
        account,
        engage_before_warm_up=settings.current(db).engage_before_warm_up,
        is_persona_paused=accounts.is_persona_paused(db, account),
    )
    if denial is not None:
        raise NotAvailable(f"account: {denial.message}", reason=denial.code, until=denial.until)
    down = None if account.proxy_id is None else proxies.why_down(proxies.get(db, account.proxy_id))
    if down is not None:
        raise NotAvailable(
            f"account: {down.message}", reason=down.code, until=down.facts.get("until")
        )
    refusal = safety.refusal_for(db, account.id, None, now=now)
    if refusal is not None:
        end = f" It may work again from {_shown(refusal.until)}." if refusal.until else ""
        raise NotAvailable(
            f"account: {refusal.message}{end}", reason=refusal.code, until=refusal.until
        )


def _check_plan(account: Account, plan: StoredPlan, *, now: datetime) -> None:
    if not plan.plan.jobs:
        message = (
            f"account: the plan of {account.login} has no job that can be carried out; add one, as in "
            f'PUT /account_config/{account.login} {{"set": {{"blogger-followers": ["some_handle"]}}}}.'
        )
        raise NotAvailable(message, reason="plan_without_jobs")
    hours = plan.plan.working_hours
    if not plans.is_within(hours, now):
        opens = plans.next_opening(hours, now)
        message = f"account: {account.login} is outside its working hours until {_shown(opens)}."
        raise NotAvailable(message, reason="outside_working_hours", until=opens)


def _shown(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
