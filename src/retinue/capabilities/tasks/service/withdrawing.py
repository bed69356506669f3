"""What a person was asked to do for tasks that nobody wants any more."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.inbox import service as inbox
from retinue.capabilities.inbox.models import ItemKind
from retinue.capabilities.ledger import service as ledger

CANCELLED = "cancelled"
_AT_ONCE = 500


def take_back(
    db: Session, wanted_no_more: Iterable[tuple[str, int | None]], *, by: str, now: datetime
) -> None:
    """
    Of these tasks, each with its account, nobody needs to do anything by hand. An act that was
    handed to a person may have been performed by now, so it is looked for.
    """
    every = list(wanted_no_more)
    for start in range(0, len(every), _AT_ONCE):
        some = every[start : start + _AT_ONCE]
        ids = {task_id for task_id, _ in some}
        account_ids = {account_id for _, account_id in some if account_id is not None}
        inbox.close_about(db, "task", ids, resolution=CANCELLED, by=by, now=now)
        for item in inbox.waiting_of(db, ItemKind.assisted_task, account_ids):
            if item.subject_kind != "attempt" or item.details.get("task_id") not in ids:
                continue
            if inbox.close(db, item.key, resolution=CANCELLED, by=by, now=now):
                ledger.take_back(db, item.subject_id, now=now)
