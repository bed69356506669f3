from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.capabilities.inbox import endpoints as inbox
from retinue.capabilities.warmup import endpoints as warmup
from retinue.capabilities.warmup.models import Phase
from retinue.capabilities.warmup.schemas import Bot
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.runtime import Runtime
from retinue.workflows.attending import endpoints as attending
from tests.factories import phasing
from tests.factories.serving import client, make_app, make_runtime


@dataclass
class House:
    """An installation with a persona, its pools, two ready accounts and a bot."""

    runtime: Runtime
    clock: ManualClock
    persona: int
    one: int
    two: int
    caller: phasing.Caller

    @property
    def bot(self) -> Bot:
        return self.caller.bot

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def local(self) -> TestClient:
        routers = [warmup.router, attending.router, inbox.router]
        return client(make_app(self.runtime, routers))

    def as_bot(self) -> TestClient:
        return client(
            make_app(self.runtime, [warmup.router]),
            authorization=self.caller.headers["authorization"],
        )

    def reach(self, account: int, phase: Phase) -> None:
        """Everything before the phase is done, and its time has come."""
        from retinue.capabilities.warmup import service

        with self.runtime.database.writing() as db:
            service.start_warmup(db, self.bot, account, now=self.now)
        for one in phasing.PHASES[: phasing.PHASES.index(phase)]:
            with self.runtime.database.writing() as db:
                phasing.perform(db, self.bot, account, one, now=self.now)
            self.clock.advance(timedelta(hours=48))

    def fail(self, account: int, phase: Phase, times: int = 1) -> None:
        for _ in range(times):
            with self.runtime.database.writing() as db:
                phasing.fail(db, self.bot, account, phase, now=self.now)
            self.clock.advance(timedelta(hours=4))


@pytest.fixture
def house(database: Database, clock: ManualClock, data_dir: Path) -> House:
    runtime = make_runtime(database, clock, data_dir)
    now = clock.now()
    with database.writing() as db:
        access.initialise(db, runtime.sealer, is_demo=True, now=now)
        persona = phasing.fill_pools(db, now=now)
        one, two = (phasing.ready_account(db, login, now=now) for login in ("ava.dawn", "ava.dusk"))
        caller = phasing.make_bot(db, now=now)
    return House(runtime, clock, persona, one, two, caller)
