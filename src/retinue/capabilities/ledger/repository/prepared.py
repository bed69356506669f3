"""
Statements that are compiled once per engine.

Core looks a statement up in its cache and lays its parameters out anew at every
execution. For the statements around each act that costs more than the database
itself, so here it is done once. What is sent is what Core would send.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Sequence
from typing import Any, cast

from sqlalchemy import ClauseElement, Connection, CursorResult, Select
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.sql.compiler import SQLCompiler

_Processor = Callable[[Any], Any] | None


class Prepared:
    """`names` are the columns that an INSERT is given; other statements know their parameters."""

    def __init__(self, statement: ClauseElement, names: Sequence[str] | None = None) -> None:
        self._statement = statement
        self._names = names
        self._forms: dict[str, _Form] = {}

    def run(self, connection: Connection, values: dict[str, Any]) -> CursorResult[Any]:
        form = self._form(connection.dialect)
        return connection.exec_driver_sql(form.text, form.laid_out(values))

    def first(self, connection: Connection, values: dict[str, Any]) -> Any:
        """The first row of a SELECT, its columns as attributes; none where there is no row."""
        form = self._form(connection.dialect)
        row = connection.exec_driver_sql(form.text, form.laid_out(values)).first()
        return None if row is None else form.read(row)

    def run_many(self, connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
        form = self._form(connection.dialect)
        connection.exec_driver_sql(form.text, [form.laid_out(row) for row in rows])

    def _form(self, dialect: Dialect) -> _Form:
        form = self._forms.get(dialect.name)
        if form is None:
            form = self._forms[dialect.name] = _Form(self._statement, self._names, dialect)
        return form


class _Form:
    """One statement as one engine's driver takes it."""

    def __init__(
        self, statement: ClauseElement, names: Sequence[str] | None, dialect: Dialect
    ) -> None:
        compiled = cast(
            "SQLCompiler",
            statement.compile(dialect=cast("DefaultDialect", dialect), column_keys=names),
        )
        self.text = str(compiled)
        self._is_positional = compiled.positional
        order = compiled.positiontup if compiled.positional else list(compiled.binds)
        self._parameters = [
            (name, _processor_of(compiled, name, dialect), compiled.binds[name].value)
            for name in order or ()
        ]
        self._row, self._readers = _readers_of(statement, dialect)

    def read(self, row: Sequence[Any]) -> Any:
        pairs = zip(row, self._readers, strict=True)
        return self._row(*(read(value) if read is not None else value for value, read in pairs))

    def laid_out(self, values: dict[str, Any]) -> Any:
        laid_out = [
            (name, process(value) if process is not None else value)
            for name, process, preset in self._parameters
            for value in (values.get(name, preset),)
        ]
        if self._is_positional:
            return tuple(value for _, value in laid_out)
        return dict(laid_out)


def _processor_of(compiled: SQLCompiler, name: str, dialect: Dialect) -> _Processor:
    kind = compiled.binds[name].type
    return cast("_Processor", kind.dialect_impl(dialect).bind_processor(dialect))


def _readers_of(statement: ClauseElement, dialect: Dialect) -> tuple[Any, list[_Processor]]:
    if not isinstance(statement, Select):
        return None, []
    columns = statement.selected_columns
    readers = [
        cast("_Processor", column.type.dialect_impl(dialect).result_processor(dialect, None))
        for column in columns
    ]
    return namedtuple("Found", [column.name for column in columns]), readers  # noqa: PYI024
