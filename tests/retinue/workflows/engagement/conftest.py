from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account
from retinue.capabilities.ledger.models import Attempt, DecisionTrace, InteractionEvent
from retinue.capabilities.plans import service as plans
from retinue.capabilities.plans.service import Author
from retinue.capabilities.sessions import service as sessions
from retinue.capabilities.sessions.models import EngagementSession
from retinue.capabilities.sessions.schemas import Ending
from retinue.capabilities.settings import service as settings
from retinue.drivers.errors import CallPhase, DriverError, FailureClass
from retinue.drivers.network.fake import FakeNetwork
from retinue.drivers.network.protocol import Network
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.leases import service as leases
from retinue.foundation.sealing import Sealer
from retinue.workflows.engagement import service as engagement
from retinue.workflows.engagement.schemas import Interlude, Workplace
from tests.factories.engaging import make_account

SEALER = Sealer.of(bytes(range(32)))

EVERYBODY = """
blogger-followers: [person_0]
interactions-count: 100
likes-percentage: 100
stories-percentage: 0
like-interval: 0
follow-interval: 0
view-interval: 0
comment-interval: 0
"""
OPEN_FOLLOWERS = 6
"""person_0 has seven followers, the last of them private."""


def refused(failure: FailureClass, message: str = "no") -> DriverError:
    return DriverError(failure, phase=CallPhase.answered, message=message, is_refusal=True)


@dataclass
class Engagement:
    """One account, a network in memory, and a session that runs to its end within the test."""

    database: Database
    clock: ManualClock
    rng: random.Random
    data_dir: Path
    network: FakeNetwork
    account: Account
    reins: engagement.Reins = field(default_factory=engagement.Reins)
    interlude: Interlude | None = None

    def run(self, plan: str = EVERYBODY) -> Ending:
        now = self.clock.now()
        with self.database.writing() as db:
            plans.save(db, self.account, plan, author=Author("a test"), now=now)
            sessions.register_agent(db, "local", incarnation="one", host="here", pid=1, now=now)
            session = sessions.request_start(
                db,
                accounts.get(db, self.account.id),
                requested_by="a test",
                timeout=timedelta(days=30),
                now=now,
            )
            sessions.begin(db, session.id, fence=session.fence, pid=1, pid_birth="boot:1", now=now)
            # The clock jumps over waits that a real session would renew its lease in.
            self._keep_lease(db, session)
        self.progress = engagement.Progress(self.clock)
        ending = engagement.engage(
            Workplace(
                database=self.database,
                clock=self.clock,
                rng=self.rng,
                sealer=SEALER,
                data_dir=self.data_dir,
                open_network=self._open,
                interlude=self.interlude,
            ),
            session_id=session.id,
            account_id=self.account.id,
            fence=session.fence,
            reins=self.reins,
            progress=self.progress,
        )
        with self.database.writing() as db:
            sessions.end(db, session.id, ending, now=self.clock.now())
        return ending

    def change_settings(self, **changes: Any) -> None:
        with self.database.writing() as db:
            settings.update(db, changes, actor="a test", now=self.clock.now())

    @property
    def done(self) -> list[tuple[str, str]]:
        """What reached the network: action and person's number."""
        return [(one.action, one.person_id) for one in self.network.effects]

    def attempts(self) -> Sequence[Attempt]:
        with self.database.reading() as db:
            return db.scalars(select(Attempt).order_by(Attempt.id)).all()

    def events(self) -> Sequence[InteractionEvent]:
        with self.database.reading() as db:
            return db.scalars(select(InteractionEvent).order_by(InteractionEvent.id)).all()

    def rule_for(self, handle: str) -> str | None:
        """The rule that decided last about somebody."""
        with self.database.reading() as db:
            found = select(DecisionTrace).where(DecisionTrace.target_username == handle)
            trace = db.scalars(found.order_by(DecisionTrace.id.desc())).first()
            return None if trace is None else trace.rule

    def _open(self, _: str) -> Network:
        return self.network

    def _keep_lease(self, db: Any, session: EngagementSession) -> None:
        key = accounts.lease_key(self.account.id)
        holder = f"session:{session.id}"
        lease = leases.Lease(key, holder, session.fence, self.clock.now())
        leases.renew(db, lease, ttl=timedelta(days=30), now=self.clock.now())


@pytest.fixture
def work(database: Database, clock: ManualClock, rng: random.Random, data_dir: Path) -> Engagement:
    with database.writing() as db:
        account = make_account(db, "ava", now=clock.now())
        accounts.store_credentials(
            db, SEALER, account, {"password": "opens-7-doors"}, now=clock.now()
        )
    network = FakeNetwork(clock=clock, logins=("ava",), people=8)
    return Engagement(database, clock, rng, data_dir, network, account)
