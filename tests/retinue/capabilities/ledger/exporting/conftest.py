from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.capabilities.ledger import endpoints
from retinue.capabilities.ledger.models import EventStatus, InteractionEvent
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.runtime import Runtime
from tests.factories import serving
from tests.factories.engaging import make_account


@pytest.fixture
def runtime(database: Database, clock: ManualClock, data_dir: Path) -> Runtime:
    made = serving.make_runtime(
        database, clock, data_dir, sandgram_url="http://127.0.0.1:9", heavy_rate_limit="100/minute"
    )
    with database.writing() as db:
        access.initialise(db, made.sealer, is_demo=True, now=clock.now())
    return made


@pytest.fixture
def local(runtime: Runtime) -> TestClient:
    return serving.client(serving.make_app(runtime, [endpoints.router]))


@pytest.fixture
def ids(database: Database, noon: datetime) -> dict[str, int]:
    with database.writing() as db:
        return {name: make_account(db, name, now=noon).id for name in ("ava", "ben", "cleo")}


def write(database: Database, rows: list[dict[str, Any]]) -> None:
    preset = {
        "platform": "sandgram", "target_username": "otter", "action": "like", "status": EventStatus.success,
        "reason": None, "session_id": None, "task_id": None, "latency_ms": None, "metadata": None, "account_id": None,
    }  # fmt: skip
    table: Any = InteractionEvent.__table__
    with database.writing_core() as connection:
        connection.execute(insert(table), [{**preset, **row} for row in rows])
