from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account
from retinue.capabilities.plans import service as plans
from retinue.capabilities.plans.service import Author
from retinue.capabilities.sessions import service as sessions
from retinue.capabilities.sessions.models import EngagementSession
from tests.factories.engaging import make_account

PLAN = "blogger-followers: [harbour_lights]\nworking-hours: [00.00-23.59]\n"

Start = Callable[[Account], EngagementSession]


def add_account(db: Session, login: str = "ava", *, now: datetime, plan: str = PLAN) -> Account:
    account = make_account(db, login, now=now)
    plans.save(db, account, plan, author=Author("a test"), now=now)
    return account


def add_agent(db: Session, *, now: datetime, name: str = "local") -> None:
    sessions.register_agent(db, name, incarnation="first", host="here", pid=1, now=now)


def order(db: Session, account: Account, *, now: datetime) -> EngagementSession:
    return sessions.request_start(
        db,
        accounts.get(db, account.id),
        requested_by="a test",
        timeout=timedelta(hours=4),
        now=now,
    )


@pytest.fixture
def account(db: Session, noon: datetime) -> Account:
    add_agent(db, now=noon)
    return add_account(db, now=noon)
