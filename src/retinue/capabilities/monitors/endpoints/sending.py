"""A history on its way out, put together from what is kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi.responses import Response

from retinue.capabilities.monitors import service
from retinue.capabilities.monitors.models import MonitorKind
from retinue.capabilities.monitors.schemas import Span
from retinue.capabilities.monitors.schemas.v1 import Envelope
from retinue.foundation.runtime import Runtime


def loaded(rt: Runtime, kind: MonitorKind, name: str, span: Span) -> service.History:
    with rt.database.reading() as db:
        return service.history(db, kind, name, now=rt.clock.now(), span=span)


def cut(rt: Runtime, kind: MonitorKind, name: str, span: Span) -> tuple[str, Sequence[bytes], bool]:
    """The subject, its rows as JSON, and whether they are stale: from the cache where that reaches far enough."""
    try:
        found = service.caching.history(
            rt.cache,
            (kind, name),
            lambda: loaded(rt, kind, name, Span()),
            now=rt.clock.now(),
            span=span,
        )
    except service.caching.NotKept:
        read = loaded(rt, kind, name, span)
        return read.name, service.caching.as_rows(read), read.stale
    return found.subject, found.rows, found.stale


def enveloped(head: dict[str, Any], rows: Sequence[bytes], *, stale: bool) -> Response:
    """Put together as it is kept: a thousand rows are neither read nor written anew."""
    begun = Envelope(data=head).model_dump_json().encode()[:-2]
    end = b'],"stale":true}}' if stale else b'],"stale":false}}'
    body = b"".join((begun, b',"history":[', b",".join(rows), end))
    return Response(body, media_type="application/json", headers={"Vary": "Accept"})
