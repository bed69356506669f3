from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account, AccountKind
from retinue.capabilities.accounts.schemas import AccountChange, AccountCreate, OpenCredentials
from retinue.capabilities.inbox import service as inbox
from retinue.capabilities.inbox.models import InboxItem
from retinue.capabilities.inbox.schemas import ItemFilter
from retinue.capabilities.proxies import service as proxies
from retinue.capabilities.proxies.models import Proxy
from retinue.capabilities.proxies.schemas import ProxyCreate
from retinue.drivers.network.http_call import Patience
from retinue.drivers.network.protocol import Network
from retinue.drivers.network.sandgram import SandgramNetwork
from retinue.foundation.clock import ManualClock, SystemClock
from retinue.foundation.database import Database
from retinue.foundation.events.models import Event
from retinue.foundation.runtime import Runtime
from retinue.workflows.validation import service
from retinue.workflows.validation.gate import Gate
from retinue.workflows.validation.service import Validated
from tests.factories.serving import make_runtime
from tests.fixtures.sandgram import RunningSandgram

HASTY = Patience(connect=0.5, read=1.0, total=2.0)
ACTOR = "a test"


@dataclass
class Ward:
    """Accounts of a real Sandgram, and what validating them comes to."""

    runtime: Runtime
    sandgram: RunningSandgram
    clock: ManualClock
    gate: Gate = field(default_factory=Gate)
    told: list[tuple[int, str]] = field(default_factory=list)

    def account(
        self,
        *,
        kind: AccountKind = AccountKind.normal,
        made: dict[str, Any] | None = None,
        **secrets: str | None,
    ) -> Account:
        """One that opens, except for what is said otherwise."""
        made = made or self._unprotected()
        known = {
            name: made[name] or None for name in ("password", "auth_token", "ct0", "totp_secret")
        }
        wanted = AccountCreate(
            login=made["login"],
            kind=kind,
            credentials=OpenCredentials(**{**known, **secrets}),  # type: ignore[arg-type]
        )
        with self.runtime.database.writing() as db:
            return accounts.add(db, self.runtime.sealer, wanted, actor=ACTOR, now=self.clock.now())

    def _unprotected(self) -> dict[str, Any]:
        while True:
            made = self.sandgram.credentials()
            if not made["totp_secret"] and not made["backup_code"]:
                return made

    def protected(self) -> dict[str, Any]:
        """Credentials of an account with an authenticator."""
        while True:
            made = self.sandgram.credentials()
            if made["totp_secret"]:
                return made

    def proxy(
        self, account: Account | None = None, *, password: str | None = None
    ) -> tuple[int, dict[str, Any]]:
        """A proxy of Sandgram's, stored here, and the account's way out where one is given."""
        made = self.sandgram.proxy()
        wanted = ProxyCreate(
            host=made["host"],
            port=made["port"],
            username=made["username"],
            password=SecretStr(password or made["password"]),
        )
        now = self.clock.now()
        with self.runtime.database.writing() as db:
            proxy = proxies.add(db, self.runtime.sealer, wanted, actor=ACTOR, now=now)
            if account is not None:
                change = AccountChange(proxy=proxy.id)
                accounts.change(db, account.id, change, actor=ACTOR, now=now)
            return proxy.id, made

    def trouble(self, account: Account, status: str) -> None:
        answer = self.sandgram.control.patch(f"/accounts/{account.login}", json={"status": status})
        assert answer.status_code == 200, answer.text

    def store(self, account: Account, **secrets: str) -> None:
        with self.runtime.database.writing() as db:
            row = accounts.get(db, account.id)
            accounts.store_credentials(db, self.runtime.sealer, row, secrets, now=self.clock.now())

    def validate(self, account: Account) -> Validated:
        return service.validate(
            self.runtime,
            self.open_network,
            account.id,
            gate=self.gate,
            tell=lambda percent, text: self.told.append((percent, text)),
        )

    def open_network(self, name: str) -> Network:
        assert name == "sandgram"
        return SandgramNetwork(self.sandgram.url, clock=SystemClock(), patience=HASTY)

    def now(self, account: Account) -> Account:
        with self.runtime.database.reading() as db:
            return accounts.get(db, account.id)

    def stored_proxy(self, proxy_id: int) -> Proxy:
        with self.runtime.database.reading() as db:
            return proxies.get(db, proxy_id)

    def events(self, account: Account) -> list[dict[str, Any]]:
        with self.runtime.database.reading() as db:
            rows = db.scalars(select(Event).where(Event.type == "validation_update")).all()
            found = [dict(row.data) for row in rows]
        return [one for one in found if one["account_id"] == account.id]

    def items(self) -> Sequence[InboxItem]:
        with self.runtime.database.reading() as db:
            return inbox.page(db, ItemFilter())

    def log_ins(self, account: Account) -> list[str]:
        items = self.sandgram.control.get(f"/accounts/{account.login}/logins").json()["items"]
        return [one["outcome"] for one in items]


@pytest.fixture
def ward(database: Database, clock: ManualClock, data_dir: Path, sandgram: RunningSandgram) -> Ward:
    runtime = make_runtime(database, clock, data_dir, sandgram_url=sandgram.url)
    return Ward(runtime, sandgram, clock)
