"""Pages of events: from the query to the filter, from the row to what is shown."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from retinue.capabilities.ledger import service
from retinue.capabilities.ledger.rules import handle_key
from retinue.capabilities.ledger.schemas import EventFilter
from retinue.capabilities.ledger.schemas.wire import EventFields, EventRead
from retinue.foundation.http import Principal, decode_moment_cursor, encode_cursor


def wanted_by(asked: EventFields, caller: Principal) -> EventFilter:
    """What a query asks for, within what its caller may see."""
    return EventFilter(
        account_id=asked.account_id,
        account_ids=caller.account_ids,
        target=handle_key(asked.target) if asked.target is not None else None,
        actions=(asked.action,) if asked.action is not None else (),
        status=asked.status,
        since=asked.since,
        until=asked.until,
        session_id=asked.session_id,
        task_id=asked.task_id,
    )


def event_page(
    db: Session, wanted: EventFilter, *, limit: int, cursor: str | None
) -> tuple[list[EventRead], str | None]:
    before = decode_moment_cursor(cursor)
    rows = service.events(db, wanted, before=before, limit=limit + 1)
    shown = rows[:limit]
    items = [read_event(row) for row in shown]
    if len(rows) <= limit:
        return items, None
    return items, encode_cursor(shown[-1].ts.isoformat(), shown[-1].id)


def read_event(row: Row[Any]) -> EventRead:
    fields = row._mapping  # noqa: SLF001 - the public name of a row's columns by name
    shown = {
        name: fields[name] for name in EventRead.model_fields if name not in {"account", "metadata"}
    }
    return EventRead(**shown, account=fields["login"], metadata=fields["metadata"])
