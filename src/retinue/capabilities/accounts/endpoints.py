from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Literal

from fastapi import Depends, Header, Query, Response, status
from pydantic import Field
from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service
from retinue.capabilities.accounts.errors import (
    AccountBusy,
    AccountNotFound,
    LifecycleRefused,
    RevisionMismatch,
)
from retinue.capabilities.accounts.models import Account, Lifecycle
from retinue.capabilities.accounts.schemas import (
    AccountChange,
    AccountFilter,
    AccountRead,
    CredentialsRead,
    FilterQuery,
    Position,
    SortBy,
    SortOrder,
)
from retinue.capabilities.proxies.errors import ProxyFull, ProxyNotFound
from retinue.foundation.errors import Invalid
from retinue.foundation.http import (
    Caller,
    Db,
    Page,
    Principal,
    ReadDb,
    Router,
    RowId,
    Rt,
    Scope,
    decode_cursor,
    documented,
    encode_cursor,
    requires,
    streaming,
)
from retinue.kit.csv_out import rows_as_csv

router = Router(prefix="/api/accounts", tags=["Accounts"])

_ETAG = re.compile(r'(?:W/)?"(\d{1,9})"')
IfMatch = Annotated[
    str | None,
    Header(
        description="The ETag that was read; the change is refused where the account has moved on."
    ),
]


class Edge:
    """Who asks, and what answers."""

    def __init__(self, caller: Caller, runtime: Rt) -> None:
        self.caller = caller
        self.runtime = runtime


class ListQuery(FilterQuery):
    """What `GET /api/accounts` may be asked. Retired accounts are shown where `lifecycle` asks for them."""

    sort_by: SortBy = SortBy.account_no
    sort_order: SortOrder = SortOrder.asc
    limit: int = Field(default=50, ge=1, le=1000)
    cursor: str | None = Field(default=None, max_length=500)

    def position(self) -> Position | None:
        if self.cursor is None:
            return None
        sort, value, account_id = decode_cursor(self.cursor, str, str, int) or ("", "", 0)
        if sort != self.sort_by:
            raise Invalid.field("cursor", f"belongs to a list sorted by {sort}, not {self.sort_by}")
        if self.sort_by in {SortBy.account_no, SortBy.login}:
            return Position(value, account_id)
        return Position(_moment(value), account_id)


class ExportQuery(FilterQuery):
    format: Literal["csv", "json"] = "csv"
    ids: str | None = Field(
        default=None,
        max_length=20_000,
        pattern=r"^[1-9]\d{0,17}(,[1-9]\d{0,17})*$",
        description="Only these, as in `1,2,3`.",
    )

    def meant(self, caller: Principal) -> AccountFilter:
        if self.ids is None:
            return self.filter(caller.account_ids)
        ids = frozenset(int(one) for one in self.ids.split(","))
        return self.filter(ids if caller.account_ids is None else ids & caller.account_ids)


@router.get("/export", dependencies=[requires(Scope.accounts_read)], response_class=Response)
def export_accounts(query: Annotated[ExportQuery, Query()], caller: Caller, rt: Rt) -> Response:
    """Every account that the filter means, as a file: as CSV or as a JSON array; never a secret."""
    found = service.exported(rt, query.meant(caller))
    if query.format == "json":
        return streaming.json_array((one.model_dump_json() for one in found), name="accounts")
    rows = (service.cells(one) for one in found)
    return streaming.csv(rows_as_csv(service.EXPORTED, rows), name="accounts")


@router.get("", dependencies=[requires(Scope.accounts_read)])
def list_accounts(
    query: Annotated[ListQuery, Query()], db: ReadDb, caller: Caller
) -> Page[AccountRead]:
    """The accounts, filtered, sorted and page by page; never a secret."""
    page = service.page(
        db,
        query.filter(caller.account_ids),
        sort_by=query.sort_by,
        order=query.sort_order,
        after=query.position(),
        limit=query.limit,
    )
    return Page(
        items=service.read_many(db, page.accounts),
        next_cursor=_cursor(page.next, query.sort_by),
        total=page.total,
    )


@router.get(
    "/{account_id}",
    dependencies=[requires(Scope.accounts_read)],
    responses=documented(AccountNotFound),
)
def read_account(account_id: RowId, db: ReadDb, caller: Caller, response: Response) -> AccountRead:
    """One account, also a retired one; never a secret. The ETag is for `If-Match`."""
    _check_is_allowed(account_id, caller)
    account = service.shown(db, account_id)
    response.headers["ETag"] = _etag(account.revision)
    return account


@router.get(
    "/{account_id}/credentials",
    dependencies=[requires(Scope.accounts_read)],
    responses=documented(AccountNotFound),
)
def read_credentials(account_id: RowId, db: ReadDb, caller: Caller) -> CredentialsRead:
    """Which secrets are stored and when one was last changed; never a value."""
    return service.stored_credentials(db, _visible(db, account_id, caller))


@router.patch(
    "/{account_id}",
    dependencies=[requires(Scope.accounts_write, is_for_restricted=True)],
    responses=documented(
        AccountNotFound, RevisionMismatch, LifecycleRefused, AccountBusy, ProxyNotFound, ProxyFull
    ),
)
def change_account(
    *,
    account_id: RowId,
    change: AccountChange,
    edge: Annotated[Edge, Depends()],
    db: Db,
    response: Response,
    if_match: IfMatch = None,
) -> AccountRead:
    """Change what was sent, all of it or nothing. Moving, pausing and forgetting health need a `reason`."""
    _visible(db, account_id, edge.caller)
    changed = service.change(
        db,
        account_id,
        change,
        actor=edge.caller.actor,
        now=edge.runtime.clock.now(),
        if_revision=_revision(if_match),
    )
    return _answer(db, changed, response)


@router.delete(
    "/{account_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[requires(Scope.accounts_write, is_for_restricted=True)],
    responses=documented(AccountNotFound, RevisionMismatch, AccountBusy),
)
def retire_account(
    account_id: RowId,
    edge: Annotated[Edge, Depends()],
    db: Db,
    reason: Annotated[str, Query(min_length=1, max_length=500)] = "deleted by an operator",
    if_match: IfMatch = None,
) -> None:
    """Out of the lists and out of work; the ledger keeps its rows. Adding or importing it again revives it."""
    _visible(db, account_id, edge.caller)
    service.change(
        db,
        account_id,
        AccountChange(lifecycle=Lifecycle.retired, reason=reason),
        actor=edge.caller.actor,
        now=edge.runtime.clock.now(),
        if_revision=_revision(if_match),
    )


def _visible(db: Session, account_id: int, caller: Principal) -> Account:
    _check_is_allowed(account_id, caller)
    account = service.get(db, account_id)
    if account.is_test:
        raise AccountNotFound.named(str(account_id))
    return account


def _check_is_allowed(account_id: int, caller: Principal) -> None:
    if caller.account_ids is not None and account_id not in caller.account_ids:
        raise AccountNotFound.named(str(account_id))


def _answer(db: Session, account: Account, response: Response) -> AccountRead:
    response.headers["ETag"] = _etag(account.revision)
    return service.read(db, account)


def _etag(revision: int) -> str:
    return f'"{revision}"'


def _revision(if_match: str | None) -> int | None:
    if if_match is None or if_match.strip() == "*":
        return None
    match = _ETAG.fullmatch(if_match.strip())
    if match is None:
        raise Invalid.field("If-Match", 'give one ETag as it was read, as in "3"')
    return int(match[1])


def _cursor(position: Position | None, sort_by: SortBy) -> str | None:
    if position is None:
        return None
    value = position.value
    text = value.isoformat() if isinstance(value, datetime) else (value or "")
    return encode_cursor(sort_by.value, text, position.id)


def _moment(text: str) -> datetime | None:
    """Empty for an account that was never validated."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Invalid.field("cursor", "is not a cursor of this list; take `next_cursor` as given")
    return moment
