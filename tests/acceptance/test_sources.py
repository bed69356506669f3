"""The scoreboard of sources, against what the network itself knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from retinue.capabilities.accounts.models import Account
from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.plans import service as plans
from retinue.capabilities.plans.service import Author
from retinue.capabilities.sessions.models import SessionStatus
from tests.factories import staging
from tests.factories.staging import House
from tests.fixtures.sandgram import RunningSandgram, start_sandgram

TWO_DAYS = 2 * 86_400
PEOPLE = 20

PLAN = f"""
blogger-followers: [harbour_lights]
blogger-following: [{{other}}]
interactions-count: {PEOPLE}
likes-percentage: 0
stories-percentage: 0
follow-percentage: 100
working-hours: [00.00-23.59]
total-follows-limit: 1000
total-successful-interactions-limit: 1000
follow-interval: 0
"""


LOOK_ONLY = """
blogger: [harbour_lights]
likes-percentage: 0
stories-percentage: 0
working-hours: [00.00-23.59]
"""


@pytest.fixture
def own_sandgram(tmp_path: Path) -> Iterator[RunningSandgram]:
    """A world of this test's own, because its clock is set."""
    running = start_sandgram(tmp_path / "sandgram")
    yield running
    running.close()


def test_the_scoreboard_agrees_with_the_network(
    database_url: str, data_dir: Path, own_sandgram: RunningSandgram
) -> None:
    with staging.make_house(database_url, data_dir, own_sandgram) as house, house.agent():
        other = own_sandgram.control.get("/world").json()["fixed_handles"][1]
        account = house.add_account(PLAN.format(other=other))
        work(house, account)
        contacted = sources_of(house)
        assert len(contacted) >= PEOPLE
        assert board_of(house) == {
            source: (number, 0) for source, number in Counter(contacted.values()).items()
        }

        own_sandgram.control.post("/clock", json={"step": TWO_DAYS})
        with house.runtime.database.writing() as db:
            now = house.runtime.clock.now()
            plans.save(db, account, LOOK_ONLY, author=Author("a test"), now=now)
        work(house, account)
        answer = own_sandgram.control.get(
            "/oracle/follow-backs", params={"account": account.login}
        ).json()
        followers = [one["person_id"] for one in answer["items"] if one["follows"]]
        assert 0 < len(followers) < len(contacted)
        back = Counter(contacted[person] for person in followers)
        assert board_of(house) == {
            source: (number, back[source]) for source, number in Counter(contacted.values()).items()
        }


def work(house: House, account: Account) -> None:
    session = house.start(account)
    ended = house.wait_for_end(session.id)
    assert ended.status is SessionStatus.completed, ended.last_error


def sources_of(house: House) -> dict[str, str]:
    """What led to each person whom the oracle saw contacted."""
    ids = house.network_ids()
    by_person: dict[str, str] = {}
    for attempt in house.attempts():
        by_person.setdefault(str(ids[attempt.target_id]), str(attempt.source))
    return {one["person_id"]: by_person[one["person_id"]] for one in house.effects()}


def board_of(house: House) -> dict[str, tuple[int, int]]:
    with house.runtime.database.writing() as db:
        # The job does it once a minute.
        ledger.tally(db, now=house.runtime.clock.now())
        rows = ledger.scoreboard(db, accounts=None, days=1)
    return {one.source: (one.contacted, one.followed_back) for one in rows}
