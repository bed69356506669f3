"""
A statement for which the engines have different words.

It is written down for an engine when that engine first asks, so that no process
carries the dialect of an engine that it does not use.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.engine import Dialect

Spelling = Callable[[Any], Any]
"""Is given what SQLAlchemy has for one engine, as `sqlalchemy.dialects.sqlite`, and calls its `insert`."""


def family_of(dialect: Dialect) -> str:
    """`sqlite`, `postgresql` or `mysql`, which stands for MariaDB too."""
    return "mysql" if dialect.name == "mariadb" else dialect.name


class Spelled:
    """`usual` is for SQLite and PostgreSQL, which agree about `ON CONFLICT`; `mysql` for MariaDB too."""

    def __init__(self, usual: Spelling, *, mysql: Spelling | None = None) -> None:
        self._spellings = {"sqlite": usual, "postgresql": usual, "mysql": mysql}
        self._statements: dict[str, Any] = {}

    def on(self, connection: Connection) -> Any:
        return self.in_words_of(connection.dialect)

    def in_words_of(self, dialect: Dialect) -> Any:
        family = family_of(dialect)
        statement = self._statements.get(family)
        if statement is None:
            spell = self._spellings[family]
            if spell is None:
                message = f"nobody has said how this is asked of {family}"
                raise NotImplementedError(message)
            statement = spell(import_module(f"sqlalchemy.dialects.{family}"))
            self._statements[family] = statement
        return statement
