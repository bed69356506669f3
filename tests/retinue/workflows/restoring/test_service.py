from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from retinue.capabilities.access import service as access
from retinue.capabilities.ledger.models import Attempt, AttemptState, Target
from retinue.capabilities.settings import service as settings
from retinue.entrypoints import starting
from retinue.foundation import instance_lock
from retinue.foundation.clock import ManualClock, SystemClock
from retinue.foundation.configuration import Configuration
from retinue.foundation.database import Database, backups
from retinue.foundation.randomness import new_id
from retinue.foundation.runtime import Runtime
from retinue.workflows.engagement.journal import Intended, Journal
from retinue.workflows.restoring import service as restoring
from tests.factories.engaging import make_account
from tests.factories.serving import SEALER, make_runtime
from tests.factories.staging import ROOT

Intend = Callable[..., str]


@pytest.fixture
def runtime(database: Database, clock: ManualClock, tmp_path: Path) -> Runtime:
    made = make_runtime(database, clock, data_dir=tmp_path)
    with database.writing() as db:
        access.initialise(db, SEALER, is_demo=False, now=clock.now())
    return made


@pytest.fixture
def intend(runtime: Runtime) -> Intend:
    """A session's journal tells of a like that the database has never heard of."""

    def intend(login: str, *, days_ago: float = 0) -> str:
        session, attempt = new_id(), new_id()
        journal = Journal(runtime.configuration.data_dir, session, clock=runtime.clock)
        journal.intend(
            Intended(
                attempt=attempt, account=login, network="sandgram", person="p-7", handle="otter",
                action="like", object_id="post-1", session=session, fence=1,
                at=runtime.clock.now() - timedelta(days=days_ago),
            )
        )  # fmt: skip
        journal.close()
        return attempt

    return intend


def account(runtime: Runtime, login: str) -> None:
    with runtime.database.writing() as db:
        make_account(db, login, now=runtime.clock.now())


def attempt(runtime: Runtime, attempt_id: str) -> Attempt:
    with runtime.database.reading() as db:
        return db.scalars(select(Attempt).where(Attempt.id == attempt_id)).one()


class TestHold:
    def test_an_intent_that_the_database_has_forgotten_holds_everything(
        self, runtime: Runtime, intend: Intend
    ) -> None:
        account(runtime, "luna")
        intend("luna")

        assert "On hold" in str(restoring.hold_if_older(runtime))

    def test_a_command_that_passes_by_does_not_look_into_journals(
        self, runtime: Runtime, intend: Intend
    ) -> None:
        account(runtime, "luna")
        intend("luna")

        assert restoring.hold_if_older(runtime, looks_into_journals=False) is None

    def test_a_stranger_s_intent_holds_nobody_start_after_start(
        self, runtime: Runtime, intend: Intend
    ) -> None:
        intend("somebody_who_came_after_the_backup")

        assert restoring.hold_if_older(runtime) is None
        assert restoring.reconcile(runtime).strangers == 1
        assert restoring.hold_if_older(runtime) is None

    def test_a_stranger_who_comes_back_is_remembered(
        self, runtime: Runtime, intend: Intend
    ) -> None:
        attempt_id = intend("luna")
        account(runtime, "luna")

        assert restoring.hold_if_older(runtime) is not None
        assert restoring.reconcile(runtime).taken_up == 1
        assert attempt(runtime, attempt_id).state is AttemptState.unknown

    def test_what_is_older_than_the_installation_is_another_one_s(
        self, runtime: Runtime, intend: Intend
    ) -> None:
        account(runtime, "luna")
        intend("luna", days_ago=1)

        assert restoring.hold_if_older(runtime) is None
        assert restoring.reconcile(runtime).taken_up == 0


class TestReconcile:
    def test_an_intent_goes_to_the_account_that_had_it_and_never_to_one_that_took_its_number(
        self, runtime: Runtime, intend: Intend
    ) -> None:
        attempt_id = intend("luna")
        account(runtime, "somebody_else")

        assert restoring.reconcile(runtime).strangers == 1
        with runtime.database.reading() as db:
            assert db.scalars(select(Attempt)).all() == []
        account(runtime, "Luna")
        restoring.reconcile(runtime)
        found = attempt(runtime, attempt_id)
        with runtime.database.reading() as db:
            person = db.get_one(Target, found.target_id)
        assert (person.network_id, person.handle, found.target_username) == (
            "p-7",
            "otter",
            "otter",
        )


class TestTidy:
    def test_journals_are_kept_for_twice_the_longest_window(
        self, runtime: Runtime, intend: Intend
    ) -> None:
        intend("luna")
        (journal,) = (runtime.configuration.data_dir / "journal").glob("*.jsonl")
        age = (runtime.clock.now() - timedelta(days=70)).timestamp()
        os.utime(journal, (age, age))
        with runtime.database.writing() as db:
            longer = {"reengagement_days_by_action": {"follow": 40}}
            settings.update(db, longer, actor="anna", now=runtime.clock.now())

        restoring.tidy(runtime)
        assert journal.exists()
        with runtime.database.writing() as db:
            usual = {"reengagement_days_by_action": {"follow": None}}
            settings.update(db, usual, actor="anna", now=runtime.clock.now())
        restoring.tidy(runtime)
        assert not journal.exists()


class TestRestoreCommand:
    def test_it_waits_for_nobody_and_touches_nothing_while_an_agent_is_at_work(
        self, tmp_path: Path
    ) -> None:
        configuration = Configuration(data_dir=tmp_path / "data")
        with starting.open_installation(configuration):
            backup = backups.back_up(
                configuration.database_file, tmp_path / "backups", now=SystemClock().now()
            )
        before = configuration.database_file.stat().st_ino
        with instance_lock.held_by_agent(configuration.data_dir):
            done = subprocess.run(
                [sys.executable, "-m", "retinue", "db", "restore", str(backup)],
                env={
                    **os.environ,
                    "PYTHONPATH": str(ROOT / "src"),
                    "RETINUE_DATA_DIR": str(configuration.data_dir),
                },
                capture_output=True,
                text=True,
                check=False,
            )

        assert done.returncode == 4, done.stderr
        assert "has an agent already" in done.stderr
        assert configuration.database_file.stat().st_ino == before
