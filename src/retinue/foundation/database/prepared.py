"""
Statements that are compiled once per engine and handed straight to its driver.

Core looks a statement up in its cache, lays its parameters out anew and describes
its result at every execution. For the statements around each act that costs more
than the database itself, so here it is done once. What is sent is what Core would send.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, cast

from sqlalchemy import ClauseElement, Connection, Enum, Select
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

from retinue.foundation.database.record import UtcDateTime
from retinue.foundation.database.spelled import Spelled

_Processor = Callable[[Any], Any]


class Prepared:
    """`names` are the columns that an INSERT is given; other statements know their parameters."""

    def __init__(
        self, statement: ClauseElement | Spelled, names: Sequence[str] | None = None
    ) -> None:
        self._statement = statement
        self._names = names
        self._forms: dict[str, _Form] = {}

    def run(self, connection: Connection, values: dict[str, Any]) -> int:
        """How many rows were written."""
        form = self._form(connection)
        cursor = connection.connection.cursor()
        try:
            cursor.execute(form.text, form.laid_out(values))
            return int(cursor.rowcount)
        except form.errors as error:
            raise form.wrapped(error) from error
        finally:
            cursor.close()

    def run_many(self, connection: Connection, rows: Sequence[dict[str, Any]]) -> int:
        """How many rows were written in all."""
        form = self._form(connection)
        cursor = connection.connection.cursor()
        try:
            cursor.executemany(form.text, [form.laid_out(row) for row in rows])
            return int(cursor.rowcount)
        except form.errors as error:
            raise form.wrapped(error) from error
        finally:
            cursor.close()

    def first(self, connection: Connection, values: dict[str, Any]) -> Any:
        """The first row, its columns as attributes where it is that of a SELECT; none where there is none."""
        form = self._form(connection)
        cursor = connection.connection.cursor()
        try:
            cursor.execute(form.text, form.laid_out(values))
            row = cursor.fetchone()
        except form.errors as error:
            raise form.wrapped(error) from error
        finally:
            cursor.close()
        return None if row is None else form.read(row)

    def all(self, connection: Connection, values: dict[str, Any]) -> list[Any]:
        """As `first`, of every row of a SELECT."""
        form = self._form(connection)
        cursor = connection.connection.cursor()
        try:
            cursor.execute(form.text, form.laid_out(values))
            rows = cursor.fetchall()
        except form.errors as error:
            raise form.wrapped(error) from error
        finally:
            cursor.close()
        return [form.read(row) for row in rows]

    def _form(self, connection: Connection) -> _Form:
        form = self._forms.get(connection.dialect.name)
        if form is None:
            statement = self._statement
            if isinstance(statement, Spelled):
                statement = statement.on(connection)
            form = _Form(statement, self._names, connection.dialect)
            self._forms[connection.dialect.name] = form
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
        self.errors: type[Exception] = dialect.loaded_dbapi.Error
        self._dialect = dialect
        order = (compiled.positiontup if compiled.positional else list(compiled.binds)) or []
        self._is_positional = compiled.positional
        self._order = order
        self._presets = {name: compiled.binds[name].value for name in order}
        self._pick: Callable[[dict[str, Any]], tuple[Any, ...]] = _picker(order)
        self._writers = [
            (place, write)
            for place, name in enumerate(order)
            if (write := _writer(compiled, name, dialect)) is not None
        ]
        self._row: Any = None
        self._readers: list[tuple[int, _Processor]] = []
        if isinstance(statement, Select):
            columns = statement.selected_columns
            self._row = namedtuple("Found", [column.name for column in columns])  # type: ignore[misc]  # noqa: PYI024
            self._readers = [
                (place, read)
                for place, column in enumerate(columns)
                if (read := _reader(column.type, dialect)) is not None
            ]

    def wrapped(self, error: Exception) -> BaseException:
        """The driver's error as SQLAlchemy's, so that whoever waits for those still sees it."""
        return DBAPIError.instance(
            self.text, None, error, self.errors, dialect=cast("DefaultDialect", self._dialect)
        )

    def read(self, row: Sequence[Any]) -> Any:
        if self._row is None:
            return row
        values = list(row)
        for place, read in self._readers:
            value = values[place]
            if value is not None:
                values[place] = read(value)
        return self._row._make(values)

    def laid_out(self, values: dict[str, Any]) -> Any:
        """Only what has a type of its own is looked at one by one."""
        laid_out = list(self._pick({**self._presets, **values}))
        for place, write in self._writers:
            laid_out[place] = write(laid_out[place])
        if self._is_positional:
            return laid_out
        return dict(zip(self._order, laid_out, strict=True))


def _picker(names: Sequence[str]) -> Callable[[dict[str, Any]], tuple[Any, ...]]:
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: tuple(values[name] for name in names)


def _writer(compiled: SQLCompiler, name: str, dialect: Dialect) -> _Processor | None:
    kind = compiled.binds[name].type
    if isinstance(kind, UtcDateTime):
        return _moment_writer(dialect)
    write = _written_by(kind, dialect)
    # Of the few words of an enumeration each is looked up once.
    return lru_cache(maxsize=64)(write) if write is not None and isinstance(kind, Enum) else write


def _written_by(kind: Any, dialect: Dialect) -> _Processor | None:
    return cast("_Processor | None", kind.dialect_impl(dialect).bind_processor(dialect))


@lru_cache(maxsize=8)
def _moment_writer(dialect: Dialect) -> _Processor | None:
    """One for all statements of an engine: the same few moments stand in all the rows of one act."""
    write = _written_by(UtcDateTime(), dialect)
    return None if write is None else lru_cache(maxsize=64)(write)


def _reader(kind: Any, dialect: Dialect) -> _Processor | None:
    read = kind.dialect_impl(dialect).result_processor(dialect, None)
    return cast("_Processor | None", read)
