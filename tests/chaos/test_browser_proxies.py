"""
A proxy that is killed again and again while a browser works behind it: nothing goes out another way,
nothing is lost, and all of it is one incident.
"""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from retinue.capabilities.accounts.models import Account
from retinue.capabilities.alerts import service as alerts
from retinue.capabilities.alerts.models import AlertKind, AlertState
from retinue.capabilities.alerts.schemas import AlertFilter
from retinue.capabilities.tasks.models import TaskStatus, TaskType
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.workflows.cookies import service as cookies
from retinue.workflows.proxy_watch import service as proxy_watch
from retinue.workflows.signing_in import service as signing_in
from tests.e2e.browsers import needed_chromium
from tests.factories import tasking
from tests.factories.crew import Crew, make_crew
from tests.fixtures.sandgram import RunningSandgram

FALLS = 50 if os.environ.get("RETINUE_CHAOS") == "long" else 6
MIDST = 1.2
"""Seconds, at most, after which the proxy falls: a log-in in a browser takes about as long."""
LASTING = (12, 30)
"""So often so many seconds at the last fall: long enough for people to be told."""


@pytest.fixture
def crew(
    database: Database, clock: ManualClock, data_dir: Path, sandgram: RunningSandgram
) -> Iterator[Crew]:
    needed_chromium()
    with tasking.everything_runs():
        made = make_crew(database, clock, data_dir, sandgram, cookies.TASKS)
        yield made
        signing_in.close_browsers(made.runtime)


def requests(crew: Crew, member: Account) -> list[dict[str, Any]]:
    """Every request of a browser that the site remembers, and every log-in of the account."""
    found = crew.sandgram.control.get(
        "/oracle/calls/recent", params={"surface": "web", "limit": 10_000}
    )
    assert found.status_code == 200, found.text
    logins = crew.sandgram.control.get(f"/accounts/{member.login}/logins").json()["items"]
    return [*found.json()["items"], *logins]


class TestABrowserBehindAProxyThatIsKilled:
    @pytest.mark.slow
    @pytest.mark.timeout(600)
    def test_it_never_goes_out_directly_and_people_are_told_once(self, crew: Crew) -> None:
        rng = random.Random(7)
        member = crew.account()
        way = crew.give_proxy(member)
        crew.sandgram.control.delete("/oracle/calls")
        asked, failed = [], 0
        for number in range(FALLS):
            asked.append(crew.ask(TaskType.refresh_cookies, member))
            fall = threading.Timer(
                rng.uniform(0, MIDST) if number else 0, crew.sandgram.trouble, (way, "down")
            )
            fall.start()
            crew.work()
            fall.join()
            failed += crew.task(asked[-1]).status is not TaskStatus.completed
            for _ in range(LASTING[0] if number == FALLS - 1 else 1):
                crew.pass_time(seconds=LASTING[1])
                crew.work()
                proxy_watch.watch(crew.runtime, crew.open_network)
            crew.sandgram.trouble(way, "none")
        for _ in range(10):
            crew.pass_time(minutes=2)
            proxy_watch.watch(crew.runtime, crew.open_network)
            crew.work()
        for _ in range(FALLS):
            # A log-in that was cut off has counted; more than two a day wait for the next one.
            if all(crew.task(one).status is TaskStatus.completed for one in asked):
                break
            crew.pass_time(days=1, seconds=1)
            crew.work()

        assert [crew.task(one).status for one in asked] == [TaskStatus.completed] * FALLS
        assert failed > 0, "a fall that hits no flow shows nothing"
        seen = requests(crew, member)
        assert seen
        assert {one["source"] for one in seen} == {way["exit"]}
        with crew.runtime.database.reading() as db:
            told = alerts.page(db, AlertFilter(kind=AlertKind.proxy_down))
        assert len(told) == 1
        assert told[0].state is AlertState.resolved
