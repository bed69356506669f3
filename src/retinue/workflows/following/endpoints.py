from __future__ import annotations

from retinue.capabilities.tasks.errors import TypeNotRunnable
from retinue.foundation.errors import Invalid
from retinue.foundation.http import Caller, Router, Rt, Scope, documented, requires
from retinue.workflows.following import service
from retinue.workflows.following.schemas import FollowReport, FollowRequest

router = Router(prefix="/api/batches", tags=["Tasks"])


@router.post(
    "/follow",
    status_code=201,
    dependencies=[requires(Scope.tasks_write)],
    responses=documented(Invalid, TypeNotRunnable),
)
def order_follows(wanted: FollowRequest, rt: Rt, caller: Caller) -> FollowReport:
    """
    Have accounts follow people, one task for each pair, a thousand to a batch.

    `dry_run` says first how many there would be, in how many batches, and who is left out and why.
    """
    return service.order(rt, wanted, actor=caller.actor)
