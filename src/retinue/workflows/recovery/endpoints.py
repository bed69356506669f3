from __future__ import annotations

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.errors import AccountNotFound
from retinue.foundation.http import Caller, ReadDb, Router, RowId, Rt, Scope, documented, requires
from retinue.workflows.recovery import service
from retinue.workflows.recovery.schemas import OperationsRead

router = Router(prefix="/api/accounts", tags=["Accounts"])


@router.get(
    "/{account_id}/operations",
    dependencies=[requires(Scope.accounts_read)],
    responses=documented(AccountNotFound),
)
def read_operations(account_id: RowId, db: ReadDb, rt: Rt, caller: Caller) -> OperationsRead:
    """
    What was done to keep an account open: steps of recoveries, rotations and refreshes, log-ins of the last
    days, the ages of its cookies, and what was seen. Never a secret.
    """
    if caller.account_ids is not None and account_id not in caller.account_ids:
        raise AccountNotFound.named(str(account_id))
    account = accounts.get(db, account_id)
    if account.is_test:
        raise AccountNotFound.named(str(account_id))
    return service.operations(db, account, now=rt.clock.now())
