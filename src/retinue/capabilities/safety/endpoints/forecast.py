from __future__ import annotations

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.errors import AccountNotFound
from retinue.capabilities.safety import service
from retinue.capabilities.safety.schemas import ForecastRead
from retinue.foundation.http import Caller, ReadDb, Router, RowId, Rt, Scope, documented, requires

router = Router(prefix="/api/accounts", tags=["Account states"])


@router.get(
    "/{account_id}/forecast",
    dependencies=[requires(Scope.accounts_read)],
    responses=documented(AccountNotFound),
)
def read_forecast(account_id: RowId, db: ReadDb, rt: Rt, caller: Caller) -> ForecastRead:
    """What an account may do on each of the next 30 days, while its limits grow with its age."""
    account = accounts.get(db, account_id, only_ids=caller.account_ids)
    if account.is_test:
        raise AccountNotFound.named(str(account_id))
    return service.forecast(db, account, now=rt.clock.now())
