"""
One of many values, given as one parameter.

A list of ten thousand parameters costs more to lay out than to look up.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Connection, String, bindparam, func, text


class Among:
    """`column` is one of the texts, or of the numbers, that are given under `name` at each execution."""

    def __init__(self, column: ColumnElement[Any], name: str) -> None:
        self._name = name
        kind = BigInteger() if column.type.python_type is int else String()
        self._forms: dict[str, ColumnElement[bool]] = {
            "sqlite": column.op("IN", is_comparison=True)(
                text(f"(SELECT value FROM json_each(:{name}))")  # noqa: S608 - a name of our own
            ),
            "postgresql": column == func.any(bindparam(name, type_=ARRAY(kind))),
        }
        self._as_list = column.in_(bindparam(name, expanding=True))

    def on(self, connection: Connection) -> ColumnElement[bool]:
        """The condition as the engine takes it."""
        return self.in_words_of(connection.dialect.name)

    def in_words_of(self, family: str) -> ColumnElement[bool]:
        """The same for a statement that is laid out before there is a connection; `family` names a dialect."""
        return self._forms.get(family, self._as_list)

    def given(
        self, connection: Connection, values: Sequence[str] | Sequence[int]
    ) -> dict[str, Any]:
        """What to execute the statement with."""
        is_sqlite = connection.dialect.name == "sqlite"
        return {self._name: json.dumps(values) if is_sqlite else list(values)}
