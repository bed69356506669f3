from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.schemas import QUEUED, BulkReport, BulkRequest
from retinue.capabilities.proxies.errors import ProxyNotFound
from retinue.capabilities.tasks.errors import TypeNotRunnable
from retinue.foundation.errors import Invalid
from retinue.foundation.http import Caller, Router, RowId, Rt, Scope, documented, requires
from retinue.workflows.connecting import service as connecting
from retinue.workflows.engagement.errors import NetworkNotConnected
from retinue.workflows.validation import service
from retinue.workflows.validation.schemas import ProxyChecked

router = Router()


class Edge:
    """Who asks, and what answers."""

    def __init__(self, caller: Caller, runtime: Rt) -> None:
        self.caller = caller
        self.runtime = runtime


@router.post(
    "/api/accounts/bulk",
    tags=["Accounts"],
    dependencies=[requires(Scope.accounts_write, is_for_restricted=True)],
    responses=documented(Invalid, TypeNotRunnable),
)
def act_on_many(wanted: BulkRequest, edge: Annotated[Edge, Depends()]) -> BulkReport:
    """
    One act on many accounts, named by `ids` or by a `filter` (`{}` means all), with an outcome
    for each. Interrupted or sent again, it does what is left and finds the rest unchanged.

    `validate`, `recover`, `rotate` and `refresh_cookies` put them into the queue; `batch_ids` say where
    to follow it.
    """
    caller = edge.caller
    by = accounts.Initiator(
        caller.actor, caller.account_ids, request_id=caller.request_id, address=caller.address
    )
    if wanted.action in QUEUED:
        return service.order(edge.runtime, wanted, by=by)
    return accounts.act_on_many(edge.runtime, wanted, by=by)


@router.post(
    "/api/proxies/{proxy_id}/check",
    tags=["Proxies"],
    dependencies=[requires(Scope.accounts_write)],
    responses=documented(ProxyNotFound, NetworkNotConnected),
)
def check_proxy(proxy_id: RowId, rt: Rt) -> ProxyChecked:
    """
    Go out through it once: connect, log in to it, ask the network where that leads out.

    What was found is kept: `checked_at`, `ok`, `message`, `exit_address`.
    """
    return service.check_proxy(rt, connecting.opener(rt), proxy_id)
