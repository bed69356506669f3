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

from retinue.capabilities.accounts.models import Account
from tests.chaos.checking import rounds
from tests.chaos.gathering import gather
from tests.chaos.history import at_most_one_effect_per_key, violations
from tests.chaos.storm import Storm, agents
from tests.factories.staging import House, make_house
from tests.fixtures.sandgram import RunningSandgram, start_sandgram

pytestmark = pytest.mark.timeout(7200)

OWED = 4
KINDS = ("harbour_lights", "tidepool_diary", "copper_kettle", "northbound_rail")
ACTS = """
likes-percentage: 100
comment-percentage: 100
follow-percentage: 100
stories-percentage: 0
comments: [nice, 'well seen']
working-hours: [00.00-23.59]
interactions-count: 100000
total-successful-interactions-limit: 100000
total-likes-limit: 100000
total-comments-limit: 100000
total-follows-limit: 100000
like-interval: 0
comment-interval: 0
follow-interval: 0
hourly-like-limit: 100000
hourly-comment-limit: 100000
hourly-follow-limit: 100000
"""
FINISH = f"interact-from-file: [owed.txt {OWED}]\n{ACTS}"
WORK = f"interact-from-file: [owed.txt {OWED}]\nblogger-followers: [{', '.join(KINDS)}]\n{ACTS}"
FREE = {"per_hour": 100_000, "per_day": 100_000, "seconds_apart": 0}
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


def prepare(house: House, *, names: tuple[str, ...], many: int, scope: str) -> list[Account]:
    """Accounts with one plan, on whose list stand the same few people that nobody may be forgotten of."""
    comments = {**FREE, "per_hour": max(40, many)}
    house.change_settings(
        dedup_scope=scope, limits={"like": FREE, "follow": FREE, "comment": comments}
    )
    listed = [handle for handle, _ in followers(house)][:OWED]
    home = house.runtime.configuration.data_dir
    for place in [home] if len(names) == 1 else [home / name for name in names]:
        (place / "lists").mkdir(mode=0o700, parents=True, exist_ok=True)
        (place / "lists" / "owed.txt").write_text("\n".join(listed), encoding="utf-8")
    return [house.add_account(WORK) for _ in range(3)]


def followers(house: House) -> list[tuple[str, str]]:
    """Handle and id of people whom one can like, comment on and follow."""
    reader = house.sandgram.account()
    owner = reader.get("/sg/v1/people/by-handle/slow_tram")["id"]
    found = reader.get(f"/sg/v1/people/{owner}/followers", limit=100)["items"]
    return [(one["handle"], one["id"]) for one in found if not one.get("is_private")]


def owed_of(house: House, accounts: list[Account]) -> frozenset[tuple[str, str]]:
    people = followers(house)[:OWED]
    return frozenset((account.login, person) for account in accounts for _, person in people)


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
