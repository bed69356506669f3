"""A changed setting is obeyed within a second by processes that were at work before it was changed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from retinue.capabilities.ledger.models import DecisionTrace
from tests.factories import staging
from tests.factories.staging import House, quick, until
from tests.fixtures.sandgram import RunningSandgram

pytestmark = [pytest.mark.slow]

# What any process does that answers or acts by the settings: it asks for them anew each time.
ONLOOKER = """
import sys, time
from retinue.capabilities.settings import service as settings
from retinue.foundation.database import Database
database = Database(sys.argv[1])
print("ready", flush=True)
while True:
    with database.reading() as db:
        seen = settings.current(db).limits["like"].per_hour
    if seen == 1:
        print(time.time(), flush=True)
        break
    time.sleep(0.02)
"""


@pytest.fixture
def house(database_url: str, data_dir: Path, sandgram: RunningSandgram) -> Iterator[House]:
    with staging.make_house(database_url, data_dir, sandgram) as house, house.agent():
        yield house


def test_a_lowered_limit_stops_a_running_session_at_its_next_act(
    house: House, database_url: str
) -> None:
    command = [sys.executable, "-c", ONLOOKER, database_url]
    onlooker = subprocess.Popen(
        command, env={**os.environ, **staging.ENVIRONMENT}, stdout=subprocess.PIPE, text=True
    )
    assert onlooker.stdout is not None
    try:
        assert onlooker.stdout.readline() == "ready\n"
        account = house.add_account(quick(people=500))
        session = house.start(account)
        until(lambda: len(house.attempts()) >= 3, "likes")
        likes = {"per_hour": 1, "per_day": 500, "seconds_apart": 0.0}
        house.change_settings(limits={"like": likes})
        obeyed_from = datetime.now(UTC) + timedelta(seconds=1)

        until(lambda: was_stopped(house), "the limit")
        assert max(one.started_at for one in house.attempts()) < obeyed_from
        assert float(onlooker.stdout.readline()) < obeyed_from.timestamp()
        assert onlooker.wait(20) == 0
        assert house.session(session.id).pid is not None
    finally:
        onlooker.kill()
        onlooker.wait()
        onlooker.stdout.close()


def was_stopped(house: House) -> bool:
    with house.runtime.database.reading() as db:
        found = select(DecisionTrace.id).where(DecisionTrace.rule == "hourly_limit")
        return db.scalars(found.limit(1)).first() is not None
