from __future__ import annotations

from retinue.capabilities.inbox.errors import EvidenceMissing, ItemHeld, ItemNotFound
from retinue.capabilities.inbox.schemas import Attendant, InboxItemRead, ResolveRequest
from retinue.foundation.errors import Invalid
from retinue.foundation.http import Caller, Db, Router, RowId, Rt, Scope, documented, requires
from retinue.workflows.attending import service

router = Router(prefix="/api/inbox", tags=["Inbox"])


@router.post(
    "/{item_id}/resolve",
    dependencies=[requires(Scope.inbox_write, is_for_restricted=True)],
    responses=documented(ItemNotFound, ItemHeld, EvidenceMissing, Invalid),
)
def resolve_item(
    item_id: RowId, body: ResolveRequest, db: Db, rt: Rt, caller: Caller
) -> InboxItemRead:
    """
    Close an item with one of its choices, and do what the choice says.

    An unknown outcome is settled; an account is tried again or kept still; a phase of a warm-up is tried again or
    left out.
    """
    done = service.resolve(
        db,
        item_id,
        body,
        by=Attendant(caller.actor, caller.key, caller.account_ids),
        rng=rt.rng,
        now=rt.clock.now(),
    )
    return InboxItemRead.model_validate(done)
