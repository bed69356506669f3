from __future__ import annotations

from typing import Any, cast

from sqlalchemy import CursorResult
from sqlalchemy.orm import Session


def changed(db: Session, statement: Any) -> int:
    options = {"synchronize_session": False}
    return cast("CursorResult[Any]", db.execute(statement, execution_options=options)).rowcount
