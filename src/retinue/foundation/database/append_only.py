"""
Tables whose rows are never changed or removed: the database itself refuses.

`append_only(table)` adds the triggers wherever the schema is made from the
models; a migration runs the same statements from `guards`.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table, event

_REFUSED = "rows of {table} are never changed or removed"


def append_only(table: Table) -> None:
    # scripts/new_migration.py reads this when it writes the step that makes the table.
    table.info["append_only"] = True
    event.listen(table, "after_create", _create_guards)


def guards(table: str, backend: str) -> list[str]:
    """The statements that make `table` append-only. They may be run twice."""
    message = _REFUSED.format(table=table)
    if backend == "postgresql":
        function = (
            f"CREATE OR REPLACE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'restrict_violation'; END $$"
        )
        trigger = (
            f"CREATE OR REPLACE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {table}_is_append_only()"
        )
        return [function, trigger]
    refuse = (
        f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        if backend == "sqlite"
        else f"FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '{message}'"
    )
    return [
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb.lower()} BEFORE {verb} ON {table} {refuse}"
        for verb in ("UPDATE", "DELETE")
    ]


def _create_guards(target: Table, connection: Connection, **_: Any) -> None:
    for statement in guards(target.name, connection.dialect.name):
        connection.exec_driver_sql(statement)
