"""
`kill -9` at moments that nobody chose, on sessions and on their agents.

A thousand in `make chaos`, a few in `make test`. Afterwards one history is made of the
attempts, the events and what the network itself has seen, and every rule is asked.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Iterator

import pytest

from tests.chaos.checking import rounds
from tests.chaos.gathering import gather
from tests.chaos.history import at_most_one_effect_per_key, violations
from tests.chaos.orders import FINISH, owed_of, prepare
from tests.chaos.storm import Storm, agents
from tests.factories.staging import House, make_house
from tests.fixtures.sandgram import RunningSandgram, start_sandgram

pytestmark = pytest.mark.timeout(7200)

SLOW = 0.02
"""Seconds that the network takes for an act, so that many a kill comes in the middle of one."""


@pytest.fixture(scope="module")
def wide_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandgram]:
    """With enough people that nobody runs out of them in a thousand kills."""
    running = start_sandgram(tmp_path_factory.mktemp("storm-sandgram"), people=20_000)
    yield running
    running.close()


@pytest.fixture
def seed() -> int:
    """`RETINUE_CHAOS_SEED` repeats the choice of victims; the rest is the scheduler's."""
    chosen = os.environ.get("RETINUE_CHAOS_SEED")
    return int(chosen) if chosen else random.SystemRandom().randrange(1 << 32)


@pytest.fixture
def house(database_url: str, data_dir: object, wide_world: RunningSandgram) -> Iterator[House]:
    with make_house(database_url, data_dir, wide_world) as made:  # type: ignore[arg-type]
        wide_world.fault("slow", action="write", seconds=SLOW)
        yield made
        wide_world.control.delete("/faults")


def run(
    house: House, *, names: tuple[str, ...], kills: int, seed: int, scope: str
) -> tuple[Storm, int]:
    accounts = prepare(house, names=names, many=kills, scope=scope)
    with agents(house, *names) as made:
        storm = Storm(house, random.Random(seed), accounts, made)
        storm.rage(kills)
        storm.calm()
        storm.finish(FINISH)
    is_fleet = scope == "fleet"
    history = gather(house, is_fleet=is_fleet, owed=owed_of(house, accounts))
    unknown = sum(one.state == "unknown" for one in history.tries)
    line = (
        f"{house.runtime.database.backend}: seed {seed}, killed {dict(storm.killed)}, "
        f"{len(history.effects)} effects, {len(history.tries)} attempts, {unknown} of them unknown, "
        f"{len(history.shifts)} sessions, {len(history.numbers)} events"
    )
    sys.__stdout__.write(f"\n{line}\n")  # type: ignore[union-attr]
    history.assert_clean()
    return storm, len(history.effects)


class TestRandomKills:
    @pytest.mark.databases("sqlite")
    def test_one_agent_does_nothing_twice_and_forgets_nobody(self, house: House, seed: int) -> None:
        kills = rounds(8, 1000)
        _, effects = run(house, names=("local",), kills=kills, seed=seed, scope="account")
        assert effects > kills // 4

    @pytest.mark.databases("postgresql")
    def test_neither_do_two_agents_on_one_server(self, house: House, seed: int) -> None:
        kills = rounds(8, 1000)
        _, effects = run(house, names=("one", "two"), kills=kills, seed=seed, scope="fleet")
        assert effects > kills // 4


class TestControl:
    @pytest.mark.databases("sqlite")
    def test_without_the_promise_the_same_storm_is_seen_to_engage_people_twice(
        self, house: House, seed: int
    ) -> None:
        accounts = prepare(house, names=("local",), many=100, scope="account")
        careless = {"RETINUE_TEST_WITHOUT_INTENT": "1"}
        with agents(house, "local", environment=careless) as made:
            storm = Storm(house, random.Random(seed), accounts, made)
            for kills in range(2, 61, 2):
                storm.rage(kills)
                if list(at_most_one_effect_per_key(gather(house))):
                    break
            storm.calm()
        found = violations(gather(house))
        assert any("at_most_one_effect_per_key" in one for one in found), (
            f"the control survived {storm.killed.total()} kills with seed {seed}: {found[:5]}"
        )
