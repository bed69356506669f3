from __future__ import annotations

from typing import Annotated

from fastapi import Query

from retinue.capabilities.tasks import service
from retinue.capabilities.tasks.schemas import CapacityRead, QueueRead
from retinue.foundation.errors import Forbidden, Invalid
from retinue.foundation.http import Caller, ReadDb, Router, Rt, Scope, documented, requires

router = Router(prefix="/api/queue", tags=["Tasks"])

_AccountId = Annotated[int, Query(ge=1, lt=2**63)]


@router.get("", dependencies=[requires(Scope.tasks_read)], responses=documented(Forbidden))
def read_queue(db: ReadDb, rt: Rt, caller: Caller) -> QueueRead:
    """Depth by priority, what runs, what waits for what and until when, the workers, and the throughput."""
    caller.check_is_for_all_accounts()
    return service.overview(db, now=rt.clock.now())


@router.get(
    "/capacity",
    dependencies=[requires(Scope.tasks_read)],
    responses=documented(Forbidden, Invalid),
)
def read_capacity(
    db: ReadDb,
    rt: Rt,
    caller: Caller,
    batch: Annotated[int, Query(ge=1, le=1000, description="How large a batch to forecast.")] = 100,
    account_id: Annotated[
        list[_AccountId] | None,
        Query(max_length=1000, description="Who would follow; everybody who may, unless given."),
    ] = None,
) -> CapacityRead:
    """Per kind of work: what can begin now, when the next can, and in how many seconds a batch would be done."""
    caller.check_is_for_all_accounts()
    return service.capacity(db, asked=batch, account_ids=account_id or (), now=rt.clock.now())
