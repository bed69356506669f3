"""Accounts of a real Sandgram that the queue works with, one step at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import select

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account, AccountKind, Lifecycle
from retinue.capabilities.accounts.schemas import AccountChange, AccountCreate, OpenCredentials
from retinue.capabilities.ledger.models import Attempt
from retinue.capabilities.proxies import service as proxies
from retinue.capabilities.proxies.schemas import ProxyCreate
from retinue.capabilities.settings import service as settings
from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.models import TaskType
from retinue.capabilities.tasks.schemas import BatchCreate, BatchItem, TaskCreate, TaskRead
from retinue.drivers.network.http_call import Patience
from retinue.drivers.network.protocol import Network
from retinue.drivers.network.sandgram import SandgramNetwork
from retinue.foundation.clock import ManualClock, SystemClock
from retinue.foundation.database import Database
from retinue.foundation.runtime import Runtime
from retinue.workflows.working.schemas import TaskFunction
from retinue.workflows.working.service import Worker
from tests.factories.serving import make_runtime
from tests.fixtures.sandgram import RunningSandgram

ACTOR = "a test"
HASTY = Patience(connect=0.5, read=1.0, total=2.0)


@dataclass
class Crew:
    """`functions` are what its worker runs."""

    runtime: Runtime
    sandgram: RunningSandgram
    clock: ManualClock
    functions: Sequence[TaskFunction] = ()
    numbers: dict[str, int] = field(default_factory=dict)

    def account(self, *, kind: AccountKind = AccountKind.normal, **secrets: str) -> Account:
        """Active, and with credentials that open, except for what is said otherwise."""
        made = self.sandgram.credentials()
        while made["totp_secret"] or made["backup_code"]:
            made = self.sandgram.credentials()
        known = {name: made[name] for name in ("password", "auth_token", "ct0")}
        wanted = AccountCreate(
            login=made["login"], kind=kind, credentials=OpenCredentials(**{**known, **secrets})
        )
        now = self.clock.now()
        with self.runtime.database.writing() as db:
            account = accounts.add(db, self.runtime.sealer, wanted, actor=ACTOR, now=now)
            lifecycle = Lifecycle.ready if kind is AccountKind.worker else Lifecycle.active
            return accounts.move(db, account, lifecycle, reason="a test", actor=ACTOR, now=now)

    def worker(self, **secrets: str) -> Account:
        return self.account(kind=AccountKind.worker, **secrets)

    def give_proxy(self, account: Account) -> dict[str, Any]:
        made = self.sandgram.proxy()
        wanted = ProxyCreate(
            host=made["host"],
            port=made["port"],
            username=made["username"],
            password=SecretStr(made["password"]),
        )
        now = self.clock.now()
        with self.runtime.database.writing() as db:
            proxy = proxies.add(db, self.runtime.sealer, wanted, actor=ACTOR, now=now)
            change = AccountChange(proxy=proxy.id)
            accounts.change(db, account.id, change, actor=ACTOR, now=now)
        return made

    def open_network(self, name: str) -> Network:
        assert name == "sandgram"
        return SandgramNetwork(self.sandgram.url, clock=SystemClock(), patience=HASTY)

    def change_settings(self, **changes: Any) -> None:
        with self.runtime.database.writing() as db:
            settings.update(db, changes, actor=ACTOR, now=self.clock.now())

    def ask(self, kind: TaskType, account: Account | None = None, **more: Any) -> str:
        wanted = TaskCreate(type=kind, account_id=account.id if account else None, **more)
        with self.runtime.database.writing() as db:
            return str(tasks.create(db, wanted, actor=ACTOR, now=self.clock.now()).id)

    def ask_batch(self, kind: TaskType, *items: BatchItem) -> str:
        wanted = BatchCreate(type=kind, tasks=list(items))
        with self.runtime.database.writing() as db:
            return str(tasks.create_batch(db, wanted, actor=ACTOR, now=self.clock.now()).id)

    def work(self) -> int:
        """Whatever is due, once."""
        return Worker(self.runtime, self.functions).step()

    def pass_time(self, **span: float) -> None:
        self.clock.sleep(timedelta(**span).total_seconds())

    def task(self, task_id: str) -> TaskRead:
        with self.runtime.database.reading() as db:
            return tasks.read(tasks.get(db, task_id))

    def of_batch(self, batch_id: str) -> list[TaskRead]:
        with self.runtime.database.reading() as db:
            return [tasks.read(row) for row in tasks.results(db, batch_id)]

    def attempts(self) -> list[Attempt]:
        with self.runtime.database.reading() as db:
            return list(db.scalars(select(Attempt).order_by(Attempt.id)))

    def effects(self, account: Account, **asked: Any) -> list[dict[str, Any]]:
        return self.sandgram.effects(account=account.login, limit=10_000, **asked)

    def now(self, account: Account) -> Account:
        with self.runtime.database.reading() as db:
            return accounts.get(db, account.id)


def make_crew(
    database: Database,
    clock: ManualClock,
    data_dir: Path,
    sandgram: RunningSandgram,
    functions: Sequence[TaskFunction],
) -> Crew:
    runtime = make_runtime(database, clock, data_dir, sandgram_url=sandgram.url)
    tasks.catalogue.install({one.type: one.lint for one in functions})
    return Crew(runtime, sandgram, clock, functions)
