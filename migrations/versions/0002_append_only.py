"""The head of the audit chain, and the triggers that keep what was written down from being changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from retinue.foundation.database.append_only import guards
from retinue.foundation.database.record import TABLE_OPTIONS

revision = "0002"
down_revision = "0001"

_APPEND_ONLY = ("audit_entries", "interaction_events")


def upgrade() -> None:
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last_id", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    backend = op.get_bind().dialect.name
    for table in _APPEND_ONLY:
        for statement in guards(table, backend):
            # The driver gets the statement as it is: a colon or a percent sign in it is no parameter.
            op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    backend = op.get_bind().dialect.name
    for table in _APPEND_ONLY:
        names = (f"{table}_no_update", f"{table}_no_delete")
        if backend == "postgresql":
            op.execute(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")
            op.execute(f"DROP FUNCTION IF EXISTS {table}_is_append_only()")
        else:
            for name in names:
                op.execute(f"DROP TRIGGER IF EXISTS {name}")
    op.drop_table("audit_head", if_exists=True)
