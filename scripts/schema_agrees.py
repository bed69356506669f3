"""Refuses models and migrations that differ: what `alembic check` asks, of a fresh SQLite file."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from retinue.entrypoints.models import metadata
from retinue.foundation.database import Database, migrations


def main() -> int:
    with tempfile.TemporaryDirectory() as directory:
        database = Database(f"sqlite:///{Path(directory) / 'fresh.db'}")
        migrations.upgrade(database)
        found = differences(database)
        database.close()
    for difference in found:
        print(f"models and migrations differ: {difference}")
    if found:
        print("scripts/new_migration 'what it is for' writes the missing step.")
    return 1 if found else 0


def differences(database: Database) -> list[Any]:
    """What a new migration would have to do; empty when the schema is what the models say."""
    with database.reader.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found: list[Any] = compare_metadata(context, metadata)
        return found


if __name__ == "__main__":
    sys.exit(main())
