from __future__ import annotations

from fastapi import Response
from fastapi.responses import StreamingResponse

from retinue.capabilities.accounts.errors import AccountNotFound
from retinue.foundation.errors import Invalid
from retinue.foundation.http import (
    Caller,
    Principal,
    Router,
    RowId,
    Rt,
    Scope,
    documented,
    heavy,
    requires,
)
from retinue.workflows.disclosing import service
from retinue.workflows.disclosing.schemas import Revealed, RevealRequest, SecretExport
from retinue.workflows.disclosing.service import By

router = Router(prefix="/api/accounts", tags=["Accounts"])

_NOT_KEPT = {"Cache-Control": "no-store", "Pragma": "no-cache"}


@router.post(
    "/{account_id}/credentials/reveal",
    dependencies=[requires(Scope.secrets_reveal), heavy()],
    responses=documented(AccountNotFound),
)
def reveal_credentials(
    account_id: RowId, wanted: RevealRequest, rt: Rt, caller: Caller, response: Response
) -> Revealed:
    """
    The account's secrets in the clear. Needs the scope `secrets:reveal` and a reason; the audit log keeps
    who, why and which. No answer is kept for an `Idempotency-Key`, nor by anything on the way.
    """
    revealed = service.reveal(rt, account_id, by=_by(caller, wanted.reason))
    response.headers.update(_NOT_KEPT)
    return revealed


@router.post(
    "/export",
    dependencies=[requires(Scope.secrets_export), heavy()],
    responses=documented(Invalid) | {200: {"content": {"application/octet-stream": {}}}},
    response_class=StreamingResponse,
)
def export_with_secrets(wanted: SecretExport, rt: Rt, caller: Caller) -> StreamingResponse:
    """
    Accounts with their secrets, as a file that only the passphrase opens; `retinue accounts import` reads
    it. Needs the scope `secrets:export` and a reason. `GET` on this path answers a file without secrets.
    """
    ids = None if wanted.ids is None else frozenset(wanted.ids)
    meant = wanted.filter.filter(None) if wanted.filter else service.only(ids)
    number, pieces = service.export(
        rt, meant, wanted.passphrase.get_secret_value(), by=_by(caller, wanted.reason)
    )
    return StreamingResponse(
        pieces,
        media_type="application/octet-stream",
        headers={
            **_NOT_KEPT,
            "Content-Disposition": 'attachment; filename="accounts.retinue"',
            "X-Accounts": str(number),
        },
    )


def _by(caller: Principal, reason: str) -> By:
    return By(caller.actor, reason, caller.address, caller.request_id)
