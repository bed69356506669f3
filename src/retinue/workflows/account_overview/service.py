from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.schemas import AccountCreate
from retinue.capabilities.plans import service as plans
from retinue.capabilities.plans.service import Author
from retinue.capabilities.sessions.models import SessionStatus
from retinue.foundation.errors import Invalid, Problem
from retinue.foundation.sealing import Sealer
from retinue.workflows.account_overview import repository
from retinue.workflows.account_overview.schemas import AccountAdd, AccountAdded, AccountOverview


def page(
    db: Session, *, after: str, limit: int, only_ids: frozenset[int] | None
) -> list[AccountOverview]:
    """The accounts by number, each with its newest session; one that never had any is `stopped`."""
    rows = repository.accounts_after(db, after, limit=limit, only_ids=only_ids)
    sessions = repository.newest_sessions(db, [row.id for row in rows])
    return [
        AccountOverview(
            account=row.login,
            account_no=row.account_no,
            network=row.network,
            lifecycle=row.lifecycle,
            health=row.health,
            session=sessions.get(row.id, SessionStatus.stopped),
        )
        for row in rows
    ]


def add(
    db: Session, sealer: Sealer, wanted: AccountAdd, *, author: Author, now: datetime
) -> AccountAdded:
    """
    Add an account without credentials, with a plan where one is given. Both, or neither.

    Raises:
        AccountExists: the login is taken.
        PlanRefused: the plan has errors.
        Invalid: the name cannot be used.
    """
    create = AccountCreate(login=wanted.account, network=wanted.network)
    try:
        account = accounts.add(db, sealer, create, actor=author.actor, now=now)
    except Invalid as refused:
        raise _in_our_words(refused) from refused
    version = None
    if wanted.config is not None:
        version = plans.save(db, account, wanted.config, author=author, now=now).version
    return AccountAdded(
        message="Account added",
        account=account.login,
        account_no=account.account_no,
        network=account.network,
        lifecycle=account.lifecycle,
        plan_version=version,
    )


def _in_our_words(refused: Invalid) -> Invalid:
    """The login is called `account` on these paths."""
    problems = [
        Problem(
            tuple("account" if part == "login" else part for part in found.loc),
            found.msg,
            found.type,
        )
        for found in refused.problems
    ]
    message = refused.message.replace("login:", "account:", 1)
    return Invalid(message, problems=problems)
