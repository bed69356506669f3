"""What monitors have read: rows, sums, growth, and side by side."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import Query
from fastapi.responses import Response

from retinue.capabilities.monitors import service
from retinue.capabilities.monitors.endpoints.accepting import FORMS, Asked, Form, as_file
from retinue.capabilities.monitors.errors import MonitorNotFound
from retinue.capabilities.monitors.schemas import METRICS, Span
from retinue.capabilities.monitors.schemas.wire import (
    CompareQuery,
    ComparisonRead,
    FiguresRead,
    HistoryItem,
    HistoryRead,
    PagedHistoryQuery,
    RollupQuery,
    RollupRead,
    RollupsRead,
)
from retinue.foundation.errors import Forbidden, Invalid
from retinue.foundation.http import (
    Caller,
    ReadDb,
    Router,
    RowId,
    Rt,
    Scope,
    decode_moment_cursor,
    documented,
    encode_cursor,
    heavy,
    requires,
)

router = Router(prefix="/api/monitors", tags=["Monitors"])

_USUAL_SPAN = timedelta(days=7)


@router.get(
    "/{monitor_id}/history",
    response_model=HistoryRead,
    response_model_exclude_unset=True,
    dependencies=[requires(Scope.monitors_read)],
    responses={**FORMS, **documented(MonitorNotFound, Forbidden, Invalid)},
)
def read_history(
    monitor_id: RowId,
    rt: Rt,
    caller: Caller,
    form: Asked,
    asked: Annotated[PagedHistoryQuery, Query()],
) -> Response:
    """
    What a monitor has read, the newest first, each with its source.

    `Accept: text/csv`, `image/svg+xml` or `image/png` asks for the same as a file or a chart. What is
    older than the settings keep in full is one reading an hour, then one a day; its extremes are in the roll-ups.
    """
    caller.check_is_for_all_accounts()
    key = decode_moment_cursor(asked.cursor)
    until = asked.until if key is None else min(key[0], asked.until or key[0])
    now = rt.clock.now()
    with rt.database.reading() as db:
        span = Span(asked.limit, since=asked.since, until=until)
        found = service.history_of(db, monitor_id, now=now, span=span)
    if form is not Form.json:
        return as_file(form, found, metric=asked.metric)
    names = ("recorded_at", *METRICS[found.kind], *(("bio",) if found.is_of_person else ()))
    items = [
        HistoryItem(**{name: getattr(row, name) for name in (*names, "source")})
        for row in found.rows
    ]
    # One that is exactly full may have nothing behind it; then the next page is empty.
    is_full = len(items) == asked.limit
    read = HistoryRead(
        monitor_id=monitor_id,
        kind=found.kind,
        subject=found.subject,
        subject_id=found.subject_id,
        stale=found.stale,
        items=items,
        next_cursor=encode_cursor(items[-1].recorded_at.isoformat(), 0) if is_full else None,
    )
    body = read.model_dump_json(exclude_unset=True)
    return Response(body, media_type=Form.json.value, headers={"Vary": "Accept"})


@router.get(
    "/{monitor_id}/rollups",
    dependencies=[requires(Scope.monitors_read), heavy()],
    responses=documented(MonitorNotFound, Forbidden, Invalid),
)
def read_rollups(
    monitor_id: RowId, db: ReadDb, caller: Caller, asked: Annotated[RollupQuery, Query()]
) -> RollupsRead:
    """Lowest, highest, first and last value of each hour or day (UTC), the oldest first, at most 10,000."""
    caller.check_is_for_all_accounts()
    row = service.get(db, monitor_id)
    if asked.metric is not None:
        service.check_metric(row.kind, asked.metric)
    found = service.rolled(
        db, row, asked.bucket, metric=asked.metric, since=asked.since, until=asked.until
    )
    items = [
        RollupRead(
            start=one.start,
            metric=one.metric,
            min=one.min,
            max=one.max,
            first=one.first,
            last=one.last,
            count=one.count,
        )
        for one in found[-10_000:]
    ]
    return RollupsRead(monitor_id=monitor_id, bucket=asked.bucket, items=items)


@router.get(
    "/{monitor_id}/figures",
    dependencies=[requires(Scope.monitors_read)],
    responses=documented(MonitorNotFound, Forbidden),
)
def read_figures(monitor_id: RowId, db: ReadDb, rt: Rt, caller: Caller) -> FiguresRead:
    """Growth over a day and over a week, and how a post engages, each with the readings behind it."""
    caller.check_is_for_all_accounts()
    return service.figures_of(db, monitor_id, now=rt.clock.now())


compared = Router(prefix="/api/monitors", tags=["Monitors"])


@compared.get(
    "/compare",
    dependencies=[requires(Scope.monitors_read), heavy()],
    responses=documented(MonitorNotFound, Forbidden, Invalid),
)
def compare(
    db: ReadDb, rt: Rt, caller: Caller, asked: Annotated[CompareQuery, Query()]
) -> ComparisonRead:
    """One count of up to 20 monitors side by side, with how it has changed since then."""
    caller.check_is_for_all_accounts()
    now = rt.clock.now()
    since = asked.since or now - _USUAL_SPAN
    items = service.compare(db, asked.ids, metric=asked.metric, since=since, now=now)
    return ComparisonRead(metric=asked.metric, since=since, items=items)
