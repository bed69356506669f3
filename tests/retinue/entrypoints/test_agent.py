from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from retinue.capabilities.ledger.models import AttemptState, EventStatus
from retinue.capabilities.sessions.models import SessionStatus
from tests.factories.staging import House, make_house, quick
from tests.fixtures.sandgram import RunningSandgram

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def house(database_url: str, data_dir: Path, sandgram: RunningSandgram) -> Iterator[House]:
    with make_house(database_url, data_dir, sandgram) as made:
        yield made


class TestRun:
    def test_a_session_works_through_its_plan_and_ends_completed(self, house: House) -> None:
        account = house.add_account(quick(people=5))

        with house.agent():
            session = house.start(account)
            ended = house.wait_for_end(session.id)

        assert ended.status is SessionStatus.completed, ended.last_error
        assert ended.stop_reason == "all sources are worked through"
        assert [one.state for one in house.attempts()] == [AttemptState.confirmed] * 5
        assert [one["action"] for one in house.effects()] == ["like"] * 5
        assert ended.counters["like"] == {"success": 5}
        assert EventStatus.success in {one.status for one in house.events()}
