"""Runs inside the transaction that `retinue.foundation.database.migrations` has opened."""

from __future__ import annotations

from alembic import context

from retinue.entrypoints.models import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # The caller's transaction is the only one: what Alembic would begin by itself would end too early.
    transactional_ddl=False,
    render_as_batch=True,
    compare_type=True,
)
context.run_migrations()
