"""
Writes the step from the migrations to the models: `new_migration.py "what it is for"`.

`--first` writes the whole history again as one revision. That is for the time
before the first release only: afterwards a revision that has left the house is
never changed.

Every statement can be repeated, because MariaDB commits each by itself and a
killed upgrade starts again from the beginning.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.autogenerate.rewriter import Rewriter
from alembic.migration import MigrationContext
from alembic.operations import ops

from retinue.entrypoints.models import metadata
from retinue.foundation.database import Database, migrations
from retinue.foundation.database.partial import tell_postgresql

ROOT = Path(__file__).resolve().parent.parent
VERSIONS = ROOT / "migrations" / "versions"
FIRST = "The first schema: every table, and the triggers that keep what was written down from being changed."

HEAD = '''"""{message}"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

from retinue.foundation.database import steps
from retinue.foundation.database.append_only import guards
from retinue.foundation.database.record import TABLE_OPTIONS, UtcDateTime

revision = {revision!r}
down_revision = {down_revision!r}


def upgrade() -> None:
{upgrade}


def downgrade() -> None:
{downgrade}
'''

GUARDS = """
    for table in {tables!r}:
        for statement in guards(table, op.get_bind().dialect.name):
            # The driver gets the statement as it is: a colon or a percent sign in it is no parameter.
            op.get_bind().exec_driver_sql(statement)
"""

repeatable = Rewriter()


@repeatable.rewrites(ops.CreateTableOp)
def _create_table(
    _context: object, _revision: object, step: ops.CreateTableOp
) -> ops.CreateTableOp:
    step.if_not_exists = True
    return step


@repeatable.rewrites(ops.DropTableOp)
def _drop_table(_context: object, _revision: object, step: ops.DropTableOp) -> ops.DropTableOp:
    step.if_exists = True
    return step


@repeatable.rewrites(ops.CreateIndexOp)
def _create_index(
    _context: object, _revision: object, step: ops.CreateIndexOp
) -> ops.CreateIndexOp:
    step.if_not_exists = True
    return step


@repeatable.rewrites(ops.DropIndexOp)
def _drop_index(_context: object, _revision: object, step: ops.DropIndexOp) -> ops.DropIndexOp:
    step.if_exists = True
    return step


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("message", nargs="?", default=FIRST)
    parser.add_argument("--first", action="store_true")
    chosen = parser.parse_args(arguments)
    if chosen.first:
        for old in VERSIONS.glob("*.py"):
            old.unlink()
        path = write(FIRST, slug="first_schema", down_revision=None)
    elif chosen.message is FIRST:
        parser.error("say what the step is for")
    else:
        slug = re.sub(r"[^a-z0-9]+", "_", chosen.message.lower()).strip("_")[:40]
        path = write(chosen.message, slug=slug, down_revision=migrations.head())
    tidy(path)
    print(path.relative_to(ROOT))
    return 0


def write(message: str, *, slug: str, down_revision: str | None) -> Path:
    revision = f"{int(down_revision or 0) + 1:04d}"
    tell_postgresql(metadata)
    with tempfile.TemporaryDirectory() as directory:
        database = Database(f"sqlite:///{Path(directory) / 'before.db'}")
        if down_revision is not None:
            migrations.upgrade(database)
        with database.reader.connect() as connection:
            context = MigrationContext.configure(
                connection, opts={"compare_type": True, "user_module_prefix": ""}
            )
            script = produce_migrations(context, metadata)
            repeatable(context, revision, [script])
        database.close()
    if script.upgrade_ops is None or script.downgrade_ops is None:
        sys.exit("Alembic found nothing to compare.")
    guarded = tuple(
        step.table_name
        for step in script.upgrade_ops.ops
        if isinstance(step, ops.CreateTableOp)
        and metadata.tables[step.table_name].info.get("append_only")
    )
    upgrade = as_source(script.upgrade_ops)
    path = VERSIONS / f"{revision}_{slug}.py"
    text = HEAD.format(
        message=message,
        revision=revision,
        down_revision=down_revision,
        upgrade=upgrade + (GUARDS.format(tables=guarded) if guarded else ""),
        downgrade=as_source(script.downgrade_ops),
    )
    path.write_text(text, encoding="utf-8")
    return path


def as_source(container: ops.UpgradeOps | ops.DowngradeOps) -> str:
    source = render_python_code(container, user_module_prefix="", render_as_batch=False)
    source = "\n".join(line for line in source.splitlines() if not line.strip().startswith("#"))
    # Options that every table has are written once, and their values stay out of the history.
    source = re.sub(r",\s*(?:mysql|mariadb)_\w+='[^']*'", "", source)
    source = re.sub(
        r"(op\.create_table\((?:.|\n)*?)if_not_exists=True\n?\s*\)",
        r"\1if_not_exists=True, **TABLE_OPTIONS)",
        source,
    )
    source = source.replace("op.add_column(", "steps.add_column(")
    source = source.replace("op.drop_column(", "steps.drop_column(")
    return source.rstrip() or "    pass"


def tidy(path: Path) -> None:
    ruff = str(Path(sys.executable).parent / "ruff")
    subprocess.run(
        [ruff, "check", "--quiet", "--fix", "--select", "F401,I", str(path)], check=False
    )
    subprocess.run([ruff, "format", "--quiet", str(path)], check=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
