"""From "validate these accounts" to batches of the queue, with an outcome for each account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account, Lifecycle
from retinue.capabilities.accounts.schemas import BulkOutcome, BulkReport, BulkRequest, BulkRow
from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.models import TaskStatus, TaskType
from retinue.capabilities.tasks.schemas import BatchCreate, BatchItem, TaskFilter
from retinue.foundation.runtime import Runtime
from retinue.workflows.engagement import service as engagement

_BATCH = 1000
_PAGE = 1000
_OPEN = (TaskStatus.pending, TaskStatus.running)


def order(
    runtime: Runtime,
    wanted: BulkRequest,
    *,
    by: accounts.Initiator,
    is_done_elsewhere: bool = False,
) -> BulkReport:
    """
    Put a validation of each account into the queue, a thousand to a batch. Who waits for one
    already, or is being validated, is not asked for twice. Which networks are connected is for
    the process to know in which it is done.

    Raises:
        TypeNotRunnable: nothing in this installation validates accounts.
    """
    batch_ids: list[str] = []
    url = runtime.configuration.sandgram_url

    def is_connected(account: Account) -> bool:
        known = engagement.is_connected(account.network, sandgram_url=url)
        return known or is_done_elsewhere

    def perform(
        db: Session,
        wanted: BulkRequest,
        found: Sequence[Account],
        *,
        by: accounts.Initiator,
        now: datetime,
    ) -> list[BulkRow]:
        asked = asked_for(db) if found else frozenset()
        rows = [_row(account, asked=asked, is_connected=is_connected(account)) for account in found]
        new = [row.id for row in rows if row.outcome is BulkOutcome.changed]
        if new and not wanted.dry_run:
            batch = BatchCreate(
                type=TaskType.validate_account,
                name=wanted.reason or "validation",
                tasks=[BatchItem(account_id=one) for one in new],
            )
            made = tasks.create_batch(db, batch, actor=by.actor, now=now, account_ids=by.only_ids)
            batch_ids.append(made.id)
        return rows

    report = accounts.act_on_many(runtime, wanted, by=by, perform=perform, chunk_size=_BATCH)
    return report.model_copy(update={"batch_ids": batch_ids})


def asked_for(db: Session) -> frozenset[int]:
    """The accounts that wait for a validation, or are being validated."""
    wanted = TaskFilter(statuses=_OPEN, types=(TaskType.validate_account,))
    found: set[int] = set()
    before: str | None = None
    while True:
        rows = tasks.page(db, wanted, before_id=before, limit=_PAGE)
        found.update(row.account_id for row in rows if row.account_id is not None)
        if len(rows) < _PAGE:
            return frozenset(found)
        before = rows[-1].id


def _row(account: Account, *, asked: frozenset[int], is_connected: bool) -> BulkRow:
    outcome, reason = BulkOutcome.changed, None
    if account.lifecycle is Lifecycle.retired:
        outcome, reason = BulkOutcome.refused, "it is retired; revive it first"
    elif not is_connected:
        refusal = engagement.not_connected(account.network)
        outcome, reason = BulkOutcome.refused, refusal.message
    elif account.id in asked:
        outcome, reason = BulkOutcome.unchanged, "it waits for its validation already"
    elif account.paused_at is not None:
        reason = "it is paused: its validation waits until it is resumed"
    return BulkRow(id=account.id, account=account.account_no, outcome=outcome, reason=reason)
