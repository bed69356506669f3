"""Rows as a question gives them, and how many of them a statement changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import CursorResult
from sqlalchemy.orm import Session

Rows = Sequence[Any]
"""What a question of several columns is answered with: each column is an attribute."""


def changed(db: Session, statement: Any) -> int:
    """How many rows the statement has changed. What `db` has read of them stays as it was read."""
    options = {"synchronize_session": False}
    return cast("CursorResult[Any]", db.execute(statement, execution_options=options)).rowcount
