"""How SQLite means to answer what is asked of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event


@contextmanager
def noted(engine: Engine) -> Iterator[list[str]]:
    """The lines of the plans of every `SELECT` until the block ends."""
    plans: list[str] = []

    def look(connection: Any, _: Any, statement: str, parameters: Any, *__: Any) -> None:
        if statement.startswith("SELECT"):
            found = connection.connection.dbapi_connection.execute(
                f"EXPLAIN QUERY PLAN {statement}", parameters
            )
            plans.extend(row[-1] for row in found)

    event.listen(engine, "before_cursor_execute", look)
    try:
        yield plans
    finally:
        event.remove(engine, "before_cursor_execute", look)
