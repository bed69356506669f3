"""
A proxy that goes down again and again while the accounts behind it are at work: nothing goes out
another way, no task is lost, and all of it is one incident.
"""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from retinue.capabilities.alerts import service as alerts
from retinue.capabilities.alerts.models import AlertKind, AlertState
from retinue.capabilities.alerts.schemas import AlertFilter
from retinue.capabilities.tasks.models import TaskStatus, TaskType
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.workflows.proxy_watch import service as proxy_watch
from retinue.workflows.validation import service as validation
from tests.factories import tasking
from tests.factories.crew import Crew, make_crew
from tests.fixtures.sandgram import RunningSandgram

ROUNDS = int(os.environ.get("RETINUE_PROXY_FALLS", "50"))
ACCOUNTS = 4
TROUBLES = ("down", "fail")
LASTING = (12, 30)
"""So often so many seconds: the retries of a task meet the proxy three times, and a check finds it down too."""
MIDST = 0.03
"""Seconds, at most, after which the proxy falls: a task of these takes about as long."""


@pytest.fixture
def crew(
    database: Database, clock: ManualClock, data_dir: Path, sandgram: RunningSandgram
) -> Iterator[Crew]:
    with tasking.everything_runs():
        yield make_crew(database, clock, data_dir, sandgram, validation.TASKS)


def sources(crew: Crew, login: str) -> set[str]:
    """The addresses at which the network has seen the account."""
    items = crew.sandgram.control.get(f"/accounts/{login}/logins").json()["items"]
    return {str(one["source"]) for one in items}


class TestProxiesThatFall:
    @pytest.mark.slow
    @pytest.mark.timeout(300)
    def test_nothing_goes_another_way_and_nothing_is_lost(self, crew: Crew) -> None:
        rng = random.Random(16)
        members = [crew.account() for _ in range(ACCOUNTS)]
        ways = [crew.give_proxy(member) for member in members]
        asked = []
        for number in range(ROUNDS):
            way = ways[number % ACCOUNTS]
            asked += [crew.ask(TaskType.validate_account, member) for member in members]
            fall = threading.Timer(
                rng.uniform(0, MIDST), crew.sandgram.trouble, (way, rng.choice(TROUBLES))
            )
            fall.start()
            crew.work()
            fall.join()
            # Most falls are over in a moment, which nobody needs to be told of; some last.
            passes, seconds = (rng.randrange(4), 5) if number % 10 else LASTING
            for _ in range(passes):
                crew.pass_time(seconds=seconds)
                crew.work()
                proxy_watch.watch(crew.runtime, crew.open_network)
            crew.sandgram.trouble(way, "none")
        for _ in range(60):
            crew.pass_time(seconds=30)
            proxy_watch.watch(crew.runtime, crew.open_network)
            crew.work()

        lost = [one for one in map(crew.task, asked) if one.status is not TaskStatus.completed]
        assert lost == []
        for member, way in zip(members, ways, strict=True):
            assert sources(crew, member.login) == {way["exit"]}
        with crew.runtime.database.reading() as db:
            told = alerts.page(db, AlertFilter(kind=AlertKind.proxy_down))
        assert told, "a fall that nobody notices shows nothing"
        # What comes back within ten minutes is the same incident: one for each proxy at the most.
        assert len(told) <= ACCOUNTS
        assert {one.state for one in told} == {AlertState.resolved}

    def test_the_control_that_leaves_the_proxy_out_is_seen(self, crew: Crew) -> None:
        """What goes out directly has another address, so the look above would find it."""
        member = crew.account()
        crew.ask(TaskType.validate_account, member)
        crew.work()
        way = crew.give_proxy(member)
        crew.ask(TaskType.validate_account, member)
        crew.work()
        assert way["exit"] in sources(crew, member.login)
        assert sources(crew, member.login) != {way["exit"]}
