"""
Two API processes, two workers, a beat and two agents, started as a user would, and `kill -9` of
any of them at moments that nobody chose, while sessions and tasks engage the same people.

The demo's main job on the same fleet: tests/acceptance/test_scaled.py.
"""

from __future__ import annotations

import os
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from retinue.capabilities.accounts.models import Account
from retinue.capabilities.ledger.models import AttemptState
from retinue.capabilities.ledger.schemas import SettledBy
from retinue.capabilities.sessions.models import SessionStatus
from tests.chaos.checking import compare, rounds
from tests.chaos.fleet_storm import FleetStorm, Operators, tasks_of, waits_for_proof
from tests.chaos.gathering import gather
from tests.chaos.orders import FINISH, KINDS, OWED, owed_of, prepare
from tests.chaos.test_kills import PEOPLE, POINTS, UNLIMITED
from tests.factories.staging import House, quick, until
from tests.fixtures.fleet import AGENTS, PATIENCE, RunningFleet, running_fleet

pytestmark = [pytest.mark.slow]

IS_LONG = os.environ.get("RETINUE_CHAOS") == "long"
ENGINES = ("postgresql", "mariadb") if IS_LONG else ("postgresql",)
"""Without kills both are in every test run."""
SLOW = 0.1
"""Seconds that the network takes for an act, so that many a kill comes in the middle of one."""
FOLLOWERS = 3


@pytest.fixture
def stormy(tmp_path: Path, database_url: str) -> Iterator[RunningFleet]:
    people = 20_000 if IS_LONG else 2000
    with running_fleet(tmp_path, database_url, people=people) as found:
        found.sandgram.fault("slow", action="write", seconds=SLOW)
        yield found


def pairs_of(house: House) -> list[tuple[Account, str]]:
    """Accounts that have no sessions, and people whom the sessions want as well."""
    reader = house.sandgram.account()
    handles: dict[str, None] = {}
    for name in ("slow_tram", *KINDS):
        owner = reader.get(f"/sg/v1/people/by-handle/{name}")["id"]
        found = reader.get(f"/sg/v1/people/{owner}/followers", limit=100)["items"]
        handles |= {one["handle"]: None for one in found if not one.get("is_private")}
    workers = [house.add_account("working-hours: [00.00-23.59]\n") for _ in range(FOLLOWERS)]
    # Those on the list of what is owed are left to the sessions.
    wanted = list(handles)[OWED:]
    return [(workers[place % FOLLOWERS], handle) for place, handle in enumerate(wanted)]


@pytest.mark.databases(*ENGINES)
@pytest.mark.timeout(7200 if IS_LONG else 600)
class TestFleet:
    def test_whoever_is_killed_nothing_is_done_twice_and_nothing_is_lost(
        self, stormy: RunningFleet
    ) -> None:
        kills = rounds(6, 200)
        seed = int(os.environ.get("RETINUE_CHAOS_SEED") or random.SystemRandom().randrange(1 << 32))
        house = stormy.house
        accounts = prepare(house, names=AGENTS, many=kills, scope="fleet")
        operators = Operators(stormy, accounts, pairs_of(house))
        storm = FleetStorm(house, random.Random(seed), accounts, stormy.agents, fleet=stormy)

        with operators.at_work():
            storm.rage(kills)
        stormy.wait()
        storm.calm()
        storm.finish(FINISH)
        until(lambda: all_is_settled(stormy), "the end of every task", seconds=PATIENCE)

        history = gather(house, is_fleet=True, owed=owed_of(house, accounts))
        tasks = tasks_of(stormy)
        outcomes = Counter(
            (one["result"] or {}).get("outcome") or one["reason"] or one["waiting_for"]
            for one in tasks
        )
        line = (
            f"{house.runtime.database.backend}: seed {seed}, killed {dict(storm.killed)}, "
            f"{len(history.effects)} effects, {len(history.tries)} attempts, "
            f"{sum(one.state == 'unknown' for one in history.tries)} of them unknown, "
            f"{sum(one.settled_by == 'probe' for one in history.tries)} found out by looking, "
            f"{len(history.shifts)} sessions, tasks {dict(outcomes)}"
        )
        sys.__stdout__.write(f"\n{line}\n")  # type: ignore[union-attr]
        history.assert_clean()
        assert not operators.odd, operators.odd[:5]
        assert len(history.effects) > kills // 4
        self.every_task_was_asked_for_once_and_did_what_it_says(stormy, operators)

    def every_task_was_asked_for_once_and_did_what_it_says(
        self, stormy: RunningFleet, operators: Operators
    ) -> None:
        tasks = {one["id"]: one for one in tasks_of(stormy)}
        assert tasks.keys() == operators.asked.keys()
        done = Counter(
            (one["account"], one["handle"])
            for one in stormy.house.effects()
            if one["action"] == "follow"
        )
        for task_id, pair in operators.asked.items():
            task = tasks[task_id]
            if task["status"] == "completed":
                is_followed = task["result"]["outcome"] == "followed"
                assert done[pair] == is_followed, (task, done[pair])
            elif task["status"] == "failed":
                assert task["reason"] == "worker_lost", task
        assert any(one["status"] == "completed" for one in tasks.values())


def all_is_settled(fleet: RunningFleet) -> bool:
    return all(
        one["status"] in {"completed", "failed"} or waits_for_proof(one) for one in tasks_of(fleet)
    )


@pytest.mark.databases(*ENGINES)
@pytest.mark.timeout(3600)
class TestEveryPoint:
    """The kill harness of part 1: sessions are asked for over HTTP, and their agents are commands."""

    def test_a_session_that_is_cut_off_has_done_nothing_twice(self, stormy: RunningFleet) -> None:
        house = stormy.house
        house.change_settings(limits=UNLIMITED)
        # The others wait for the long run; `test_kills` has each of them on each engine.
        points = list(POINTS.items()) if IS_LONG else list(POINTS.items())[-1:]
        for point, expected in points:
            account = house.add_account(quick(people=PEOPLE))
            with failing_agents(stormy, f"{point}:3"):
                assert ended(stormy, account) is SessionStatus.failed
            compare(house).assert_clean()
            assert cut_off(house, account) == (expected is AttemptState.unknown), point

            assert ended(stormy, account) is SessionStatus.completed
            compare(house).assert_clean()


def cut_off(house: House, account: Account) -> int:
    """Acts whose outcome nobody knew. The workers look for them, and may have found some by now."""
    return sum(
        one.state is AttemptState.unknown or one.settled_by == SettledBy.probe.value
        for one in house.attempts()
        if one.account_id == account.id
    )


@contextmanager
def failing_agents(fleet: RunningFleet, where: str) -> Iterator[None]:
    """In place of the fleet's own, under the same names."""
    plain = {agent.name: agent.command for agent in fleet.agents}

    def replace(variables: dict[str, str], command: Callable[[str], tuple[str, ...]]) -> None:
        for agent in fleet.agents:
            agent.kill()
            agent.command = command(agent.name)
            agent.variables.pop("TEST_DIE_AT", None)
            agent.variables |= variables
            agent.start()
        for agent in fleet.agents:
            until(agent.has_reported, f"the agent {agent.name}", seconds=PATIENCE)

    failing = (sys.executable, "-m", "tests.chaos.failing_agent", "agent")
    replace({"TEST_DIE_AT": where}, lambda _name: failing)
    yield
    replace({}, lambda name: plain[name])


def ended(fleet: RunningFleet, account: Account) -> SessionStatus:
    """How a session of the account ends that is begun now."""
    session_id = fleet.start_session(account.login)

    def is_over() -> bool:
        return bool(fleet.doors.get(f"/sessions/{session_id}")["ended_at"])

    until(is_over, "the end of the session", seconds=PATIENCE)
    return SessionStatus(fleet.doors.get(f"/sessions/{session_id}")["status"])
