"""A whole installation without its server: a database, an agent, a real Sandgram, and accounts that may engage."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from pydantic import SecretStr
from sqlalchemy import select

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account, Lifecycle
from retinue.capabilities.accounts.schemas import AccountCreate, OpenCredentials
from retinue.capabilities.ledger.models import Attempt, InteractionEvent, Target
from retinue.capabilities.plans import service as plans
from retinue.capabilities.plans.service import Author
from retinue.capabilities.sessions import service as sessions
from retinue.capabilities.sessions.models import OPEN_STATUSES, EngagementSession
from retinue.capabilities.settings import service as settings
from retinue.entrypoints.agent import Agent
from retinue.entrypoints.agent.agent import SESSION_COMMAND
from retinue.foundation.clock import SystemClock
from retinue.foundation.configuration import Configuration
from retinue.foundation.database import Database
from retinue.foundation.randomness import new_id, system_random
from retinue.foundation.runtime import Runtime
from retinue.foundation.sealing import Sealer
from tests.fixtures.sandgram import RunningSandgram

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
PATIENCE = 40.0
SEALER = Sealer.of(bytes(range(32)))

QUICK = """
blogger-followers: [{source}]
interactions-count: {people}
likes-percentage: 100
stories-percentage: 0
working-hours: [00.00-23.59]
total-successful-interactions-limit: 1000
like-interval: 0
follow-interval: 0
view-interval: 0
hourly-like-limit: 100000
"""
"""Likes the followers of one person, as fast as it can."""


def quick(*, source: str = "harbour_lights", people: int = 10, more: str = "") -> str:
    return QUICK.format(source=source, people=people) + more


@dataclass
class House:
    runtime: Runtime
    sandgram: RunningSandgram
    logins: list[str] = field(default_factory=list)

    def add_account(self, plan: str) -> Account:
        made = self.sandgram.credentials()
        now = self.runtime.clock.now()
        secrets = OpenCredentials(
            password=made["password"],
            auth_token=made["auth_token"],
            ct0=made["ct0"],
            totp_secret=made["totp_secret"] or None,
        )
        with self.runtime.database.writing() as db:
            account = accounts.add(
                db,
                self.runtime.sealer,
                AccountCreate(login=made["login"], credentials=secrets),
                actor="a test",
                now=now,
            )
            accounts.move(db, account, Lifecycle.active, reason="a test", actor="a test", now=now)
            plans.save(db, account, plan, author=Author("a test"), now=now)
        self.logins.append(account.login)
        return account

    def change_settings(self, **changes: Any) -> None:
        with self.runtime.database.writing() as db:
            settings.update(db, changes, actor="a test", now=self.runtime.clock.now())

    @contextmanager
    def agent(
        self,
        *,
        command: Sequence[str] = SESSION_COMMAND,
        environment: Mapping[str, str] | None = None,
    ) -> Iterator[Agent]:
        """At work on a thread of its own; all of its sessions are ended with the block."""
        agent = Agent(
            self.runtime,
            name="local",
            session_command=command,
            environment={**ENVIRONMENT, **(environment or {})},
        )
        agent.step()
        stop = threading.Event()
        thread = threading.Thread(target=agent.run, args=(stop,))
        thread.start()
        try:
            yield agent
        finally:
            stop.set()
            thread.join()

    def start(self, account: Account) -> EngagementSession:
        return sessions.start(self.runtime, account.id, requested_by="a test")

    def order(self, account: Account) -> EngagementSession:
        """As `start`, without waiting for the process."""
        with self.runtime.database.writing() as db:
            return sessions.request_start(
                db,
                accounts.get(db, account.id),
                requested_by="a test",
                timeout=sessions.LEASE_TTL * 100,
                now=self.runtime.clock.now(),
            )

    def session(self, session_id: str) -> EngagementSession:
        with self.runtime.database.reading() as db:
            return sessions.get(db, session_id)

    def wait_for_end(self, session_id: str) -> EngagementSession:
        until(lambda: self.session(session_id).status not in OPEN_STATUSES, "the session's end")
        return self.session(session_id)

    def attempts(self) -> list[Attempt]:
        with self.runtime.database.reading() as db:
            return list(db.scalars(select(Attempt).order_by(Attempt.id)))

    def events(self) -> list[InteractionEvent]:
        with self.runtime.database.reading() as db:
            return list(db.scalars(select(InteractionEvent).order_by(InteractionEvent.id)))

    def accounts(self) -> list[Account]:
        with self.runtime.database.reading() as db:
            return list(db.scalars(select(Account)))

    def network_ids(self) -> dict[int, str | None]:
        """The network's own id of each target."""
        with self.runtime.database.reading() as db:
            return {
                row.id: row.network_id for row in db.execute(select(Target.id, Target.network_id))
            }

    def effects(self) -> list[dict[str, Any]]:
        """What Sandgram's oracle holds of this house's accounts."""
        return [
            one
            for login in self.logins
            for one in self.sandgram.effects(account=login, limit=10_000)
        ]


@contextmanager
def make_runtime(database_url: str, data_dir: Path, sandgram_url: str) -> Iterator[Runtime]:
    configuration = Configuration(
        data_dir=data_dir,
        database_url=SecretStr(database_url),
        sandgram_url=sandgram_url,
        # Nobody needs as many reserves as there are tests.
        disk_reserve_bytes=0,
    )
    clock = SystemClock()
    database = Database(database_url, lock_path=configuration.write_lock_path, clock=clock)
    try:
        yield Runtime(
            configuration=configuration,
            database=database,
            clock=clock,
            rng=system_random(),
            sealer=SEALER,
            incarnation=new_id(),
        )
    finally:
        database.close()


@contextmanager
def make_house(database_url: str, data_dir: Path, sandgram: RunningSandgram) -> Iterator[House]:
    with make_runtime(database_url, data_dir, sandgram.url) as runtime:
        yield House(runtime, sandgram)


def until(is_so: Callable[[], bool], what: str, *, seconds: float = PATIENCE) -> None:
    clock = SystemClock()
    deadline = clock.monotonic() + seconds
    while not is_so():
        assert clock.monotonic() < deadline, f"{what} did not come within {seconds:g} s"
        clock.sleep(0.02)


def is_gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
