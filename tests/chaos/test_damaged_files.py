"""
Rows 31 and 32 of the failure model: a damaged file, a key that is not the right one.

In both the danger is a start that looks well: rows that are written into ruins,
secrets sealed with a second key.
"""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.schemas import AccountCreate, OpenCredentials
from retinue.entrypoints import starting
from retinue.entrypoints.cli import installation
from retinue.foundation.cli import Exit
from retinue.foundation.clock import SystemClock
from retinue.foundation.configuration import Configuration
from retinue.foundation.database import backups, health
from retinue.foundation.key_file import create_key
from retinue.foundation.runtime import open_runtime
from retinue.foundation.sealing import SealBroken
from tests.chaos.checking import rounds


def configured(data_dir: Path) -> Configuration:
    return Configuration(data_dir=data_dir)


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

    def test_the_daily_look_writes_its_finding_beside_the_file(self, data_dir: Path) -> None:
        file = filled(data_dir)
        assert health.look_over(file) is None
        assert health.known_damage(data_dir) is None
        whole = file.read_bytes()
        ruin(file)

        assert health.look_over(file) is not None

        assert "retinue db restore" in (health.known_damage(data_dir) or "")
        file.write_bytes(whole)
        health.check(file)
        assert health.known_damage(data_dir) is None

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
