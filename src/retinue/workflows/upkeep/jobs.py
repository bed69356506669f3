from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Health
from retinue.capabilities.settings import service as settings
from retinue.capabilities.settings.schemas import RuntimeSettings
from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.models import TaskType
from retinue.capabilities.tasks.schemas import BatchCreate, BatchItem
from retinue.foundation.clock import pace
from retinue.foundation.jobs.registry import JobFunction
from retinue.foundation.runtime import Runtime
from retinue.workflows.connecting import service as connecting
from retinue.workflows.signing_in import service as signing_in
from retinue.workflows.upkeep import rules
from retinue.workflows.validation import service as validation

ACTOR = "upkeep"
_EVERY = 300.0
_DAILY = 86_400.0
_PAGE = 500
_AT_ONCE = 100
_NAMES = {
    TaskType.refresh_cookies: "cookies, once a day",
    TaskType.validate_account: "validation, once a day",
}
_LEFT_ALONE = frozenset({Health.suspended, Health.locked})


def keep_up(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Ask the queue for whose turn it is; a hundred of each kind in a run, so that an outage is made up for slowly."""
    del payload
    if pace() != 1.0:
        # A day of a rehearsal is over in minutes, and a browser takes as long as ever.
        return
    with runtime.database.reading() as db:
        current = settings.current(db)
        if not current.upkeep.enabled:
            return
        due = _due(db, runtime, current, now=runtime.clock.now())
    for kind, ids in due.items():
        if ids:
            _ask(runtime, kind, ids)


def _due(
    db: Session, runtime: Runtime, current: RuntimeSettings, *, now: datetime
) -> dict[TaskType, list[int]]:
    possible: dict[str, list[TaskType]] = {}
    kinds = [one for one in _NAMES if one in tasks.catalogue.runnable()]
    if not signing_in.can_browse(runtime):
        kinds = [one for one in kinds if one is not TaskType.refresh_cookies]
    asked = {kind: validation.asked_for(db, kind) for kind in kinds}
    found: dict[TaskType, list[int]] = {kind: [] for kind in kinds}
    after = 0
    while rows := accounts.kept_up(db, after_id=after, limit=_PAGE):
        after = rows[-1].id
        for row in rows:
            if row.health in _LEFT_ALONE:
                continue
            if row.network not in possible:
                possible[row.network] = _possible(db, runtime, row.network, kinds)
            for kind in possible[row.network]:
                is_room = len(found[kind]) < _AT_ONCE and row.id not in asked[kind]
                if is_room and _is_due(row, kind, current, now=now):
                    found[kind].append(row.id)
        if all(len(ids) >= _AT_ONCE for ids in found.values()):
            break
    return found


def _possible(
    db: Session, runtime: Runtime, network: str, kinds: Sequence[TaskType]
) -> list[TaskType]:
    if not connecting.is_connected(db, runtime, network):
        return []
    has_site = signing_in.has_site(runtime, network)
    return [one for one in kinds if has_site or one is not TaskType.refresh_cookies]


def _is_due(row: Any, kind: TaskType, current: RuntimeSettings, *, now: datetime) -> bool:
    upkeep = current.upkeep
    if kind is TaskType.validate_account:
        hours, last = upkeep.validation_hours, row.last_validated_at
    elif row.has_password and row.health is not Health.needs_human:
        hours, last = upkeep.cookies_hours, row.cookies_at or row.last_validated_at
    else:
        return False
    return rules.is_due(row.uid, kind.value, last=last, hours=hours, now=now)


def _ask(runtime: Runtime, kind: TaskType, ids: Sequence[int]) -> None:
    batch = BatchCreate(
        type=kind, name=_NAMES[kind], tasks=[BatchItem(account_id=one) for one in ids]
    )
    with runtime.database.writing() as db:
        tasks.create_batch(db, batch, actor=ACTOR, now=runtime.clock.now())


def forget(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Log-ins of long ago."""
    del payload
    with runtime.database.writing() as db:
        accounts.prune_log_ins(db, now=runtime.clock.now())


JOBS = (
    JobFunction("upkeep.keep_up", keep_up, every=_EVERY),
    JobFunction("upkeep.forget", forget, every=_DAILY),
)
