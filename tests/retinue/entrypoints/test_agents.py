"""Agents as processes of their own: one per data directory, several on one database."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from retinue.capabilities.accounts.models import Account
from retinue.capabilities.ledger.models import AttemptState
from retinue.capabilities.sessions import service as sessions
from retinue.capabilities.sessions.models import OPEN_STATUSES, SessionStatus
from retinue.foundation import instance_lock
from tests.factories.staging import ENVIRONMENT, House, is_gone, make_house, quick, until
from tests.fixtures.sandgram import RunningSandgram

pytestmark = pytest.mark.timeout(240)

KEY = bytes(range(32)).hex()


@pytest.fixture
def house(database_url: str, data_dir: Path, sandgram: RunningSandgram) -> Iterator[House]:
    with make_house(database_url, data_dir, sandgram) as made:
        yield made


class Process:
    """One `retinue agent`."""

    def __init__(self, house: House, data_dir: Path, name: str) -> None:
        self.name = name
        (data_dir / "keys").mkdir(mode=0o700, parents=True, exist_ok=True)
        key = data_dir / "keys" / "sealing.key"
        key.touch(mode=0o600)
        key.write_text(KEY + "\n", encoding="ascii")
        self.said = data_dir / f"{name}.txt"
        kept = {key: value for key, value in os.environ.items() if not key.startswith("RETINUE_")}
        with self.said.open("wb") as said:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "retinue",
                    "--data-dir",
                    str(data_dir),
                    "agent",
                    "--name",
                    name,
                ],
                env={
                    **kept,
                    **ENVIRONMENT,
                    "RETINUE_DATABASE_URL": house.runtime.configuration.effective_database_url,
                    "RETINUE_SANDGRAM_URL": house.sandgram.url,
                },
                stderr=said,
                cwd=data_dir,
            )

    def is_at_work(self, house: House) -> bool:
        assert self.process.poll() is None, self.said.read_text()
        with house.runtime.database.reading() as db:
            return not sessions.is_agent_silent(db, self.name, now=house.runtime.clock.now())

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(40)


@contextmanager
def agent(house: House, data_dir: Path, name: str) -> Iterator[Process]:
    running = Process(house, data_dir, name)
    try:
        until(lambda: running.is_at_work(house), f"the agent {name}")
        yield running
    finally:
        if running.process.poll() is None:
            running.process.kill()
        running.process.wait()


def pid_of(house: House, session_id: str) -> int:
    until(lambda: house.session(session_id).pid is not None, "the process")
    pid = house.session(session_id).pid
    assert pid is not None
    return pid


def start_many(house: House, count: int) -> list[Account]:
    made = [house.add_account(quick(people=2000)) for _ in range(count)]
    for account in made:
        house.start(account)
    return made


@pytest.mark.databases("sqlite")
class TestOneDirectory:
    def test_it_has_one_agent_and_the_second_is_told_which(
        self, house: House, data_dir: Path
    ) -> None:
        with agent(house, data_dir, "one") as first:
            second = Process(house, data_dir, "two")
            assert second.process.wait(40) == 4
            assert f"has an agent already: process {first.process.pid}" in second.said.read_text()
            with pytest.raises(instance_lock.HasAgent), instance_lock.held_by_agent(data_dir):
                pass
            assert first.end(signal.SIGINT) == 0

    def test_ended_it_leaves_no_session_and_no_process(self, house: House, data_dir: Path) -> None:
        with agent(house, data_dir, "one") as only:
            session = house.start(house.add_account(quick(people=2000)))
            pid = pid_of(house, session.id)
            assert session.agent == "one"
            assert only.end() == 0
        assert is_gone(pid)
        assert house.session(session.id).status is SessionStatus.stopped


@pytest.mark.databases("postgresql")
class TestOneDatabase:
    def test_two_share_the_sessions_and_the_death_of_one_is_not_the_others(
        self, house: House, tmp_path: Path
    ) -> None:
        directories = [tmp_path / name for name in ("east", "west")]
        for directory in directories:
            directory.mkdir(mode=0o700)
        with agent(house, directories[0], "east") as east, agent(house, directories[1], "west"):
            accounts = start_many(house, 4)
            with house.runtime.database.reading() as db:
                found = [sessions.newest(db, account.id) for account in accounts]
            rows = [one for one in found if one is not None]
            assert Counter(one.agent for one in rows) == {"east": 2, "west": 2}
            easts = [one for one in rows if one.agent == "east"]
            wests = [one for one in rows if one.agent == "west"]
            pids = {one.id: pid_of(house, one.id) for one in rows}

            assert east.end(signal.SIGKILL) == -signal.SIGKILL
            until(lambda: all(is_gone(pids[one.id]) for one in easts), "the end of its sessions")
            # West has neither killed nor adopted anything, and its own go on.
            assert {house.session(one.id).agent for one in easts} == {"east"}
            assert not any(is_gone(pids[one.id]) for one in wests)
            assert all(house.session(one.id).status in OPEN_STATUSES for one in rows)

            with agent(house, directories[0], "east"):
                until(
                    lambda: all(
                        house.session(one.id).status is SessionStatus.lost for one in easts
                    ),
                    "the settlement",
                )
                assert not any(is_gone(pids[one.id]) for one in wests)
        ours = {one.id for one in easts}
        left = [one for one in house.attempts() if one.session_id in ours]
        assert AttemptState.intent not in {one.state for one in left}

    def test_a_name_is_one_agents_only(self, house: House, tmp_path: Path) -> None:
        for name in ("a", "b"):
            (tmp_path / name).mkdir(mode=0o700)
        with agent(house, tmp_path / "a", "same") as first:
            second = Process(house, tmp_path / "b", "same")
            assert second.process.wait(40) == 4
            assert "An agent named same is at work" in second.said.read_text()
            assert first.is_at_work(house)
