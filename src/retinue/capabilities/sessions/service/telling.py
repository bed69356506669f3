"""What others hear of a session."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.sessions.models import EngagementSession
from retinue.foundation.events import service as events


def announce(db: Session, session: EngagementSession, *, now: datetime) -> None:
    data = {
        "session_id": session.id,
        "account_id": session.account_id,
        "status": session.status.value,
        "desired_state": session.desired_state,
        "current_job": session.current_job,
        "current_target": session.current_target,
        "progress": session.progress,
        "counters": session.counters or {},
        "stop_reason": session.stop_reason,
    }
    events.publish(db, "session_update", data, now=now)
