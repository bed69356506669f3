"""In whose name a task sends a password."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.schemas import LogInWish
from retinue.capabilities.tasks import service as tasks


def wish_of_task(task_id: str) -> Callable[[Session], LogInWish]:
    """Whoever has asked for it; what the queue repeats by itself is nobody's wish."""

    def wish(db: Session) -> LogInWish:
        task = tasks.get(db, task_id)
        if task.retries:
            return LogInWish(task.requested_by)
        return accounts.wish_of(task.requested_by, task.created_at)

    return wish
