"""Demo mode: open to this machine only, and over for good once there is an admin."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.access import repository
from retinue.capabilities.access.service import memory
from retinue.capabilities.audit import service as audit

LOCAL_OPERATOR = "local operator"


def is_demo(db: Session) -> bool:
    row = repository.installation(db)
    return row is not None and row.is_demo


def end_demo(db: Session, *, by: str, now: datetime) -> None:
    """For good: nothing starts it again. What the local operator has handed out ends with it."""
    row = repository.locked_installation(db)
    if row is None or not row.is_demo:
        return
    row.is_demo = False
    row.demo_ended_at = now
    row.demo_ended_by = by[:100]
    repository.revoke_tokens_made_by(db, LOCAL_OPERATOR, now=now)
    memory.forget_after_commit(db)
    audit.record(db, actor=by, action="access.demo_ended", subject=("installation", "1"), now=now)


def admin_made(db: Session, *, by: str, now: datetime) -> None:
    """There is somebody to ask from now on: the set-up code is void, and demo mode over."""
    row = repository.locked_installation(db)
    if row is None:
        return
    row.setup_code_hash = None
    row.setup_done_at = row.setup_done_at or now
    end_demo(db, by=by, now=now)
