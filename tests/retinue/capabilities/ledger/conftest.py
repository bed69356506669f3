from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.capabilities.ledger import endpoints
from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.models import Attempt, AttemptState, InteractionEvent
from retinue.capabilities.ledger.schemas import Outcome, Reserved
from retinue.capabilities.safety import endpoints as safety_endpoints
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from tests.factories import serving
from tests.factories.engaging import Engaged, engage, settings_of

SETTINGS = settings_of()
FLEET = settings_of(dedup_scope="fleet")
DONE = Outcome(AttemptState.confirmed, latency_ms=120)
Act = Callable[..., Reserved]


@pytest.fixture
def local(database: Database, clock: ManualClock, data_dir: Path) -> TestClient:
    runtime = serving.make_runtime(database, clock, data_dir, sandgram_url="http://127.0.0.1:9")
    with database.writing() as db:
        access.initialise(db, runtime.sealer, is_demo=True, now=clock.now())
    return serving.client(serving.make_app(runtime, [endpoints.router, safety_endpoints.router]))


@pytest.fixture
def ava(db: Session, noon: datetime) -> Engaged:
    return engage(db, "ava", now=noon)


@pytest.fixture
def ben(db: Session, noon: datetime) -> Engaged:
    return engage(db, "ben", now=noon)


@dataclass
class Ledger:
    """The ledger of one transaction, at one moment unless told otherwise."""

    db: Session
    noon: datetime

    def ask(
        self, account: Engaged, handle: str = "otter", action: str = "like", **more: Any
    ) -> Any:
        settings = more.pop("settings", SETTINGS)
        now = more.pop("now", self.noon)
        request = account.wants(handle, action, **more)
        return ledger.reserve(self.db, request, settings=settings, now=now)

    def reserve(
        self, account: Engaged, handle: str = "otter", action: str = "like", **more: Any
    ) -> Reserved:
        answer = self.ask(account, handle, action, **more)
        assert isinstance(answer, Reserved), answer
        return answer

    def settle(self, reserved: Reserved, outcome: Outcome = DONE, **more: Any) -> Any:
        return ledger.settle(
            self.db,
            reserved.attempt_id,
            outcome,
            settings=more.get("settings", SETTINGS),
            rng=random.Random(7),
            now=more.get("now", self.noon),
        )

    def act(
        self, account: Engaged, handle: str = "otter", action: str = "like", **more: Any
    ) -> Reserved:
        reserved = self.reserve(account, handle, action, **more)
        self.settle(reserved, now=more.get("now", self.noon))
        return reserved

    def state(self, reserved: Reserved) -> AttemptState:
        found = select(Attempt.state).where(Attempt.id == reserved.attempt_id)
        return self.db.execute(found).scalar_one()

    def events(self) -> list[tuple[str, str]]:
        rows = self.db.execute(
            select(InteractionEvent.status, InteractionEvent.target_username).order_by(
                InteractionEvent.id
            )
        )
        return [(status.value, handle) for status, handle in rows]

    def count(self, record: type) -> int:
        return self.db.execute(select(func.count()).select_from(record)).scalar_one()


@pytest.fixture
def book(db: Session, noon: datetime) -> Ledger:
    return Ledger(db, noon)
