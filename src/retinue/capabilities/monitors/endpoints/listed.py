"""Monitors as a list, one by one, and many at once."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import Query

from retinue.capabilities.monitors import service
from retinue.capabilities.monitors.errors import (
    AlreadyMonitored,
    MonitorNotFound,
    MonitorStopped,
)
from retinue.capabilities.monitors.models import MonitorKind, MonitorStatus
from retinue.capabilities.monitors.schemas import MonitorFilter
from retinue.capabilities.monitors.schemas.wire import (
    MonitorBulkReport,
    MonitorBulkRequest,
    MonitorBulkRow,
    MonitorChange,
    MonitorCreate,
    MonitorQuery,
    MonitorRead,
)
from retinue.foundation.database import on_commit
from retinue.foundation.errors import Forbidden, Invalid
from retinue.foundation.http import (
    Caller,
    Db,
    Page,
    ReadDb,
    Router,
    RowId,
    Rt,
    Scope,
    decode_cursor,
    decode_moment_cursor,
    documented,
    encode_cursor,
    requires,
)

router = Router(prefix="/api/monitors", tags=["Monitors"])

_TO = {
    "pause": MonitorStatus.paused,
    "resume": MonitorStatus.active,
    "stop": MonitorStatus.stopped,
}
_MOST_ROWS = 1000


@router.get(
    "", dependencies=[requires(Scope.monitors_read)], responses=documented(Invalid, Forbidden)
)
def list_monitors(
    db: ReadDb, rt: Rt, caller: Caller, asked: Annotated[MonitorQuery, Query()]
) -> Page[MonitorRead]:
    """Monitors with their last numbers, how fresh those are, and when they are read next."""
    caller.check_is_for_all_accounts()
    now = rt.clock.now()
    wanted = MonitorFilter(
        kind=asked.kind,
        statuses=tuple(asked.status),
        stale=asked.stale,
        due=asked.due,
        q=asked.q,
    )
    rows = service.page(
        db,
        wanted,
        now=now,
        order=(asked.sort_by, asked.sort_order == "asc"),
        after=_after(asked),
        limit=asked.limit + 1,
    )
    shown = rows[: asked.limit]
    has_more = len(rows) > asked.limit
    return Page(
        items=[service.read(row, now=now) for row in shown],
        next_cursor=_cursor(shown[-1], asked.sort_by) if has_more else None,
        total=service.count(db, wanted, now=now),
    )


@router.post(
    "",
    status_code=201,
    dependencies=[requires(Scope.monitors_write)],
    responses=documented(Invalid, AlreadyMonitored),
)
def create_monitor(body: MonitorCreate, db: Db, rt: Rt, caller: Caller) -> MonitorRead:
    """Watch a person or a post, from now on. One that was stopped comes back with its history."""
    now = rt.clock.now()
    row = service.create(
        db,
        service.subject_of(body.kind, body.subject, rt),
        interval_seconds=service.seconds_of(body.interval),
        source=body.source,
        actor=caller.actor,
        now=now,
    )
    return service.read(row, now=now)


@router.post("/bulk", dependencies=[requires(Scope.monitors_write)], responses=documented(Invalid))
def act_on_many(body: MonitorBulkRequest, db: Db, rt: Rt, caller: Caller) -> MonitorBulkReport:
    """Pause, resume or stop up to 1,000 monitors, by their ids or by a filter; `dry_run` only tells."""
    now = rt.clock.now()
    ids = _ids_of(body, db, now)
    if body.dry_run:
        changes = service.foreseen(db, ids, _TO[body.action])
    else:
        act = {
            "pause": service.pause_many,
            "resume": service.resume_many,
            "stop": service.stop_many,
        }[body.action]
        changes = act(db, ids, actor=caller.actor, now=now)
    refused = [one for one in changes if one.outcome in {"refused", "not_found"}]
    others = [one for one in changes if one.outcome not in {"refused", "not_found"}]
    rows = [
        MonitorBulkRow(
            id=one.id,
            outcome=one.outcome,
            status=None if one.status is None else MonitorStatus(one.status),
            reason=one.reason,
        )
        for one in (*refused, *others)
    ]
    changed = sum(one.outcome == "changed" for one in changes)
    return MonitorBulkReport(
        action=body.action,
        dry_run=body.dry_run,
        matched=len(changes),
        changed=changed,
        unchanged=len(others) - changed,
        refused=len(refused),
        rows=rows[:_MOST_ROWS],
        rows_omitted=max(0, len(rows) - _MOST_ROWS),
    )


@router.get(
    "/{monitor_id}",
    dependencies=[requires(Scope.monitors_read)],
    responses=documented(MonitorNotFound, Forbidden),
)
def read_monitor(monitor_id: RowId, db: ReadDb, rt: Rt, caller: Caller) -> MonitorRead:
    """One monitor, stopped ones too."""
    caller.check_is_for_all_accounts()
    return service.read(service.get(db, monitor_id), now=rt.clock.now())


@router.patch(
    "/{monitor_id}",
    dependencies=[requires(Scope.monitors_write)],
    responses=documented(MonitorNotFound, MonitorStopped, Invalid),
)
def change_monitor(
    monitor_id: RowId, body: MonitorChange, db: Db, rt: Rt, caller: Caller
) -> MonitorRead:
    """Another interval, or another source."""
    now = rt.clock.now()
    values: dict[str, Any] = {}
    if body.interval is not None:
        values["interval_seconds"] = service.seconds_of(body.interval)
    if "source" in body.model_fields_set:
        values["source"] = body.source
    row = service.change(db, monitor_id, values, actor=caller.actor, now=now)
    # What is kept says when it grows old, which follows from the interval.
    name = row.subject if row.kind is MonitorKind.post else row.subject_id
    if name is not None:
        on_commit(db, lambda: service.caching.forget(rt.cache, [(row.kind, name)]))
    return service.read(row, now=now)


def _ids_of(body: MonitorBulkRequest, db: Db, now: datetime) -> list[int]:
    asked = body.filter
    if (body.ids is None) == (asked is None):
        raise Invalid.field("ids", "give either `ids` or `filter`")
    if asked is None:
        return list(dict.fromkeys(body.ids or ()))
    wanted = MonitorFilter(
        kind=asked.kind,
        statuses=tuple(asked.status),
        stale=asked.stale,
        due=asked.due,
        q=asked.q,
    )
    return service.ids_of(db, wanted, now=now, limit=_MOST_ROWS)


def _after(asked: MonitorQuery) -> tuple[Any, int] | None:
    if asked.sort_by == "due":
        return decode_moment_cursor(asked.cursor)
    kind = int if asked.sort_by == "created" else str
    key = decode_cursor(asked.cursor, kind, int)
    return None if key is None else (key[0], key[1])


def _cursor(row: Any, by: str) -> str:
    key = service.sort_key(row, by)
    return encode_cursor(key.isoformat() if isinstance(key, datetime) else key, row.id)
