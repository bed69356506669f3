from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from retinue.capabilities.access import service as access
from retinue.foundation.configuration import Configuration
from retinue.foundation.database import migrations
from retinue.foundation.errors import Unavailable
from retinue.foundation.key_file import SealingKeyUnusable
from retinue.foundation.runtime import open_runtime

SRC = Path(migrations.__file__).resolve().parents[3]


def configured(data_dir: Path, url: str | None = None) -> Configuration:
    return Configuration(data_dir=data_dir, database_url=SecretStr(url) if url else None)


def initialise(configuration: Configuration) -> str:
    with open_runtime(configuration) as runtime:
        migrations.upgrade(runtime.database)
        with runtime.database.writing() as db:
            access.initialise(db, runtime.sealer, is_demo=False, now=runtime.clock.now())
        return runtime.sealer.key_id


class TestOpenRuntime:
    def test_the_first_start_makes_a_key_and_the_second_takes_it(self, data_dir: Path) -> None:
        configuration = configured(data_dir)
        first = initialise(configuration)

        assert configuration.effective_key_file.exists()
        assert initialise(configuration) == first

    def test_a_database_without_its_key_gets_no_second_one(self, data_dir: Path) -> None:
        configuration = configured(data_dir)
        initialise(configuration)
        configuration.effective_key_file.unlink()

        with pytest.raises(SealingKeyUnusable, match="is missing"), open_runtime(configuration):
            pass
        assert not configuration.effective_key_file.exists()

    @pytest.mark.databases("mariadb", "postgresql")
    def test_neither_does_a_database_on_a_server(
        self, data_dir: Path, empty_database_url: str
    ) -> None:
        configuration = configured(data_dir, empty_database_url)
        initialise(configuration)
        configuration.effective_key_file.unlink()

        with pytest.raises(SealingKeyUnusable, match="is missing"), open_runtime(configuration):
            pass
        assert not configuration.effective_key_file.exists()

    def test_a_server_that_does_not_answer_gets_no_key_and_shows_no_password(
        self, data_dir: Path
    ) -> None:
        configuration = configured(data_dir, "postgresql+psycopg://me:hunter2!@127.0.0.1:1/x")

        with (
            pytest.raises(Unavailable, match="cannot be reached") as refused,
            open_runtime(configuration),
        ):
            pass
        assert "hunter2" not in str(refused.value)
        assert not configuration.effective_key_file.exists()

    def test_another_key_is_refused_before_anything_is_written(self, data_dir: Path) -> None:
        configuration = configured(data_dir)
        initialise(configuration)
        before = (data_dir / "retinue.db").read_bytes()
        configuration.effective_key_file.write_text(bytes(32).hex())

        with pytest.raises(SealingKeyUnusable, match="not the one that this database"):
            initialise(configuration)
        assert (data_dir / "retinue.db").read_bytes() == before

    def test_the_data_directory_is_for_its_owner_only(self, tmp_path: Path) -> None:
        initialise(configured(tmp_path / "new" / "data"))

        assert (tmp_path / "new" / "data").stat().st_mode & 0o777 == 0o700


class TestCommand:
    def test_a_key_that_the_world_can_read_ends_the_command_with_3_and_one_sentence(
        self, data_dir: Path
    ) -> None:
        configuration = configured(data_dir)
        initialise(configuration)
        configuration.effective_key_file.chmod(0o644)
        ended = subprocess.run(
            [sys.executable, "-m", "retinue", "--data-dir", str(data_dir), "access", "setup-url"],
            env={**os.environ, "PYTHONPATH": str(SRC)},
            capture_output=True,
            text=True,
        )

        assert ended.returncode == 3
        assert ended.stderr.strip().count("\n") == 0
        assert "chmod 600" in ended.stderr
