"""`/api/v1/instagram/post_monitor`: posts. The same seven as for people."""

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
    PostCreate,
    PostHistory,
    PostMade,
    PostTask,
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

router = Router(prefix="/api/v1/instagram/post_monitor", tags=["Monitors"])

_KIND = MonitorKind.post
_PostCode = Annotated[
    str,
    Path(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$", description="Its shortcode."),
]


@router.post(
    "/create_monitor_task",
    status_code=201,
    dependencies=[requires(Scope.monitors_write)],
    responses=documented(Invalid, AlreadyMonitored),
)
def create_monitor_task(body: PostCreate, db: Db, rt: Rt, caller: Caller) -> Envelope[PostMade]:
    """Watch a post by its URL (`/p/`, `/reel/`, `/tv/`) or its shortcode. A stopped one comes back."""
    subject = service.post(body.post_url, rt, field="post_url")
    row = service.create(
        db,
        subject,
        interval_seconds=service.seconds_of(body.interval),
        actor=caller.actor,
        now=rt.clock.now(),
    )
    made = PostMade(
        task_id=row.id,
        post_code=row.subject,
        status=row.status,
        interval_seconds=row.interval_seconds,
    )
    return Envelope(status_code=201, data=made)


@router.get(
    "/video_history/{post_code}",
    response_model=Envelope[PostHistory],
    dependencies=[requires(Scope.monitors_read)],
    responses={**FORMS, **documented(MonitorNotFound, Forbidden, Invalid)},
)
def video_history(
    post_code: _PostCode,
    rt: Rt,
    caller: Caller,
    form: Asked,
    asked: Annotated[HistoryQuery, Query()],
) -> Response:
    """
    What was read of a post, the newest first.

    `Accept: text/csv`, `image/svg+xml` or `image/png` asks for the same as a file or a chart.
    """
    caller.check_is_for_all_accounts()
    if form is not Form.json:
        return as_file(form, loaded(rt, _KIND, post_code, asked.span), metric=asked.metric)
    _, rows, stale = cut(rt, _KIND, post_code, asked.span)
    return enveloped({"post_code": post_code}, rows, stale=stale)


@router.get("/tasks", dependencies=[requires(Scope.monitors_read)], responses=documented(Forbidden))
def tasks(db: ReadDb, caller: Caller) -> Envelope[list[PostTask]]:
    """Every post that is watched or paused."""
    caller.check_is_for_all_accounts()
    found = [
        PostTask(
            task_id=row.id,
            post_code=row.subject,
            status=row.status,
            interval_seconds=row.interval_seconds,
            created_at=row.created_at,
            updated_at=row.updated_at,
        )
        for row in service.tasks_of_kind(db, _KIND)
    ]
    return Envelope(data=found)


add_task_calls(router, _KIND)
