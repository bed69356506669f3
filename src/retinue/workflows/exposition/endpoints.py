from __future__ import annotations

from fastapi import Request
from fastapi.responses import PlainTextResponse

from retinue.foundation.http import Caller, ReadDb, Router, Rt, Scope, requires
from retinue.workflows.exposition import service

router = Router(tags=["Health"])

_MEDIA_TYPE = "text/plain; version=0.0.4"


@router.get(
    "/metrics",
    dependencies=[requires(Scope.health_read)],
    response_class=PlainTextResponse,
    include_in_schema=False,
)
def expose(request: Request, db: ReadDb, rt: Rt, caller: Caller) -> PlainTextResponse:
    """Numbers for Prometheus, with a token of its own: `retinue access tokens create prometheus --role viewer`."""
    caller.check_is_for_all_accounts()
    facts = service.look(db, now=rt.clock.now())
    traffic = getattr(request.app.state, "traffic", None)
    return PlainTextResponse(service.exposed(facts, traffic), media_type=_MEDIA_TYPE)
