from __future__ import annotations

from retinue.foundation.http import Caller, ReadDb, Router, Rt, Scope, requires
from retinue.workflows.metrics import service
from retinue.workflows.metrics.schemas import Metrics

router = Router(prefix="/api", tags=["Interactions"])


@router.get("/metrics", dependencies=[requires(Scope.interactions_read)])
def read_metrics(db: ReadDb, rt: Rt, caller: Caller) -> Metrics:
    """The numbers of the overview: what was done, how it went, and how the accounts stand."""
    return service.read(db, accounts=caller.account_ids, now=rt.clock.now())
