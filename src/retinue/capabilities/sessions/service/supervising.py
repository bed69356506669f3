"""The agent's verbs: take up what was ordered, note the processes, and write down how each ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.sessions import rules
from retinue.capabilities.sessions.models import (
    OPEN_STATUSES,
    EngagementSession,
    SessionStatus,
)
from retinue.capabilities.sessions.repository import agent_rows, sample_rows, session_rows
from retinue.capabilities.sessions.schemas import Ending, Order
from retinue.capabilities.sessions.service.telling import announce
from retinue.foundation.clock import real
from retinue.foundation.leases import service as leases

_SAMPLES_KEPT = timedelta(days=2)


def watched(db: Session, agent: str) -> Sequence[EngagementSession]:
    """All sessions of this agent that have not ended."""
    return agent_rows.open_of_agent(db, agent)


def is_waiting(session: EngagementSession) -> bool:
    """It is ordered and has no process yet."""
    return (
        session.status is SessionStatus.starting
        and session.desired_state == "running"
        and session.pid is None
    )


def order_of(db: Session, session: EngagementSession) -> Order:
    account = accounts.get(db, session.account_id)
    log_name = rules.file_name(
        account.login,
        uid=account.uid,
        network=account.network,
        is_shared=accounts.is_login_shared(db, account),
    )
    return Order(session.id, account.id, session.fence, log_name)


def sweep_samples(db: Session, *, now: datetime) -> int:
    """How many samples were removed; two days of them are kept."""
    return sample_rows.remove_samples_before(db, now - real(_SAMPLES_KEPT))


def note_process(
    db: Session, session_id: str, *, pid: int, pid_birth: str | None, now: datetime
) -> bool:
    """Write the process down. False when the session has ended meanwhile: the process is to go."""
    session = session_rows.find_locked(db, session_id)
    if session is None or session.status not in OPEN_STATUSES:
        return False
    session.pid, session.pid_birth = pid, pid_birth
    session.started_at = session.started_at or now
    db.flush()
    return True


def mark_stopping(db: Session, session_id: str, *, reason: str, now: datetime) -> None:
    """The agent itself ends it: its time is up, or the agent is to end."""
    session = session_rows.find_locked(db, session_id)
    if session is None or session.status not in OPEN_STATUSES:
        return
    if session.desired_state == "running":
        session.desired_state = "stopped"
        # The process may have written already that it was asked; why, only its agent knows.
        session.stop_reason = reason[:255]
    session.status = SessionStatus.stopping
    db.flush()
    announce(db, session, now=now)


def end(db: Session, session_id: str, ending: Ending, *, now: datetime) -> int:
    """
    Close the books on a session whose process tree is gone: its open intents become `unknown`,
    its lease is free. Answers how many intents were open. A session that has ended stays as it is.
    """
    session = session_rows.find_locked(db, session_id)
    if session is None or session.status not in OPEN_STATUSES:
        return 0
    open_intents = ledger.settle_open_of_session(db, session_id, now=now)
    session.status = ending.status
    session.desired_state = "stopped"
    session.stop_reason = (session.stop_reason or ending.reason)[:255]
    if ending.error is not None:
        session.last_error = ending.error
    session.current_target = None
    session.ended_at = now
    if ending.status is SessionStatus.completed:
        session.progress = 100
    key = accounts.lease_key(session.account_id)
    holder = f"session:{session_id}"
    leases.release(db, leases.Lease(key, holder, session.fence, now))
    db.flush()
    announce(db, session, now=now)
    return open_intents
