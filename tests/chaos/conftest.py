from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from retinue.capabilities.sessions import service as sessions
from tests.chaos.acting import FREE
from tests.factories.staging import House, make_house
from tests.fixtures.sandgram import RunningSandgram, start_sandgram

FAILING_COMMAND = (sys.executable, "-m", "tests.chaos.session_with_failpoints")


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandgram]:
    """A Sandgram of its own: the oracle is asked about everything in it."""
    running = start_sandgram(tmp_path_factory.mktemp("chaos-sandgram"))
    yield running
    running.close()


@pytest.fixture
def house(database_url: str, data_dir: Path, world: RunningSandgram) -> Iterator[House]:
    with make_house(database_url, data_dir, world) as made:
        yield made


@pytest.fixture
def ready(house: House) -> House:
    """An agent has reported, without being there: orders are taken, and no process is started."""
    house.change_settings(limits=FREE)
    with house.runtime.database.writing() as db:
        now = house.runtime.clock.now()
        sessions.register_agent(db, "local", incarnation="i", host="here", pid=1, now=now)
    return house
