"""
Steps of a migration that can be repeated where the engine itself knows no `IF NOT EXISTS`.

MariaDB and MySQL commit each statement by itself, so an upgrade that was killed
runs its first steps a second time.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op


def add_column(table: str, column: sa.Column[Any]) -> None:
    if not has_column(table, column.name):
        op.add_column(table, column)


def drop_column(table: str, column: str) -> None:
    if has_column(table, column):
        op.drop_column(table, column)


def has_column(table: str, column: str) -> bool:
    return column in {known["name"] for known in sa.inspect(op.get_bind()).get_columns(table)}
