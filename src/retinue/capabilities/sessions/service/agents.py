"""Which agent is which, which of them takes up an order, and what becomes of the sessions of one that is gone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.sessions import rules
from retinue.capabilities.sessions.errors import AgentNameTaken, AgentSilent
from retinue.capabilities.sessions.models import (
    OPEN_STATUSES,
    Agent,
    EngagementSession,
    SessionStatus,
)
from retinue.capabilities.sessions.repository import agent_rows, session_rows
from retinue.capabilities.sessions.schemas import Ending
from retinue.capabilities.sessions.service import supervising
from retinue.foundation.clock import real
from retinue.foundation.leases import service as leases

_ANYBODY_AFTER = timedelta(seconds=2)
"""An order that the least busy agent leaves lying for so long is anybody's."""


def _nobody(pid: int) -> bool:
    del pid
    return False


def host_of_agent(
    db: Session,
    name: str,
    *,
    host: str,
    incarnation: str,
    now: datetime,
    is_there: Callable[[int], bool] = _nobody,
) -> str | None:
    """
    Where the last run of this agent was, None where there was none. `is_there` tells
    whether a process of this host, other than the caller's own, is alive.

    Raises:
        AgentNameTaken: a run of this name is at work.
    """
    agent = agent_rows.find_agent(db, name)
    if agent is None or agent.incarnation == incarnation:
        return None if agent is None else agent.host
    if not rules.is_agent_silent(agent.seen_at, now=now) and (
        agent.host != host or is_there(agent.pid)
    ):
        raise AgentNameTaken(
            f"An agent named {name} is at work on {agent.host} (process {agent.pid}). Give this one another name"
            " with --name, or end that one and wait 15 seconds.",
            agent=name,
            host=agent.host,
        )
    return agent.host


def register_agent(
    db: Session, name: str, *, incarnation: str, host: str, pid: int, now: datetime
) -> None:
    """Take the name over: from now on this run of the agent is the one that answers for it."""
    agent = agent_rows.find_agent(db, name)
    if agent is None:
        agent = Agent(name=name)
        db.add(agent)
    agent.incarnation, agent.host, agent.pid = incarnation, host, pid
    agent.started_at = agent.seen_at = now
    db.flush()


def note_journals(db: Session, name: str, journals: str) -> None:
    """Which folder the agent's sessions write their intents to. A new one was read after no restore."""
    agent = agent_rows.find_agent(db, name)
    if agent is not None and agent.journals != journals:
        agent.journals, agent.reconciled = journals, None
        db.flush()


def note_reconciled(db: Session, journals: str, *, restore: str) -> None:
    """The folder was read after this restore, for every agent that has written to it."""
    agent_rows.mark_reconciled(db, journals, restore=restore)


def agents_behind(db: Session, *, restore: str) -> list[str]:
    """`NAME on HOST` of each agent whose journals nobody has read after this restore."""
    return [f"{one.name} on {one.host}" for one in agent_rows.agents_behind(db, restore)]


def report_agent(db: Session, name: str, *, incarnation: str, now: datetime) -> bool:
    """Say that the agent is there. False when another run has taken its name over."""
    return agent_rows.see_agent(db, name, incarnation=incarnation, now=now)


def check_agent(db: Session, name: str | None, *, now: datetime) -> None:
    """
    Raises:
        AgentSilent: it has not reported for 15 seconds.
    """
    agent = None if name is None else agent_rows.find_agent(db, name)
    if agent is None or rules.is_agent_silent(agent.seen_at, now=now):
        raise silent(name, None if agent is None else agent.seen_at)


def silent_now(db: Session, name: str | None) -> AgentSilent:
    agent = None if name is None else agent_rows.find_agent(db, name)
    return silent(name, None if agent is None else agent.seen_at)


def silent(name: str | None, seen_at: datetime | None) -> AgentSilent:
    if name is None:
        message = "No agent has reported that could take it up; `retinue up` or `retinue agent` brings one."
    elif seen_at is None:
        message = f"The agent {name} has not reported yet."
    else:
        message = f"The agent {name} has been silent since {seen_at:%Y-%m-%d %H:%M:%S} UTC."
    return AgentSilent(message, retry_after=5, agent=name)


def agent_for(db: Session, wanted: str | None, *, now: datetime) -> str | None:
    """
    Who is to take an order up: the agent that is named, or the only one that is there.
    None where several are: they settle it among themselves.

    Raises:
        AgentSilent: the one that is named, or every one, is silent.
    """
    if wanted is not None:
        check_agent(db, wanted, now=now)
        return wanted
    there = agent_rows.agents_seen_since(db, now - real(rules.AGENT_SILENT))
    if not there:
        newest = agent_rows.newest_agent(db)
        raise silent(newest.name if newest else None, newest.seen_at if newest else None)
    return there[0].name if len(there) == 1 else None


def has_unclaimed(db: Session) -> bool:
    return bool(agent_rows.unclaimed(db))


def claim_orders(db: Session, agent: str, *, now: datetime) -> int:
    """
    Take up orders that name no agent, as long as no agent that is there has fewer sessions.
    How many; each goes to one agent only, whoever else tries.
    """
    there = {one.name for one in agent_rows.agents_seen_since(db, now - real(rules.AGENT_SILENT))}
    load = agent_rows.open_by_agent(db)
    fewest = min((load.get(name, 0) for name in there - {agent}), default=None)
    own, taken = load.get(agent, 0), 0
    for order in agent_rows.unclaimed(db):
        is_ours = fewest is None or own + taken <= fewest
        if (is_ours or now - order.created_at > real(_ANYBODY_AFTER)) and agent_rows.claim(
            db, order.id, agent=agent
        ):
            taken += 1
    return taken


def abandoned(db: Session, *, now: datetime) -> list[str]:
    """Sessions that nobody will end any more: see `end_abandoned`."""
    return [
        session.id
        for session in agent_rows.all_open(db)
        if _end_of_abandoned(db, session, now=now) is not None
    ]


def end_abandoned(db: Session, session_id: str, *, now: datetime) -> bool:
    """
    Close the books on a session whose agent is long gone, or which no agent ever took up.

    Only once its own heartbeat is gone too and its account's lease has run out: a process that
    is cut off from its agent may still be in the middle of an act. What is open becomes `unknown`.
    """
    session = session_rows.find_locked(db, session_id)
    if session is None or session.status not in OPEN_STATUSES:
        return False
    ending = _end_of_abandoned(db, session, now=now)
    if ending is None:
        return False
    supervising.end(db, session_id, ending, now=now)
    return True


def is_cut_off(db: Session, session: EngagementSession, *, now: datetime) -> bool:
    """Its process, wherever it may be, has shown no life for long and may not act any more."""
    key = accounts.lease_key(session.account_id)
    return rules.is_silent(session, now=now) and leases.holder_of(db, key, now=now) is None


def _end_of_abandoned(db: Session, session: EngagementSession, *, now: datetime) -> Ending | None:
    if session.agent is None:
        lease = leases.holder_of(db, accounts.lease_key(session.account_id), now=now)
        is_late = now - session.created_at > real(rules.LEASE_TTL)
        return (
            Ending(SessionStatus.failed, "no agent took it up")
            if is_late and lease is None
            else None
        )
    agent = agent_rows.find_agent(db, session.agent)
    is_gone = agent is None or now - agent.seen_at > real(rules.HEARTBEAT_MISSING)
    if not is_gone or not is_cut_off(db, session, now=now):
        return None
    since = f" since {agent.seen_at:%Y-%m-%d %H:%M:%S} UTC" if agent else ""
    return Ending(SessionStatus.lost, f"its agent {session.agent} has been silent{since}")
