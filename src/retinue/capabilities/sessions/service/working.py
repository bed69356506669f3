"""The session process's own verbs. Each carries the fence, so that a process that lost its lease changes nothing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.sessions import rules
from retinue.capabilities.sessions.errors import SessionOver
from retinue.capabilities.sessions.models import SessionSample, SessionStatus
from retinue.capabilities.sessions.repository import session_rows
from retinue.capabilities.sessions.schemas import Beat
from retinue.capabilities.sessions.service.reading import get
from retinue.capabilities.sessions.service.telling import announce
from retinue.foundation.leases import service as leases


def begin(
    db: Session, session_id: str, *, fence: int, pid: int, pid_birth: str | None, now: datetime
) -> None:
    """
    The process has come to life: `starting` becomes `running`. It names itself, so that
    it can be found even when its agent died before writing it down.

    Raises:
        SessionOver: it was stopped, settled or taken over before that.
    """
    if not session_rows.mark_running(
        db, session_id, fence=fence, pid=pid, pid_birth=pid_birth, now=now
    ):
        raise SessionOver("The session was ended before its process began.", session_id=session_id)
    announce(db, get(db, session_id), now=now)


def ensure_may_act(db: Session, session_id: str, *, fence: int, now: datetime) -> None:
    """
    The stop flag, read in the transaction that writes an intent: an intent is committed
    before the stop was, or not at all.

    Raises:
        SessionOver: it is asked to stop, has ended, or its time is up.
    """
    state = session_rows.state_of(db, session_id)
    if state is None:
        raise SessionOver("The session does not exist any more.", session_id=session_id)
    if state.status is not SessionStatus.running or state.desired_state != "running":
        raise SessionOver(f"The session is {state.status}.", session_id=session_id)
    if state.fence != fence:
        raise SessionOver(
            "The session's account was given to another session.", session_id=session_id
        )
    if state.ends_by is not None and now >= state.ends_by:
        raise SessionOver("its time is up", session_id=session_id)


def beat(
    db: Session, session_id: str, told: Beat, *, fence: int, account_id: int, now: datetime
) -> bool:
    """Report and renew the account's lease. False when either is lost: nothing new may begin."""
    values = {
        "heartbeat_at": told.alive_at,
        "counters": {action: dict(by_status) for action, by_status in told.counters.items()},
        "current_job": (told.current_job or "")[:100] or None,
        "current_target": (told.current_target or "")[:255] or None,
        "progress": told.progress,
        "last_error": told.last_error,
    }
    if not session_rows.beat(db, session_id, fence=fence, values=values):
        return False
    if told.sample is not None:
        db.add(
            SessionSample(
                session_id=session_id,
                at=now,
                cpu_percent=told.sample.cpu_percent,
                memory_mb=told.sample.memory_mb,
                children=told.sample.children,
            )
        )
    is_held = keep_account(db, session_id, fence=fence, account_id=account_id, now=now)
    session = session_rows.find(db, session_id)
    if session is not None:
        announce(db, session, now=now)
    return is_held


def keep_account(
    db: Session, session_id: str, *, fence: int, account_id: int, now: datetime
) -> bool:
    """
    Renew the account's lease, even one that has run out. False when the account is somebody
    else's by now, or was given back.
    """
    key, holder = accounts.lease_key(account_id), f"session:{session_id}"
    lease = leases.Lease(key=key, holder=holder, fence=fence, expires_at=now)
    return leases.renew(db, lease, ttl=rules.LEASE_TTL, now=now)


def note_reason(
    db: Session, session_id: str, *, fence: int, reason: str, error: str | None
) -> None:
    """Why the session is about to end. The agent closes the row once the process is gone."""
    session = session_rows.find(db, session_id)
    if session is None or session.fence != fence:
        return
    session.stop_reason = session.stop_reason or reason[:255]
    if error is not None:
        session.last_error = error
    db.flush()
