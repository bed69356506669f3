"""A change of an account as an operator asks for it, and what the audit trail then says."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from retinue.capabilities.accounts import service
from retinue.capabilities.accounts.schemas import AccountChange
from retinue.foundation.runtime import Runtime


def change(
    runtime: Runtime, account_id: int, *, if_revision: int | None = None, **sent: Any
) -> Any:
    with runtime.database.writing() as db:
        return service.change(
            db,
            account_id,
            AccountChange(**sent),
            actor="operator:anna",
            now=runtime.clock.now(),
            if_revision=if_revision,
        )


def audited(runtime: Runtime) -> list[str]:
    with runtime.database.reading() as db:
        return list(db.scalars(text("SELECT action FROM audit_entries ORDER BY id")))
