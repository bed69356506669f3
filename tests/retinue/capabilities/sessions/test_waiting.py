from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from retinue.capabilities.sessions import service as sessions
from retinue.capabilities.sessions.errors import SessionFailed
from retinue.capabilities.sessions.models import SessionStatus
from retinue.capabilities.sessions.schemas import Ending
from tests.factories.staging import House, make_house, quick
from tests.fixtures.sandgram import RunningSandgram
from tests.retinue.capabilities.sessions.conftest import add_agent

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def house(database_url: str, data_dir: Path, sandgram: RunningSandgram) -> Iterator[House]:
    with make_house(database_url, data_dir, sandgram) as made:
        yield made


def ended(house: House, status: SessionStatus) -> str:
    """A session that ended so before anybody looked."""
    account = house.add_account(quick())
    now = house.runtime.clock.now()
    with house.runtime.database.writing() as db:
        add_agent(db, now=now)
    session = house.order(account)
    with house.runtime.database.writing() as db:
        sessions.end(db, session.id, Ending(status, "it was over"), now=now)
    return session.id


class TestUntilBegun:
    @pytest.mark.parametrize(
        ("status", "said"),
        [
            (SessionStatus.failed, "has failed"),
            (SessionStatus.lost, "was lost"),
            (SessionStatus.timed_out, "timed out"),
            (SessionStatus.stopped, "was stopped"),
        ],
    )
    def test_a_session_that_ended_before_its_work_is_no_session_started(
        self, house: House, status: SessionStatus, said: str
    ) -> None:
        session_id = ended(house, status)
        with pytest.raises(SessionFailed) as refused:
            sessions.until_begun(house.runtime, session_id)
        assert refused.value.message == f"The session {said} at once: it was over"
        assert refused.value.facts["session_id"] == session_id

    def test_one_whose_work_was_done_at_once_was_started(self, house: House) -> None:
        session_id = ended(house, SessionStatus.completed)
        assert sessions.until_begun(house.runtime, session_id).id == session_id
