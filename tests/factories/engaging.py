"""Accounts that may engage, with a lease, and requests of theirs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account, Lifecycle
from retinue.capabilities.ledger.schemas import IntentRequest, PlanLimits
from retinue.capabilities.settings.schemas import RuntimeSettings
from retinue.drivers.network.protocol import Person
from retinue.foundation.leases import service as leases

NO_INTERVAL = PlanLimits(seconds_apart=0)


def settings_of(**changes: Any) -> RuntimeSettings:
    """The defaults, with these changes."""
    return RuntimeSettings.model_validate(changes)


@dataclass(frozen=True)
class Engaged:
    """An account at work: its row, and the fence of its lease."""

    id: int
    login: str
    persona_id: int | None
    fence: int

    def wants(self, handle: str = "otter", action: str = "like", **more: Any) -> IntentRequest:
        """A request without an interval; `network_id` is `id-<handle>` unless given."""
        network_id = more.pop("network_id", f"id-{handle}")
        request = IntentRequest(
            account_id=self.id,
            network="sandgram",
            action=action,
            target=Person(network_id=network_id, handle=handle),
            fence=self.fence,
            plan_limits=NO_INTERVAL,
        )
        return replace(request, **more)


def make_account(
    db: Session, login: str = "ava", *, now: datetime, persona_id: int | None = None
) -> Account:
    """An account that is active, written straight to its table: no secrets, no audit."""
    account = Account(
        uid=f"uid-{login}",
        account_no=login.upper(),
        network="sandgram",
        login=login,
        login_key=login.casefold(),
        lifecycle=Lifecycle.active,
        persona_id=persona_id,
        authorised_by="a test",
        authorised_at=now,
        created_at=now,
        updated_at=now,
        labels=[],
    )
    db.add(account)
    db.flush()
    return account


def engage(
    db: Session, login: str = "ava", *, now: datetime, persona_id: int | None = None
) -> Engaged:
    """An active account that holds its lease for a year."""
    account = make_account(db, login, now=now, persona_id=persona_id)
    lease = leases.acquire(
        db, accounts.lease_key(account.id), holder=login, ttl=timedelta(days=366), now=now
    )
    return Engaged(account.id, login, persona_id, lease.fence)
