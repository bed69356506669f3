from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query, Response

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.errors import AccountBusy, AccountExists, AccountNotFound
from retinue.capabilities.plans.errors import PlanRefused
from retinue.capabilities.plans.service import Author
from retinue.foundation.http import (
    Caller,
    Cursor,
    Db,
    ReadDb,
    Router,
    Rt,
    Scope,
    decode_cursor,
    documented,
    encode_cursor,
    requires,
)
from retinue.workflows.account_overview import service
from retinue.workflows.account_overview.schemas import (
    AccountAdd,
    AccountAdded,
    AccountOverview,
    AccountRetired,
)

router = Router(prefix="/accounts", tags=["Accounts"])


@router.get("", dependencies=[requires(Scope.accounts_read)])
def list_accounts(
    db: ReadDb,
    caller: Caller,
    response: Response,
    limit: Annotated[int, Query(ge=1, le=1000)] = 50,
    cursor: Cursor = None,
) -> list[AccountOverview]:
    """The accounts with their sessions, by number. Where there are more, the `Link` header leads on."""
    after = decode_cursor(cursor, str)
    rows = service.page(
        db, after=after[0] if after else "", limit=limit, only_ids=caller.account_ids
    )
    if len(rows) == limit:
        onward = encode_cursor(rows[-1].account_no)
        response.headers["Link"] = f'</accounts?limit={limit}&cursor={onward}>; rel="next"'
    return rows


@router.post(
    "",
    dependencies=[requires(Scope.accounts_write)],
    responses=documented(AccountExists, PlanRefused),
)
def add_account(wanted: AccountAdd, db: Db, rt: Rt, caller: Caller) -> AccountAdded:
    """Add an account without credentials; import them, or give them later. A retired one is revived."""
    author = Author(caller.actor, caller.request_id, caller.address)
    return service.add(db, rt.sealer, wanted, author=author, now=rt.clock.now())


@router.delete(
    "/{account}",
    dependencies=[requires(Scope.accounts_write, is_for_restricted=True)],
    responses=documented(AccountNotFound, AccountBusy),
)
def retire_account(
    account: Annotated[
        str, Path(description="The login, or the account_no where a login is not unique.")
    ],
    db: Db,
    rt: Rt,
    caller: Caller,
) -> AccountRetired:
    """Retire an account: out of the lists, its history stays. Adding or importing it again revives it."""
    found = accounts.find(db, account, only_ids=caller.account_ids)
    accounts.retire(
        db, found, actor=caller.actor, now=rt.clock.now(), reason="retired over the API"
    )
    return AccountRetired(message="Account retired", account=found.login)
