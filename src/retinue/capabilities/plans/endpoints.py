from __future__ import annotations

from typing import Annotated

from fastapi import Path
from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.errors import AccountNotFound
from retinue.capabilities.accounts.models import Account
from retinue.capabilities.plans import service
from retinue.capabilities.plans.errors import PlanChanged, PlanRefused, VersionNotFound
from retinue.capabilities.plans.schemas import (
    Change,
    FindingRead,
    PlanEdit,
    PlanRead,
    PlanRestore,
    PlanVersionRead,
    PlanVersionsRead,
)
from retinue.capabilities.plans.service import Author
from retinue.foundation.http import (
    Caller,
    Db,
    Principal,
    ReadDb,
    Router,
    Rt,
    Scope,
    documented,
    requires,
)

router = Router(prefix="/account_config", tags=["Plans"])

AccountName = Annotated[
    str, Path(description="The login, or the account_no where a login is not unique.")
]


@router.get(
    "/{account}",
    dependencies=[requires(Scope.accounts_read)],
    responses=documented(AccountNotFound),
)
def read_plan(account: AccountName, db: ReadDb, caller: Caller) -> PlanRead:
    """The account's YAML as text and as an object, with what the linter says of it."""
    found = _account(db, account, caller)
    return _answer("Plan", found, service.show(db, found))


@router.put(
    "/{account}",
    dependencies=[requires(Scope.accounts_write, is_for_restricted=True)],
    responses=documented(AccountNotFound, PlanChanged, PlanRefused),
)
def change_plan(account: AccountName, edit: PlanEdit, db: Db, rt: Rt, caller: Caller) -> PlanRead:
    """Change single keys, so that comments, order and quoting of the rest stay; or give a whole `text`."""
    found = _account(db, account, caller)
    change = service.change(db, found, edit, author=_author(caller), now=rt.clock.now())
    if edit.dry_run:
        return _answer("Dry run: nothing was saved", found, change)
    return _answer("Plan saved" if change.is_saved else "Nothing to change", found, change)


@router.get(
    "/{account}/versions",
    dependencies=[requires(Scope.accounts_read)],
    responses=documented(AccountNotFound),
)
def list_versions(account: AccountName, db: ReadDb, caller: Caller) -> PlanVersionsRead:
    """Every version that was saved, the newest first."""
    found = _account(db, account, caller)
    rows = service.versions(db, found)
    return PlanVersionsRead(
        message=f"{len(rows)} versions" if len(rows) != 1 else "1 version",
        account=found.login,
        versions=[
            PlanVersionRead(
                version=row.version,
                saved_by=row.saved_by,
                saved_at=row.saved_at,
                note=row.note,
                is_current=place == 0,
            )
            for place, row in enumerate(rows)
        ],
    )


@router.get(
    "/{account}/versions/{version}",
    dependencies=[requires(Scope.accounts_read)],
    responses=documented(AccountNotFound, VersionNotFound),
)
def read_version(
    account: AccountName,
    version: Annotated[int, Path(ge=1, lt=2**31)],
    db: ReadDb,
    caller: Caller,
) -> PlanRead:
    """An old version's text with what the linter says of it today; `diff` leads from the plan in force to it."""
    found = _account(db, account, caller)
    return _answer(f"Version {version}", found, service.version(db, found, version))


@router.post(
    "/{account}/restore",
    dependencies=[requires(Scope.accounts_write, is_for_restricted=True)],
    responses=documented(AccountNotFound, VersionNotFound, PlanRefused),
)
def restore_version(
    account: AccountName, wanted: PlanRestore, db: Db, rt: Rt, caller: Caller
) -> PlanRead:
    """Put an old version in force again, as a new one."""
    found = _account(db, account, caller)
    change = service.restore(db, found, wanted.version, author=_author(caller), now=rt.clock.now())
    message = f"Version {wanted.version} restored" if change.is_saved else "Nothing to change"
    return _answer(message, found, change)


def _account(db: Session, name: str, caller: Principal) -> Account:
    return accounts.find(db, name, only_ids=caller.account_ids)


def _author(caller: Principal) -> Author:
    return Author(caller.actor, caller.request_id, caller.address)


def _answer(message: str, account: Account, change: Change) -> PlanRead:
    return PlanRead(
        message=message,
        account=account.login,
        version=change.version,
        text=change.text,
        config=dict(change.config),
        findings=[FindingRead.model_validate(found) for found in change.findings],
        diff=change.diff or None,
    )
