"""`kill -9` at every named point of an act, and the control that must not survive it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from retinue.capabilities.accounts.models import Account
from retinue.capabilities.ledger.models import AttemptState
from retinue.capabilities.sessions.models import SessionStatus
from tests.chaos.checking import compare, rounds
from tests.chaos.conftest import FAILING_COMMAND
from tests.factories.staging import House, quick

POINTS = {
    "before_intent_commit": AttemptState.absent,
    "after_intent_commit": AttemptState.unknown,
    "after_request_sent": AttemptState.unknown,
    "after_answer": AttemptState.unknown,
    "before_settle_commit": AttemptState.unknown,
}
"""Point, and the state in which the act that was cut off is left; `absent` for no trace at all."""

PEOPLE = 12
UNLIMITED = {"like": {"per_hour": 100_000, "per_day": 100_000, "seconds_apart": 0}}
NOTHING: Mapping[str, str] = {}


def kill_at(
    house: House, account: Account, point: str, *, environment: Mapping[str, str] = NOTHING
) -> SessionStatus:
    """One session that dies at its third pass of the point."""
    with house.agent(
        command=FAILING_COMMAND,
        environment={"RETINUE_TEST_DIE_AT": f"{point}:3", **environment},
    ):
        return house.wait_for_end(house.order(account).id).status


def finish(house: House, account: Account) -> SessionStatus:
    with house.agent():
        return house.wait_for_end(house.order(account).id).status


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("point", POINTS)
class TestKillAtAPoint:
    @pytest.mark.databases("sqlite")
    def test_nothing_is_done_twice_and_nothing_is_forgotten(self, house: House, point: str) -> None:
        expected = POINTS[point]
        times = rounds(2, 50)
        house.change_settings(limits=UNLIMITED)
        # The session after a kill meets the same people again: nobody may be engaged a second time.
        account = house.add_account(quick(people=PEOPLE * (times + 1)))

        for number in range(times):
            assert kill_at(house, account, point) is SessionStatus.failed
            found = compare(house)
            found.assert_clean()
            gaps = 0 if expected is AttemptState.absent else number + 1
            assert found.attempts[AttemptState.unknown] == gaps

        assert finish(house, account) is SessionStatus.completed
        compare(house).assert_clean()

    @pytest.mark.databases("mariadb", "postgresql")
    def test_it_is_so_on_servers_too(self, house: House, point: str) -> None:
        account = house.add_account(quick(people=PEOPLE))

        assert kill_at(house, account, point) is SessionStatus.failed
        assert finish(house, account) is SessionStatus.completed

        compare(house).assert_clean()


class TestControl:
    @pytest.mark.databases("sqlite")
    def test_without_the_promise_the_same_kills_engage_people_twice(self, house: House) -> None:
        # A comment can be made any number of times, so nothing but the ledger keeps a second one back.
        comments = "likes-percentage: 0\ncomment-percentage: 100\ncomment-interval: 0\n"
        plan = quick(people=PEOPLE).replace("likes-percentage: 100\n", "")
        account = house.add_account(
            plan
            + comments
            + "comments: [nice]\ntotal-comments-limit: 100\nhourly-comment-limit: 1000\n"
        )
        house.change_settings(
            limits={"comment": {"per_hour": 1000, "per_day": 1000, "seconds_apart": 0}}
        )
        careless = {"RETINUE_TEST_WITHOUT_INTENT": "1"}

        kill_at(house, account, "after_answer", environment=careless)
        kill_at(house, account, "after_answer", environment=careless)

        found = compare(house)
        assert found.duplicates or found.forgotten
        assert found.duplicates, "the control did not show a duplicate"
