"""One act on many accounts: in short transactions, with an outcome for each of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import repository
from retinue.capabilities.accounts.models import Account, Lifecycle
from retinue.capabilities.accounts.rules import names
from retinue.capabilities.accounts.schemas import (
    QUEUED,
    AccountChange,
    BulkAction,
    BulkOutcome,
    BulkReport,
    BulkRequest,
    BulkRow,
)
from retinue.capabilities.accounts.service import changing
from retinue.capabilities.audit import service as audit
from retinue.foundation.errors import Invalid, Refusal
from retinue.foundation.runtime import Runtime

CHUNK = 100
_MOST_ROWS = 1000
_ORDER = {BulkOutcome.refused: 0, BulkOutcome.changed: 1, BulkOutcome.unchanged: 2}


@dataclass(frozen=True, slots=True)
class Initiator:
    """Who asks for it, and the only accounts that it may touch (None: all)."""

    actor: str
    only_ids: frozenset[int] | None = None
    request_id: str | None = None
    address: str | None = None


class Perform(Protocol):
    """Does it to these accounts, which are held unless it is a dry run, in the caller's transaction."""

    def __call__(
        self,
        db: Session,
        wanted: BulkRequest,
        found: Sequence[Account],
        *,
        by: Initiator,
        now: datetime,
    ) -> list[BulkRow]: ...


def act_on_many(
    runtime: Runtime,
    wanted: BulkRequest,
    *,
    by: Initiator,
    perform: Perform | None = None,
    chunk_size: int = CHUNK,
) -> BulkReport:
    """
    Do one thing to all that are meant, at most 100 in a transaction: a fraction of its 200 ms.

    Each account is changed and audited whole or not at all. Whatever interrupts it, the
    same request again does what is left and finds the rest unchanged. What this slice cannot
    do by itself comes as `perform`.

    Raises:
        Invalid: a label cannot be used, or the action is not done here.
    """
    if wanted.labels is not None:
        names.checked("labels", names.labels, wanted.labels)
    if perform is None and wanted.action in QUEUED:
        command = wanted.action.value.replace("_", "-")
        message = f"is done by the queue: `retinue accounts {command}`"
        raise Invalid.field("action", message)
    act = perform or _perform
    with runtime.database.reading() as db:
        ids = _meant(db, wanted, by)
    rows: list[BulkRow] = []
    for start in range(0, max(len(ids), 1), chunk_size):
        chunk = ids[start : start + chunk_size]
        now = runtime.clock.now()
        if wanted.dry_run:
            with runtime.database.reading() as db:
                rows += _chunk(db, wanted, chunk, act=act, by=by, now=now)
            continue
        with runtime.database.writing() as db:
            if start == 0:
                _record_act(db, wanted, by=by, matched=len(ids), now=now)
            rows += _chunk(db, wanted, chunk, act=act, by=by, now=now)
    return _report(wanted, rows)


def _meant(db: Session, wanted: BulkRequest, by: Initiator) -> Sequence[int]:
    if wanted.filter is not None:
        return repository.ids_of(db, wanted.filter.filter(by.only_ids))
    return sorted(set(wanted.ids or ()))


def _record_act(
    db: Session, wanted: BulkRequest, *, by: Initiator, matched: int, now: datetime
) -> None:
    meant = (
        {"ids": len(wanted.ids or ())}
        if wanted.filter is None
        else {"filter": wanted.filter.model_dump(mode="json", exclude_defaults=True)}
    )
    audit.record(
        db,
        actor=by.actor,
        action="accounts.bulk_ordered",
        subject=("accounts", wanted.action.value),
        now=now,
        reason=wanted.reason,
        after={**meant, "matched": matched, "labels": wanted.labels},
        request_id=by.request_id,
        address=by.address,
    )


def _chunk(
    db: Session,
    wanted: BulkRequest,
    ids: Sequence[int],
    *,
    act: Perform,
    by: Initiator,
    now: datetime,
) -> list[BulkRow]:
    visible = [one for one in ids if by.only_ids is None or one in by.only_ids]
    held = repository.of_ids_in_order(db, visible, for_update=not wanted.dry_run)
    rows = {row.id: row for row in act(db, wanted, held, by=by, now=now)}
    return [rows.get(one) or _missing(one) for one in ids]


def _missing(account_id: int) -> BulkRow:
    return BulkRow(
        id=account_id, account=None, outcome=BulkOutcome.refused, reason="there is no such account"
    )


def _perform(
    db: Session, wanted: BulkRequest, found: Sequence[Account], *, by: Initiator, now: datetime
) -> list[BulkRow]:
    changes: list[changing.Change] = []
    rows = []
    for account in found:
        row = BulkRow(id=account.id, account=account.account_no, outcome=BulkOutcome.unchanged)
        rows.append(row)
        try:
            change = _change_for(db, account, wanted, now=now)
            if change is None:
                continue
            if not wanted.dry_run:
                applied = changing.apply(db, account, change, actor=by.actor, now=now)
                changes += [] if applied is None else [applied]
            row.outcome = BulkOutcome.changed
        except Refusal as refusal:
            row.outcome, row.reason = BulkOutcome.refused, refusal.message
    if changes:
        changing.write_down(db, changes, actor=by.actor, now=now)
    return rows


def _change_for(
    db: Session, account: Account, wanted: BulkRequest, *, now: datetime
) -> AccountChange | None:
    """
    What is to be changed, None where nothing is. One field each, so that a refusal leaves nothing half done.

    Raises:
        Refusal: this account cannot be brought there.
    """
    reason = wanted.reason
    match wanted.action:
        case BulkAction.pause if account.paused_at is None:
            return AccountChange(paused=True, reason=reason)
        case BulkAction.resume if account.paused_at is not None:
            return AccountChange(paused=False, reason=reason)
        case BulkAction.label | BulkAction.unlabel:
            labels = _labels_for(account, wanted)
            return None if labels == account.labels else AccountChange(labels=labels, reason=reason)
        case BulkAction.activate if account.lifecycle is not Lifecycle.active:
            changing.check_move(db, account, Lifecycle.active, now=now)
            return AccountChange(lifecycle=Lifecycle.active, reason=reason)
        case BulkAction.retire if account.lifecycle is not Lifecycle.retired:
            changing.check_move(db, account, Lifecycle.retired, now=now)
            return AccountChange(lifecycle=Lifecycle.retired, reason=reason)
    return None


def _labels_for(account: Account, wanted: BulkRequest) -> list[str]:
    given = names.checked("labels", names.labels, wanted.labels or [])
    if wanted.action is BulkAction.unlabel:
        return [label for label in account.labels if label not in given]
    return names.checked("labels", names.labels, [*account.labels, *given])


def _report(wanted: BulkRequest, rows: list[BulkRow]) -> BulkReport:
    counts = Counter(row.outcome for row in rows)
    shown = sorted(rows, key=lambda row: _ORDER[row.outcome])[:_MOST_ROWS]
    return BulkReport(
        action=wanted.action,
        dry_run=wanted.dry_run,
        matched=len(rows),
        changed=counts[BulkOutcome.changed],
        unchanged=counts[BulkOutcome.unchanged],
        refused=counts[BulkOutcome.refused],
        rows=shown,
        rows_omitted=len(rows) - len(shown),
    )
