"""Row 30 of the failure model: an old backup is put back. The danger is a start that looks well, and does it all again."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from retinue.capabilities.accounts.models import Account
from retinue.capabilities.ledger.models import AttemptState
from retinue.capabilities.sessions.errors import NotAvailable
from retinue.capabilities.sessions.models import SessionStatus
from retinue.entrypoints import starting
from retinue.foundation.configuration import Configuration
from retinue.foundation.database import backups
from retinue.workflows.engagement import service as engagement
from retinue.workflows.engagement.service import Intended
from retinue.workflows.pausing import service as pausing
from retinue.workflows.pausing.errors import OnHold
from retinue.workflows.pausing.schemas import PauseScope, Switch
from retinue.workflows.restoring import service as restoring
from retinue.workflows.restoring.errors import NotReconciled, RestoreCutOff
from tests.chaos.checking import rounds
from tests.chaos.gathering import gather
from tests.chaos.history import at_most_one_effect_per_key, nothing_is_asked_for_twice
from tests.factories.staging import ENVIRONMENT, SEALER, House, quick
from tests.fixtures.sandgram import RunningSandgram

pytestmark = [pytest.mark.timeout(1800)]

PEOPLE = 12
UNLIMITED = {"like": {"per_hour": 100_000, "per_day": 100_000, "seconds_apart": 0}}


@pytest.fixture
def own_house(data_dir: Path, world: RunningSandgram) -> Iterator[House]:
    """An installation whose database and key lie in its data directory, as an operator's do."""
    configuration = Configuration(data_dir=data_dir, sandgram_url=world.url)
    key = configuration.effective_key_file
    key.parent.mkdir(mode=0o700)
    key.write_text(bytes(range(32)).hex())
    key.chmod(0o600)
    with starting.open_installation(configuration) as runtime:
        assert runtime.sealer.key_id == SEALER.key_id
        house = House(runtime, world)
        house.change_settings(limits=UNLIMITED)
        yield house


def work_for_a_while(house: House, account: Account) -> None:
    with house.agent():
        assert house.wait_for_end(house.order(account).id).status is SessionStatus.completed


def put_back(house: House, backup: Path) -> None:
    """As the command does it, and the next start after it. The house keeps its open database away meanwhile."""
    house.runtime.database.close()
    configuration = house.runtime.configuration
    backups.restore(backup, file=configuration.database_file, now=house.runtime.clock.now())
    reopened(house)


def reopened(house: House) -> None:
    stack = starting.open_installation(house.runtime.configuration, is_to_work=True)
    with stack as runtime:
        # Only the check at the start is wanted; the house opens the same file by itself.
        assert runtime.database is not house.runtime.database
    house.runtime.database.__init__(  # type: ignore[misc] # the same handle, opened anew
        house.runtime.configuration.effective_database_url,
        lock_path=house.runtime.configuration.write_lock_path,
        clock=house.runtime.clock,
    )


class TestAnOldBackup:
    """Restore points at random places of a history; after each, nobody is engaged twice."""

    def test_with_the_journals_nothing_is_done_twice(self, own_house: House) -> None:
        house, times = own_house, rounds(1, 20)
        account = house.add_account(quick(people=PEOPLE * (2 * times + 1)))
        for number in range(times):
            account_plan(house, account, people=PEOPLE * (2 * number + 1))
            work_for_a_while(house, account)
            backup = backups.back_up(
                house.runtime.configuration.database_file,
                house.runtime.configuration.data_dir / "backups",
                now=house.runtime.clock.now(),
            )
            account_plan(house, account, people=PEOPLE * (2 * number + 2))
            work_for_a_while(house, account)
            done_before = len(house.effects())
            known = len(house.attempts())

            put_back(house, backup)

            assert len(house.attempts()) < known
            with house.agent(), pytest.raises(NotAvailable, match="On hold"):
                house.start(account)
            with pytest.raises(NotReconciled, match="intents that the database does not have"):
                restoring.release(house.runtime, reason="a test", actor="a test")
            told = restoring.reconcile(house.runtime)
            assert len(house.attempts()) == known
            assert (told.unknown, told.strangers) == (0, 0)
            assert restoring.reconcile(house.runtime).taken_up == 0
            restoring.release(house.runtime, reason="a test", actor="a test")
            work_for_a_while(house, account)
            assert len(house.effects()) >= done_before
        history = gather(house)
        assert not list(at_most_one_effect_per_key(history))
        assert not list(nothing_is_asked_for_twice(history))

    def test_the_commands_say_and_do_the_same(self, own_house: House) -> None:
        house = own_house
        account = house.add_account(quick(people=PEOPLE))
        said = command(
            house, "db", "backup", "--to", str(house.runtime.configuration.data_dir / "b")
        )
        backup = next((house.runtime.configuration.data_dir / "b").glob("*.db"))
        assert str(backup) in said.stdout + said.stderr
        work_for_a_while(house, account)
        known = len(house.attempts())
        house.runtime.database.close()

        assert command(house, "db", "restore", str(backup)).returncode == 0
        early = command(house, "db", "release", "--reason", "a test")
        assert early.returncode != 0
        assert "retinue db reconcile" in early.stderr
        assert command(house, "db", "reconcile").returncode == 0
        assert command(house, "db", "release", "--reason", "a test").returncode == 0
        reopened(house)

        assert len(house.attempts()) == known
        work_for_a_while(house, account)
        history = gather(house)
        assert not list(at_most_one_effect_per_key(history))

    def test_without_them_everything_stays_on_hold(self, own_house: House) -> None:
        house = own_house
        account = house.add_account(quick(people=PEOPLE))
        backup = backups.back_up(
            house.runtime.configuration.database_file,
            house.runtime.configuration.data_dir / "backups",
            now=house.runtime.clock.now(),
        )
        work_for_a_while(house, account)
        shutil.rmtree(house.runtime.configuration.data_dir / "journal")

        put_back(house, backup)

        with house.agent(), pytest.raises(NotAvailable, match="On hold"):
            house.start(account)
        with pytest.raises(NotReconciled, match="no intent journal"):
            restoring.release(house.runtime, reason="a test", actor="a test")
        resume = Switch(scope=PauseScope.fleet, reason="never mind")
        with pytest.raises(OnHold), house.runtime.database.writing() as db:
            now = house.runtime.clock.now()
            pausing.switch(db, resume, is_paused=False, actor="a test", now=now)
        assert len(house.effects()) == PEOPLE

    def test_a_copy_that_was_put_back_by_hand_is_noticed_too(self, own_house: House) -> None:
        house = own_house
        account = house.add_account(quick(people=PEOPLE))
        file = house.runtime.configuration.database_file
        copy = backups.back_up(file, file.parent / "backups", now=house.runtime.clock.now())
        work_for_a_while(house, account)
        house.runtime.database.close()
        shutil.copyfile(copy, file)
        for suffix in ("-wal", "-shm"):
            file.with_name(file.name + suffix).unlink(missing_ok=True)

        reopened(house)

        with house.agent(), pytest.raises(NotAvailable, match="an older copy"):
            house.start(account)

    def test_the_control_without_a_hold_does_it_all_again(self, own_house: House) -> None:
        house = own_house
        account = house.add_account(quick(people=PEOPLE))
        file = house.runtime.configuration.database_file
        copy = backups.back_up(file, file.parent / "backups", now=house.runtime.clock.now())
        work_for_a_while(house, account)
        shutil.rmtree(house.runtime.configuration.data_dir / "journal")
        house.runtime.database.close()
        shutil.copyfile(copy, file)
        for suffix in ("-wal", "-shm"):
            file.with_name(file.name + suffix).unlink(missing_ok=True)
        # No marker, no journal: nobody can know, and so nothing is held.
        reopened(house)

        work_for_a_while(house, account)

        # It likes another post of the same person, or asks for what is there: twice all the same.
        history = gather(house)
        assert [*at_most_one_effect_per_key(history), *nothing_is_asked_for_twice(history)]

    def test_an_act_without_an_outcome_is_unknown_afterwards_and_keeps_its_person(
        self, own_house: House
    ) -> None:
        house = own_house
        account = house.add_account(quick(people=PEOPLE))
        backup = backups.back_up(
            house.runtime.configuration.database_file,
            house.runtime.configuration.data_dir / "backups",
            now=house.runtime.clock.now(),
        )
        work_for_a_while(house, account)
        data_dir = house.runtime.configuration.data_dir
        for path in (data_dir / "journal").glob("*.jsonl"):
            lines = path.read_text().splitlines(keepends=True)
            path.write_text("".join(line for line in lines if '"intent"' in line) + '{"torn')

        put_back(house, backup)
        told = restoring.reconcile(house.runtime)
        restoring.release(house.runtime, reason="a test", actor="a test")
        work_for_a_while(house, account)

        assert told.unknown == told.taken_up == PEOPLE
        taken_up = [one for one in house.attempts() if one.settled_by == "recovery"]
        assert {one.state for one in taken_up} == {AttemptState.unknown}
        history = gather(house)
        assert not list(at_most_one_effect_per_key(history))
        assert not list(nothing_is_asked_for_twice(history))

    @pytest.mark.parametrize("step", ["_copy", "_keep", "replace"])
    def test_a_restore_that_is_cut_off_is_asked_for_again(
        self, own_house: House, monkeypatch: pytest.MonkeyPatch, step: str
    ) -> None:
        house = own_house
        configuration = house.runtime.configuration
        file, now = configuration.database_file, house.runtime.clock.now()
        backup = backups.back_up(file, file.parent / "backups", now=now)
        house.runtime.database.close()

        class CutOff(BaseException):
            pass

        def cut(*_: object, **__: object) -> None:
            raise CutOff

        with monkeypatch.context() as patch, pytest.raises(CutOff):
            if step == "replace":
                patch.setattr(Path, "unlink", cut)
            else:
                patch.setattr(backups, step, cut)
            backups.restore(backup, file=file, now=now)
        with pytest.raises(RestoreCutOff, match="Run it again"):
            reopened(house)
        backups.restore(backup, file=file, now=now)
        reopened(house)


def command(house: House, *arguments: str) -> subprocess.CompletedProcess[str]:
    configuration = house.runtime.configuration
    return subprocess.run(
        [sys.executable, "-m", "retinue", "--data-dir", str(configuration.data_dir), *arguments],
        env={**os.environ, **ENVIRONMENT, "RETINUE_SANDGRAM_URL": house.sandgram.url},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def account_plan(house: House, account: Account, *, people: int) -> None:
    from retinue.capabilities.plans import service as plans
    from retinue.capabilities.plans.service import Author

    with house.runtime.database.writing() as db:
        now = house.runtime.clock.now()
        plans.save(db, account, quick(people=people), author=Author("a test"), now=now)


class TestJournal:
    def test_each_intent_stands_there_before_its_effect(self, own_house: House) -> None:
        account = own_house.add_account(quick(people=5))
        work_for_a_while(own_house, account)
        facts = list(engagement.read_journals(own_house.runtime.configuration.data_dir))
        intents = [one for one in facts if isinstance(one, Intended)]
        assert {one.attempt for one in intents} == {one.id for one in own_house.attempts()}
        assert len(facts) == 2 * len(intents)
        effects = sorted(own_house.effects(), key=lambda one: one["at"])
        for intent, effect in zip(intents, effects, strict=True):
            assert intent.person == effect["person_id"]
            assert intent.at.isoformat() < effect["at"].replace("Z", "+00:00")
