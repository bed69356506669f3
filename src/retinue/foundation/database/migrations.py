"""
The schema's one line of history, and how a database is brought to its head.

On SQLite and PostgreSQL an upgrade is one transaction: a kill leaves the old
schema or the new one. MariaDB and MySQL commit every DDL statement by
themselves, so there each statement can be repeated and the next upgrade
completes from any point.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

import retinue
from retinue.foundation.database.handle import Database


class SchemaTooNew(Exception):
    """The database was written by a newer Retinue."""


def upgrade(database: Database) -> bool:
    """
    Bring the schema to the head; say whether anything was done. Safe to repeat and to race.

    Raises:
        SchemaTooNew: this program does not know the schema's version.
    """
    with database.writing_core() as connection:
        version = _version(connection)
        if version == head():
            return False
        known = {script.revision for script in _scripts().walk_revisions()}
        if version is not None and version not in known:
            message = (
                f"The database has schema {version}, which this version of Retinue ({retinue.__version__}) "
                "does not know. Start the newer version again, or restore the backup made before its upgrade."
            )
            raise SchemaTooNew(message)
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        return True


def current(database: Database) -> str | None:
    """The schema's revision, None for an empty database."""
    with database.reader.connect() as connection:
        return _version(connection)


@cache
def head() -> str:
    return str(_scripts().get_current_head())


def _version(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_location()).replace("%", "%%"))
    return config


def _location() -> Path:
    """Inside the installed package, or at the root of a checkout."""
    package = Path(retinue.__file__).parent
    installed = package / "_migrations"
    return installed if installed.is_dir() else package.parents[1] / "migrations"
