from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, make_url, text

from retinue.foundation.database import Database, migrations, snapshots
from scripts.schema_agrees import differences
from tests.fixtures.databases import open_database

# Every statement of every revision is killed in `make chaos`, a spread of them here.
KILLS = 10_000 if os.environ.get("RETINUE_CHAOS") == "long" else 8
SCRIPTS = ScriptDirectory(str(Path(__file__).parents[4] / "migrations"))
REVISIONS = [script.revision for script in SCRIPTS.walk_revisions()][::-1]


@pytest.fixture
def empty(empty_database_url: str) -> Iterator[Database]:
    opened = open_database(empty_database_url)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def upgrader() -> Iterator[subprocess.Popen[str]]:
    script = Path(__file__).with_name("upgrader.py")
    process = subprocess.Popen(
        [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    yield process
    process.communicate()


def upgrade_elsewhere(
    upgrader: subprocess.Popen[str], database: Database, *, to: str, die_at: int | None = None
) -> Any:
    assert upgrader.stdin is not None
    assert upgrader.stdout is not None
    url = database.url.render_as_string(hide_password=False)
    upgrader.stdin.write(json.dumps({"url": url, "to": to, "die_at": die_at}) + "\n")
    upgrader.stdin.flush()
    return json.loads(upgrader.stdout.readline())


def wipe(database: Database) -> None:
    """Back to nothing, faster than another database."""
    database.reader.dispose()
    database.writer.dispose()
    if database.backend == "sqlite":
        for path in Path(str(database.url.database)).parent.glob(
            f"{Path(str(database.url.database)).name}*"
        ):
            path.unlink()
        return
    with database.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if database.backend == "postgresql":
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        else:
            name = database.url.database
            connection.execute(text(f"DROP DATABASE {name}"))
            connection.execute(text(f"CREATE DATABASE {name}"))
    database.writer.dispose()


def outline(database: Database) -> dict[str, list[str]]:
    with database.reader.connect() as connection:
        inspector = inspect(connection)
        return {
            table: sorted(column["name"] for column in inspector.get_columns(table))
            for table in inspector.get_table_names()
        }


class TestUpgrade:
    def test_it_leads_to_what_the_models_say(self, empty: Database) -> None:
        assert migrations.upgrade(empty) is True

        assert differences(empty) == []

    def test_a_second_one_does_nothing(self, empty: Database) -> None:
        migrations.upgrade(empty)

        assert migrations.upgrade(empty) is False

    @pytest.mark.chaos
    @pytest.mark.timeout(1800)
    @pytest.mark.parametrize("number", range(len(REVISIONS)), ids=REVISIONS)
    def test_a_kill_at_any_statement_leaves_a_database_that_can_be_upgraded(
        self, empty: Database, upgrader: subprocess.Popen[str], number: int
    ) -> None:
        before, after = ([None, *REVISIONS])[number], REVISIONS[number]

        def prepare() -> dict[str, list[str]]:
            wipe(empty)
            if before is not None:
                migrations.upgrade(empty, to=before)
            return outline(empty)

        old = prepare()
        statements = upgrade_elsewhere(upgrader, empty, to=after)["statements"]
        new = outline(empty)
        assert statements > 3

        for die_at in spread(statements, KILLS):
            prepare()
            ended = upgrade_elsewhere(upgrader, empty, to=after, die_at=die_at)
            assert ended["status"] == -signal.SIGKILL

            if empty.backend in {"sqlite", "postgresql"}:
                assert outline(empty) == old, f"killed at statement {die_at}"
                assert migrations.current(empty) == before
            assert migrations.upgrade(empty, to=after) is True
            assert outline(empty) == new, f"killed at statement {die_at}"
        assert migrations.upgrade(empty) is (after != migrations.head())
        assert differences(empty) == []

    def test_of_two_at_once_one_does_the_work(self, empty: Database) -> None:
        others = [open_database(empty.url.render_as_string(hide_password=False)) for _ in range(4)]

        with ThreadPoolExecutor(4) as pool:
            done = list(pool.map(migrations.upgrade, others))

        for other in others:
            other.close()
        assert sorted(done) == [False, False, False, True]
        assert differences(empty) == []

    def test_a_newer_schema_is_refused_and_left_alone(self, empty: Database) -> None:
        migrations.upgrade(empty)
        with empty.writing_core() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

        with pytest.raises(migrations.SchemaTooNew, match="schema 9999, which this version"):
            migrations.upgrade(empty)

        assert migrations.current(empty) == "9999"


@pytest.mark.databases("sqlite")
class TestSnapshot:
    @pytest.fixture
    def older(self, database: Database) -> Database:
        """A database that holds a row and says that it has not been upgraded to the end."""
        with database.writing_core() as connection:
            connection.execute(
                text("INSERT INTO event_counter (id, last, oldest) VALUES (1, 5, 1)")
            )
        return database

    def test_a_fresh_database_needs_none(self, empty: Database, data_dir: Path) -> None:
        migrations.upgrade(empty, data_dir=data_dir)

        assert not (data_dir / "backups").exists()

    def test_it_holds_every_row_and_is_private(self, older: Database, data_dir: Path) -> None:
        take(older, data_dir)

        (copy,) = (data_dir / "backups").iterdir()
        assert copy.name == f"before-next-from-{migrations.head()}.db"
        assert copy.stat().st_mode & 0o777 == 0o600
        with sqlite3.connect(copy) as connection:
            assert connection.execute("SELECT last FROM event_counter").fetchall() == [(5,)]
        connection.close()

    def test_a_second_try_replaces_it(self, older: Database, data_dir: Path) -> None:
        take(older, data_dir)
        (data_dir / "backups" / f"before-next-from-{migrations.head()}.part").write_text("half")

        take(older, data_dir)

        assert len(list((data_dir / "backups").iterdir())) == 1

    def test_where_it_cannot_be_made_the_reason_is_told(
        self, older: Database, data_dir: Path
    ) -> None:
        (data_dir / "backups").write_text("a file where the folder should be")

        with pytest.raises(snapshots.SnapshotFailed, match=r"could not be copied to .*backups"):
            take(older, data_dir)


def take(database: Database, data_dir: Path) -> None:
    connection = sqlite3.connect(str(make_url(database.url).database))
    try:
        snapshots.before_upgrade(
            connection,
            file=str(database.url.database),
            folder=data_dir / "backups",
            head="next",
        )
    finally:
        connection.close()


def spread(count: int, wanted: int) -> list[int]:
    """At most `wanted` numbers from 1 to `count`, the first and the last among them."""
    if wanted >= count:
        return list(range(1, count + 1))
    return sorted({1 + round(step * (count - 1) / (wanted - 1)) for step in range(wanted)})


def test_the_head_that_is_read_is_the_one_that_would_run() -> None:
    assert migrations.head() == SCRIPTS.get_current_head()
