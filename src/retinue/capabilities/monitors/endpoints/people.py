"""`/api/v1/instagram/influencer_monitor`: people. Every answer, refusals too, is in the envelope of these paths."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query
from fastapi.responses import Response

from retinue.capabilities.monitors import service
from retinue.capabilities.monitors.endpoints.accepting import FORMS, Asked, Form, as_file
from retinue.capabilities.monitors.endpoints.sending import cut, enveloped, loaded
from retinue.capabilities.monitors.endpoints.switching import add_task_calls
from retinue.capabilities.monitors.errors import (
    AlreadyMonitored,
    MonitorNotFound,
)
from retinue.capabilities.monitors.models import MonitorKind
from retinue.capabilities.monitors.schemas.v1 import (
    Envelope,
    InfluencerCreate,
    InfluencerHistory,
    InfluencerMade,
    InfluencerTask,
)
from retinue.capabilities.monitors.schemas.wire import HistoryQuery
from retinue.foundation.errors import Forbidden, Invalid
from retinue.foundation.http import (
    Caller,
    Db,
    ReadDb,
    Router,
    Rt,
    Scope,
    documented,
    requires,
)

router = Router(prefix="/api/v1/instagram/influencer_monitor", tags=["Monitors"])

_KIND = MonitorKind.influencer
_UserId = Annotated[
    str, Path(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.-]+$", description="Its number.")
]


@router.post(
    "/create_monitor_task",
    status_code=201,
    dependencies=[requires(Scope.monitors_write)],
    responses=documented(Invalid, AlreadyMonitored),
)
def create_monitor_task(
    body: InfluencerCreate, db: Db, rt: Rt, caller: Caller
) -> Envelope[InfluencerMade]:
    """Watch a person, from now on. One that was stopped comes back with its history."""
    subject = service.person(body.username, field="username")
    row = service.create(
        db,
        subject,
        interval_seconds=service.seconds_of(body.interval),
        actor=caller.actor,
        now=rt.clock.now(),
    )
    made = InfluencerMade(
        task_id=row.id,
        username=row.subject,
        user_id=row.subject_id,
        status=row.status,
        interval_seconds=row.interval_seconds,
    )
    return Envelope(status_code=201, data=made)


@router.get(
    "/user_history/{user_id}",
    response_model=Envelope[InfluencerHistory],
    dependencies=[requires(Scope.monitors_read)],
    responses={**FORMS, **documented(MonitorNotFound, Forbidden, Invalid)},
)
def user_history(
    user_id: _UserId, rt: Rt, caller: Caller, form: Asked, asked: Annotated[HistoryQuery, Query()]
) -> Response:
    """
    What was read of a person, the newest first. `user_id` is null until the first reading.

    `Accept: text/csv`, `image/svg+xml` or `image/png` asks for the same as a file or a chart.
    """
    caller.check_is_for_all_accounts()
    if form is not Form.json:
        return as_file(form, loaded(rt, _KIND, user_id, asked.span), metric=asked.metric)
    subject, rows, stale = cut(rt, _KIND, user_id, asked.span)
    head = {"user_id": user_id, "username": subject}
    return enveloped(head, rows, stale=stale)


@router.get("/tasks", dependencies=[requires(Scope.monitors_read)], responses=documented(Forbidden))
def tasks(db: ReadDb, caller: Caller) -> Envelope[list[InfluencerTask]]:
    """Everybody who is watched or paused. `GET /api/monitors` says more, page by page."""
    caller.check_is_for_all_accounts()
    found = [
        InfluencerTask(
            task_id=row.id,
            username=row.subject,
            status=row.status,
            interval_seconds=row.interval_seconds,
            created_at=row.created_at,
            updated_at=row.updated_at,
        )
        for row in service.tasks_of_kind(db, _KIND)
    ]
    return Envelope(data=found)


add_task_calls(router, _KIND)
