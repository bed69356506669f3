from __future__ import annotations

from fastapi import Response

from retinue.foundation.http import Router, Rt, Scope, public, requires
from retinue.workflows.health import service
from retinue.workflows.health.schemas import ComponentState, HealthRead, Liveness

router = Router(prefix="/health", tags=["Health"])

_NEEDED_TO_SERVE = {"database", "migrations"}


@router.get("/live", dependencies=[public()])
async def live() -> Liveness:
    """The process runs and answers."""
    return Liveness()


@router.get("/ready", dependencies=[public()], responses={503: {"model": Liveness}})
def ready(runtime: Rt, response: Response) -> dict[str, str]:
    """Requests can be served: the database answers and its schema fits. Says nothing else, because anybody may ask."""
    parts = {part.name: part.state for part in service.check(runtime).components}
    if all(parts[name] is ComponentState.ok for name in _NEEDED_TO_SERVE):
        return {"status": "ok"}
    response.status_code = 503
    return {"status": "not ready"}


@router.get("", dependencies=[requires(Scope.health_read)])
def health(runtime: Rt) -> HealthRead:
    """Every part with its state and age."""
    return service.check(runtime)
