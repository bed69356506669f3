"""From "validate these accounts", or recover or rotate them, to batches of the queue, with an outcome for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account, Lifecycle
from retinue.capabilities.accounts.schemas import (
    BulkAction,
    BulkOutcome,
    BulkReport,
    BulkRequest,
    BulkRow,
)
from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.models import TaskStatus, TaskType
from retinue.capabilities.tasks.schemas import BatchCreate, BatchItem, TaskFilter
from retinue.foundation.runtime import Runtime
from retinue.workflows.connecting import service as connecting
from retinue.workflows.engagement import service as engagement
from retinue.workflows.signing_in import service as signing_in

_BATCH = 1000
_PAGE = 1000
_TYPES: Mapping[BulkAction, TaskType] = {
    BulkAction.validate: TaskType.validate_account,
    BulkAction.recover: TaskType.recover_account,
    BulkAction.rotate: TaskType.rotate_password,
    BulkAction.refresh_cookies: TaskType.refresh_cookies,
}
_NAMES: Mapping[BulkAction, str] = {
    BulkAction.validate: "validation",
    BulkAction.recover: "recovery",
    BulkAction.rotate: "password rotation",
    BulkAction.refresh_cookies: "refresh of cookies",
}
_IN_A_BROWSER = frozenset(_TYPES.values()) - {TaskType.validate_account}
_OPEN = (TaskStatus.pending, TaskStatus.running)


def order(
    runtime: Runtime,
    wanted: BulkRequest,
    *,
    by: accounts.Initiator,
    is_done_elsewhere: bool = False,
) -> BulkReport:
    """
    Put a task for each account into the queue, a thousand to a batch. Who waits for one of the same type
    already, or is in one, is not asked for twice. Which networks are connected is for the process to
    know in which it is done.

    Raises:
        TypeNotRunnable: nothing in this installation does it.
    """
    kind, name = _TYPES[wanted.action], _NAMES[wanted.action]
    batch_ids: list[str] = []

    def perform(
        db: Session,
        wanted: BulkRequest,
        found: Sequence[Account],
        *,
        by: accounts.Initiator,
        now: datetime,
    ) -> list[BulkRow]:
        asked = asked_for(db, kind) if found else frozenset()
        connected = {
            network: is_done_elsewhere or connecting.is_connected(db, runtime, network)
            for network in {account.network for account in found}
        }
        siteless = frozenset(
            network
            for network in connected
            if kind in _IN_A_BROWSER
            and not (is_done_elsewhere or signing_in.has_site(runtime, network))
        )
        rows = [
            _siteless(account, name)
            if account.network in siteless
            else _row(account, name, asked=asked, is_connected=connected[account.network])
            for account in found
        ]
        new = [row.id for row in rows if row.outcome is BulkOutcome.changed]
        if new and not wanted.dry_run:
            batch = BatchCreate(
                type=kind,
                name=wanted.reason or name,
                tasks=[BatchItem(account_id=one) for one in new],
            )
            made = tasks.create_batch(db, batch, actor=by.actor, now=now, account_ids=by.only_ids)
            batch_ids.append(made.id)
        return rows

    report = accounts.act_on_many(runtime, wanted, by=by, perform=perform, chunk_size=_BATCH)
    return report.model_copy(update={"batch_ids": batch_ids})


def asked_for(db: Session, kind: TaskType = TaskType.validate_account) -> frozenset[int]:
    """The accounts that wait for a task of the type, or are in one."""
    wanted = TaskFilter(statuses=_OPEN, types=(kind,))
    found: set[int] = set()
    before: str | None = None
    while True:
        rows = tasks.page(db, wanted, before_id=before, limit=_PAGE)
        found.update(row.account_id for row in rows if row.account_id is not None)
        if len(rows) < _PAGE:
            return frozenset(found)
        before = rows[-1].id


def _siteless(account: Account, name: str) -> BulkRow:
    reason = f"a {name} is done on the network's web site, and none is known of {account.network}"
    return BulkRow(
        id=account.id, account=account.account_no, outcome=BulkOutcome.refused, reason=reason
    )


def _row(account: Account, name: str, *, asked: frozenset[int], is_connected: bool) -> BulkRow:
    outcome, reason = BulkOutcome.changed, None
    if account.lifecycle is Lifecycle.retired:
        outcome, reason = BulkOutcome.refused, "it is retired; revive it first"
    elif not is_connected:
        refusal = engagement.not_connected(account.network)
        outcome, reason = BulkOutcome.refused, refusal.message
    elif account.id in asked:
        outcome, reason = BulkOutcome.unchanged, f"it waits for its {name} already"
    elif account.paused_at is not None:
        reason = f"it is paused: its {name} waits until it is resumed"
    return BulkRow(id=account.id, account=account.account_no, outcome=outcome, reason=reason)
