"""The ledger's events as a file: read in short pieces, so that its length costs neither memory nor a long read."""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import StreamingResponse

from retinue.capabilities.ledger import service
from retinue.capabilities.ledger.endpoints.event_pages import read_event, wanted_by
from retinue.capabilities.ledger.schemas import EventFilter
from retinue.capabilities.ledger.schemas.wire import (
    EventExport,
    EventRead,
    ExportFormat,
    ExportQuery,
)
from retinue.foundation.errors import Invalid
from retinue.foundation.http import (
    Caller,
    Router,
    Rt,
    Scope,
    documented,
    heavy,
    requires,
    streaming,
)
from retinue.foundation.runtime import Runtime
from retinue.kit.csv_out import PIECE, rows_as_csv

router = Router(prefix="/api/interactions", tags=["Interactions"])

CHUNK = 1000
"""Rows of one read. Nothing of the database is held while a piece waits for its reader."""

_LEAST = 50
_COLUMNS = tuple(EventRead.model_fields)
_FILES = {ExportFormat.csv: streaming.csv, ExportFormat.json: streaming.json}
_SHOWN: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file.",
        "model": EventExport,
        "content": {"text/csv": {"schema": {"type": "string"}}},
    }
}


@router.get(
    "/export",
    dependencies=[requires(Scope.interactions_read), heavy()],
    responses={**_SHOWN, **documented(Invalid)},
    response_class=StreamingResponse,
)
def export_events(
    rt: Rt, caller: Caller, asked: Annotated[ExportQuery, Query()]
) -> StreamingResponse:
    """
    The events that fit, newest first, as a file of any length.

    CSV has the members of an event as its columns; text that a spreadsheet would take for a
    formula begins with an apostrophe. In JSON `count` comes last, when it is known.
    """
    now = rt.clock.now()
    events = _events(rt, wanted_by(asked, caller))
    if asked.format is ExportFormat.csv:
        pieces = rows_as_csv(_COLUMNS, (_cells(event) for event in events))
    else:
        pieces = _as_json(events, asked, now)
    return _FILES[asked.format](pieces, name=f"interactions-{now:%Y%m%dT%H%M%SZ}")


def _events(runtime: Runtime, wanted: EventFilter) -> Iterator[EventRead]:
    if wanted.account_id is not None or wanted.account_ids is None:
        return _stream(runtime, wanted, chunk=CHUNK)
    # One stream for each account, because engines would sort what they read of several, at every chunk anew.
    chunk = max(_LEAST, CHUNK // max(1, len(wanted.account_ids)))
    streams = [
        _stream(runtime, replace(wanted, account_id=account_id), chunk=chunk)
        for account_id in sorted(wanted.account_ids)
    ]
    return heapq.merge(*streams, key=lambda event: (event.ts, event.id), reverse=True)


def _stream(runtime: Runtime, wanted: EventFilter, *, chunk: int) -> Iterator[EventRead]:
    # The request's own handle would be closed before the first piece leaves.
    before: tuple[datetime, int] | None = None
    while True:
        with runtime.database.reading() as db:
            rows = service.events(db, wanted, before=before, limit=chunk)
        for row in rows:
            yield read_event(row)
        if len(rows) < chunk:
            return
        before = rows[-1].ts, rows[-1].id


def _cells(event: EventRead) -> list[object]:
    return [getattr(event, name) for name in _COLUMNS]


def _as_json(events: Iterator[EventRead], asked: ExportQuery, now: datetime) -> Iterator[str]:
    filters = asked.model_dump(mode="json", exclude_none=True, exclude={"format"})
    waiting = (
        f'{{"exported_at":{json.dumps(now.isoformat())},"filters":{json.dumps(filters)},"events":['
    )
    count = 0
    for event in events:
        waiting += ("," if count else "") + "\n" + event.model_dump_json()
        count += 1
        if len(waiting) >= PIECE:
            yield waiting
            waiting = ""
    yield f'{waiting}\n],"count":{count}}}\n'
