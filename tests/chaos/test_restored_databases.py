"""
Rows 30 to 32 of the failure model: an old backup put back, a damaged file, a key that is not the right one.

In each the danger is a start that looks well: work that is done again, rows that are
written into ruins, secrets sealed with a second key.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account
from retinue.capabilities.accounts.schemas import AccountCreate, OpenCredentials
from retinue.capabilities.ledger.models import AttemptState
from retinue.capabilities.sessions.errors import NotAvailable
from retinue.capabilities.sessions.models import SessionStatus
from retinue.entrypoints import starting
from retinue.entrypoints.cli import installation
from retinue.foundation.cli import Exit
from retinue.foundation.clock import SystemClock
from retinue.foundation.configuration import Configuration
from retinue.foundation.database import backups, health
from retinue.foundation.runtime import open_runtime
from retinue.foundation.sealing import SealBroken, create_key
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
from tests.factories.staging import SEALER, House, quick
from tests.fixtures.sandgram import RunningSandgram

pytestmark = [pytest.mark.timeout(1800)]

PEOPLE = 12
UNLIMITED = {"like": {"per_hour": 100_000, "per_day": 100_000, "seconds_apart": 0}}


def configured(data_dir: Path, sandgram_url: str | None = None) -> Configuration:
    return Configuration(data_dir=data_dir, sandgram_url=sandgram_url)


@pytest.fixture
def own_house(data_dir: Path, world: RunningSandgram) -> Iterator[House]:
    """An installation whose database and key lie in its data directory, as an operator's do."""
    configuration = configured(data_dir, world.url)
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


def account_plan(house: House, account: Account, *, people: int) -> None:
    from retinue.capabilities.plans import service as plans
    from retinue.capabilities.plans.service import Author

    with house.runtime.database.writing() as db:
        now = house.runtime.clock.now()
        plans.save(db, account, quick(people=people), author=Author("a test"), now=now)


class TestADamagedFile:
    def test_every_broken_page_head_is_seen_and_nothing_is_written(
        self, data_dir: Path, rng: random.Random
    ) -> None:
        file = filled(data_dir)
        whole = file.read_bytes()
        page = 4096
        assert health.complaint_about(file) is None
        pages = [n for n in range(1, len(whole) // page) if whole[n * page] in {2, 5, 10, 13}]
        for _ in range(rounds(40, 400)):
            number = rng.choice(pages)
            place = number * page + rng.choice((0, 3, 5))
            broken = bytearray(whole)
            broken[place] ^= 0x40
            file.write_bytes(broken)
            with pytest.raises(health.DatabaseDamaged, match="Restore the newest backup"):
                health.check(file)
            assert file.read_bytes() == bytes(broken)

    def test_a_file_that_lost_its_end_is_seen(self, data_dir: Path) -> None:
        file = filled(data_dir)
        file.write_bytes(file.read_bytes()[:-8192])
        with pytest.raises(health.DatabaseDamaged):
            health.check(file)

    def test_the_server_does_not_start_on_one_and_names_the_backup(
        self, data_dir: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        file = filled(data_dir)
        ruin(file)
        before = file.read_bytes()

        assert exit_of(configured(data_dir)) is Exit.failed

        said = capsys.readouterr().err
        assert "is damaged" in said
        assert "retinue db restore" in said
        assert said.count("\n") == 1
        assert file.read_bytes() == before

    def test_the_control_without_the_check_writes_into_the_ruins(self, data_dir: Path) -> None:
        file = filled(data_dir)
        whole = file.read_bytes()
        heads = [at for at in range(4096, len(whole), 4096) if whole[at] in {2, 5, 10, 13}]
        written = 0
        for at in heads[-12:]:
            broken = bytearray(whole)
            broken[at] = 0
            file.write_bytes(broken)
            assert health.complaint_about(file) is not None
            with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(file)) as connection:
                connection.execute("UPDATE installation SET is_demo = 1 - is_demo")
                connection.commit()
                written += 1
        assert written, "nobody could write into any of the ruins"

    def test_the_backup_that_is_named_mends_it(self, data_dir: Path) -> None:
        file = filled(data_dir)
        newest = health.backups_of(data_dir / "backups")[0]
        ruin(file)

        backups.restore(newest, file=file, now=SystemClock().now())

        health.check(file)
        with (
            starting.open_installation(configured(data_dir), is_to_work=True) as runtime,
            runtime.database.reading() as db,
        ):
            assert accounts.find(db, "ava").login == "ava"

    @pytest.mark.parametrize("content", [b"", b"not a database at all" * 500])
    def test_what_is_no_backup_is_refused_and_changes_nothing(
        self, data_dir: Path, tmp_path: Path, content: bytes
    ) -> None:
        file = filled(data_dir)
        before = file.read_bytes()
        stranger = tmp_path / "stranger.db"
        stranger.write_bytes(content)

        with pytest.raises(backups.BackupUnusable):
            backups.restore(stranger, file=file, now=SystemClock().now())

        assert file.read_bytes() == before
        assert backups.read_marker(data_dir) is None


class TestAWrongKey:
    @pytest.mark.parametrize("key", ["missing", "wrong"])
    @pytest.mark.parametrize("is_to_work", [True, False])
    def test_nothing_starts_and_nothing_is_rewritten(
        self, data_dir: Path, capsys: pytest.CaptureFixture[str], key: str, is_to_work: bool
    ) -> None:
        file = filled(data_dir)
        path = configured(data_dir).effective_key_file
        path.unlink()
        if key == "wrong":
            create_key(path)
        before = file.read_bytes()

        assert exit_of(configured(data_dir), is_to_work=is_to_work) == 3

        said = capsys.readouterr().err
        assert "sealing key" in said
        assert said.count("\n") == 1
        assert file.read_bytes() == before
        assert path.exists() == (key == "wrong")

    def test_the_control_that_makes_a_second_key_cannot_open_what_is_stored(
        self, data_dir: Path
    ) -> None:
        filled(data_dir)
        configuration = configured(data_dir)
        configuration.effective_key_file.unlink()
        create_key(configuration.effective_key_file)
        with (
            open_runtime(configuration) as runtime,
            runtime.database.reading() as db,
            pytest.raises(SealBroken),
        ):
            accounts.open_credentials(db, runtime.sealer, accounts.find(db, "ava"))


def exit_of(configuration: Configuration, *, is_to_work: bool = True) -> Exit | None:
    """What a command that opens the installation ends with; its sentence goes to stderr."""
    with (
        pytest.raises(Exception) as ended,
        starting.open_installation(configuration, is_to_work=is_to_work),
    ):
        pass
    return installation.explain(ended.value)


def filled(data_dir: Path) -> Path:
    """An installation with an account and a backup, closed; everything stands in the one file."""
    configuration = configured(data_dir)
    with starting.open_installation(configuration) as runtime:
        for login in ("ava", "ben"):
            with runtime.database.writing() as db:
                accounts.add(
                    db,
                    runtime.sealer,
                    AccountCreate(login=login, credentials=OpenCredentials(password="hunter2!x")),
                    actor="a test",
                    now=runtime.clock.now(),
                )
        backups.back_up(configuration.database_file, data_dir / "backups", now=runtime.clock.now())
    return configuration.database_file


def ruin(file: Path) -> None:
    """Ten pages in the middle of the file are lost, as when a disk forgets a block."""
    with file.open("r+b") as stream:
        stream.seek(file.stat().st_size // 8192 * 4096)
        stream.write(bytes(10 * 4096))


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
