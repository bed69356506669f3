"""Two routes of a product that only takes leases and looks at them: a write and a read."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from starlette.testclient import TestClient

from retinue.foundation.clock import Clock
from retinue.foundation.database import Database
from retinue.foundation.http import Db, ReadDb, Router, Rt, public
from retinue.foundation.leases import service as leases
from retinue.workflows.health.endpoints import router as health
from tests.factories.serving import client, make_app, make_runtime

router = Router(prefix="/api")
_HOUR = timedelta(hours=1)


@router.post("/leases/{key}", dependencies=[public()])
def take(key: str, db: Db, rt: Rt) -> dict[str, int]:
    lease = leases.acquire(db, key, holder="a test", ttl=_HOUR, now=rt.clock.now())
    return {"fence": lease.fence}


@router.get("/leases/{key}", dependencies=[public()])
def look(key: str, db: ReadDb, rt: Rt) -> dict[str, bool]:
    return {"held": leases.holder_of(db, key, now=rt.clock.now()) is not None}


def serving(database: Database, clock: Clock, data_dir: Path) -> TestClient:
    return client(make_app(make_runtime(database, clock, data_dir), [router, health]))
