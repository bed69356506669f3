"""What time brings by itself, one short transaction after the other."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from retinue.capabilities.accounts.models import Lifecycle
from retinue.capabilities.content import service as content
from retinue.capabilities.content.errors import NothingLeft
from retinue.capabilities.settings import service as settings
from retinue.capabilities.warmup import rules
from retinue.capabilities.warmup.models import PhaseStatus
from retinue.capabilities.warmup.repository import phases
from retinue.capabilities.warmup.repository import tending as repository
from retinue.capabilities.warmup.schemas import Step
from retinue.capabilities.warmup.service import choosing, presence
from retinue.capabilities.warmup.service.scene import Scene, hold_phases, write_down
from retinue.foundation.database import Database
from retinue.foundation.errors import Unavailable

logger = logging.getLogger(__name__)

ACTOR = "retinue"
CHUNK = 200


def tend(database: Database, *, now: datetime) -> int:
    """
    Phases whose time has come, content that has come, and bots that have gone. How many phases
    have become available; at most `CHUNK`.
    """
    with database.reading() as db:
        due = repository.due_accounts(db, now=now, limit=CHUNK)
        missing = repository.missing(db, limit=CHUNK)
        abandoned = repository.abandoned(db, limit=CHUNK)
        lease = timedelta(seconds=settings.current(db).warmup.lease_seconds)
    opened = 0
    for account_id in due:
        # One account each: whoever holds phases must not wait for those of another.
        with database.writing() as db:
            opened += open_due(db, account_id, now=now)
    for account_id in missing:
        with database.writing() as db:
            look_for_content(db, account_id, now=now)
    for account_id in abandoned:
        with database.writing() as db:
            let_go_of(db, account_id, now=now)
    with database.writing() as db:
        presence.write_notes(db, lease=lease)
        presence.end_idle(db, lease=lease, now=now, limit=CHUNK)
    return opened


def open_due(db: Session, account_id: int, *, now: datetime) -> bool:
    """Write down that the phase is available whose time has come. Whoever asks for it first does the same."""
    scene = hold_phases(db, account_id, now=now)
    step = rules.current(scene.steps)
    is_due = step is not None and rules.status_at(step, now) is PhaseStatus.available
    if step is None or not is_due or step.status is PhaseStatus.available:
        return False
    scene.come_due(step)
    scene.move(db, step, {"status": PhaseStatus.available})
    write_down(db, scene, actor=ACTOR)
    return True


def let_go_of(db: Session, account_id: int, *, now: datetime) -> bool:
    """
    What a phase was to be done with goes back once the account is warmed up no more: an operator
    has activated or retired it meanwhile. A bot that is still at work may end first.
    """
    scene = hold_phases(db, account_id, now=now)
    step = rules.current(scene.steps)
    held = phases.lease(db, account_id, now=now)
    if step is None or step.status not in rules.WORKED_ON or held is not None:
        return False
    if scene.subject.lifecycle in {Lifecycle.warming_up, Lifecycle.ready}:
        return False
    choosing.give_back(db, step, has_failed=False, now=now)
    values = {
        **choosing.NOTHING_CHOSEN,
        "status": PhaseStatus.available,
        "available_at": now,
        "started_at": None,
    }
    scene.record("phase_let_go", step, before={"status": step.status.value})
    scene.move(db, step, values)
    write_down(db, scene, actor=ACTOR)
    return True


def look_for_content(db: Session, account_id: int, *, now: datetime) -> bool:
    """Whether what an account waits for is there by now; if so its persona's accounts are offered again."""
    scene = hold_phases(db, account_id, now=now)
    step, persona_id = rules.current(scene.steps), scene.subject.persona_id
    if step is None or step.content_missing_at is None or persona_id is None:
        return False
    if not _would_be_given(db, scene, step):
        return False
    choosing.content_has_come(db, persona_id, step.phase, now=now)
    scene.record("content_has_come", step)
    write_down(db, scene, actor=ACTOR)
    return True


def _would_be_given(db: Session, scene: Scene, step: Step) -> bool:
    """Tried, and taken back: nothing else knows all that a choice looks at."""
    attempt = db.begin_nested()
    try:
        for kind in choosing.NEEDS[step.phase]:
            content.assign(db, choosing.wanted(scene, step, kind), now=scene.now)
    except (NothingLeft, Unavailable):
        return False
    finally:
        attempt.rollback()
        db.expire_all()
    return True
