from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account
from retinue.capabilities.accounts.schemas import AccountChange
from retinue.capabilities.inbox import service as inbox
from retinue.capabilities.inbox.models import InboxItem
from retinue.capabilities.inbox.schemas import ItemFilter
from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.models import Attempt
from retinue.capabilities.ledger.schemas import IntentRequest, PlanLimits, Reserved
from retinue.capabilities.plans import service as plans
from retinue.capabilities.plans.service import Author
from retinue.capabilities.sessions import service as sessions
from retinue.capabilities.settings import service as settings
from retinue.drivers.errors import CallPhase, DriverError, FailureClass
from retinue.drivers.network.fake import FakeNetwork
from retinue.drivers.network.protocol import Credentials, Egress, Exit, Line, Network, Person, Post
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.leases import service as leases
from retinue.foundation.runtime import Runtime
from retinue.workflows.probing.alone import probe_account
from tests.factories.engaging import make_account
from tests.factories.serving import SEALER, make_runtime

LOST = DriverError(FailureClass.transient, phase=CallPhase.sent, message="the line broke")
MINUTE = timedelta(minutes=1)


def refused(failure: FailureClass) -> DriverError:
    return DriverError(failure, phase=CallPhase.answered, message="no", is_refusal=True)


class WatchedNetwork(FakeNetwork):
    """Calls `watch` while a post is looked at."""

    watch: Callable[[], None] | None = None

    def find_post(self, post_id: str) -> Post:
        if self.watch is not None:
            self.watch()
        return super().find_post(post_id)


@dataclass
class Doubts:
    """One account whose acts end without an answer, and what becomes of them."""

    runtime: Runtime
    clock: ManualClock
    network: WatchedNetwork
    account: Account
    opened: list[Any] = field(default_factory=list)
    """What each line was opened with."""
    on_open: Callable[[], None] | None = None

    def act(self, action: str, *, has_effect: bool, person: str = "person_1") -> str:
        """One act in all its steps, the answer of which is lost; the attempt's id."""
        line = self.network.open(Credentials("ava", password="opens-7-doors"))
        line.log_in()
        target = self.network.find(person)
        post = target.posts[0].network_id
        now, text = self.clock.now(), "what light"
        with self.runtime.database.writing() as db:
            lease = leases.acquire(
                db, accounts.lease_key(self.account.id), holder="a test", ttl=MINUTE, now=now
            )
            promise = ledger.reserve(
                db,
                IntentRequest(
                    account_id=self.account.id,
                    network="sandgram",
                    action=action,
                    target=Person(target.profile.network_id, target.profile.handle),
                    fence=lease.fence,
                    object_id=post if action in {"like", "comment"} else None,
                    text_hash=ledger.text_hash(text) if action == "comment" else None,
                    plan_limits=PlanLimits(seconds_apart=0),
                ),
                settings=settings.current(db),
                now=now,
            )
        assert isinstance(promise, Reserved), promise
        self.network.fail_next(action, LOST, has_effect=has_effect)
        with pytest.raises(DriverError) as caught:
            self._perform(line, action, target.profile.network_id, post, text)
        with self.runtime.database.writing() as db:
            ledger.settle(
                db,
                promise.attempt_id,
                ledger.outcome_of(caught.value),
                settings=settings.current(db),
                rng=self.runtime.rng,
                now=now,
            )
            leases.release(db, lease)
        return promise.attempt_id

    def _perform(self, line: Line, action: str, person_id: str, post: str, text: str) -> None:
        match action:
            case "like":
                line.like(post)
            case "follow":
                line.follow(person_id)
            case "comment":
                line.comment(post, text)
            case _:
                line.view(person_id)

    def wait(self, minutes: float) -> None:
        self.clock.advance(minutes * MINUTE)

    def probe(self, *, limit: int = 10) -> int:
        """What the job does for this account; how many looks were made."""
        return probe_account(self.runtime, self._open, self.account.id, limit=limit)

    def attempt(self, attempt_id: str) -> Attempt:
        with self.runtime.database.reading() as db:
            return db.scalars(select(Attempt).where(Attempt.id == attempt_id)).one()

    def attempts(self) -> Sequence[Attempt]:
        with self.runtime.database.reading() as db:
            return db.scalars(select(Attempt).order_by(Attempt.id)).all()

    def items(self) -> Sequence[InboxItem]:
        with self.runtime.database.reading() as db:
            return inbox.page(db, ItemFilter())

    def change_account(self, **changes: Any) -> None:
        with self.runtime.database.writing() as db:
            accounts.change(
                db,
                self.account.id,
                AccountChange(reason="a test", **changes),
                actor="a test",
                now=self.clock.now(),
            )

    def order_session(self) -> None:
        """A session of the account, and whoever began it goes to sleep."""
        now = self.clock.now()
        with self.runtime.database.writing() as db:
            plan = "blogger-followers: [person_0]\n"
            plans.save(db, self.account, plan, author=Author("a test"), now=now)
            sessions.register_agent(db, "local", incarnation="one", host="here", pid=1, now=now)
            sessions.request_start(
                db,
                accounts.get(db, self.account.id),
                requested_by="a test",
                timeout=timedelta(days=1),
                now=now,
            )

    def has_lease(self) -> bool:
        with self.runtime.database.reading() as db:
            key = accounts.lease_key(self.account.id)
            return leases.holder_of(db, key, now=self.clock.now()) is not None

    def _open(self, _: str) -> Network:
        return _Noting(self)


class _Noting:
    """The network, with a note of how its lines are opened."""

    def __init__(self, doubts: Doubts) -> None:
        self._doubts = doubts

    def open(self, credentials: Credentials, **how: Any) -> Line:
        self._doubts.opened.append(how.get("egress"))
        if self._doubts.on_open is not None:
            self._doubts.on_open()
        return self._doubts.network.open(credentials, **how)

    def find_exit(self, egress: Egress) -> Exit:
        return self._doubts.network.find_exit(egress)


@pytest.fixture
def doubts(database: Database, clock: ManualClock, rng: random.Random, data_dir: Path) -> Doubts:
    runtime = make_runtime(database, clock, data_dir)
    with database.writing() as db:
        account = make_account(db, "ava", now=clock.now())
        # The number that the fake gives to whoever logs in with this name.
        account.network_user_id = "93"
        known = {"password": "opens-7-doors", "auth_token": "fresh", "ct0": "fresh"}
        accounts.store_credentials(db, SEALER, account, known, now=clock.now())
    network = WatchedNetwork(clock=clock, logins=("ava",), people=8)
    network.cookies["ava"] = "fresh"
    return Doubts(runtime, clock, network, account)
