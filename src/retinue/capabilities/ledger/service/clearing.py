"""
The visible history begins anew, and the people whom it kept out of reach are let go.

There may be a million of them, so it is done in many short transactions. The first
says that it is to be done, and the last that it is done: whoever finds it half done goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from retinue.capabilities.accounts.models import Account
from retinue.capabilities.audit import service as audit
from retinue.capabilities.ledger import rules
from retinue.capabilities.ledger.models import HistoryStart
from retinue.capabilities.ledger.repository import clearing, reading, windows
from retinue.foundation.database import Database, DatabaseBusy

CHUNK = 200
"""Acts that one transaction lets go, with up to three windows each."""

_TRIES = 5
_SCANNED_AT_ONCE = 5 * CHUNK


@dataclass(frozen=True, slots=True)
class Clearing:
    """`account_id` is none for all accounts. Whatever began after `since` is not touched."""

    account_id: int | None
    since: datetime


def clear(
    database: Database,
    account: Account | None,
    *,
    actor: str,
    now: datetime,
    request_id: str | None = None,
) -> int:
    """
    Begin the visible history anew, for one account or for all, and free whom it keeps out of reach.

    How many acts were let go. People with an open intent or an `unknown` stay taken,
    events stay, and limits count on. Audited. Interrupted, the sweeper does the rest,
    and so does the same call again.

    Raises:
        DatabaseBusy: somebody held a row for too long, again and again. The rest is done later.
    """
    with database.writing() as db:
        begun = begin(db, account, actor=actor, now=now, request_id=request_id)
    return go_on(database, begun)


def begin(
    db: Session,
    account: Account | None,
    *,
    actor: str,
    now: datetime,
    request_id: str | None = None,
) -> Clearing:
    """Show nothing of what was; the people are let go by `go_on`."""
    account_id = account.id if account else None
    start = _start_of(db, account_id, now=now)
    start.since = now
    start.is_freeing = True
    db.flush()
    audit.record(
        db,
        actor=actor,
        action="ledger.history_cleared",
        subject=("account", str(account_id)) if account_id else ("ledger", "all"),
        now=now,
        after={"since": now.isoformat()},
        request_id=request_id,
    )
    return Clearing(account_id, now)


def _start_of(db: Session, account_id: int | None, *, now: datetime) -> HistoryStart:
    key = account_id or reading.ALL_ACCOUNTS
    start = reading.history_start(db, key)
    if start is not None:
        return start
    try:
        with db.begin_nested():
            start = HistoryStart(account_id=key, since=now, is_freeing=True)
            db.add(start)
    except IntegrityError:
        # Somebody else clears for the first time as well, at this very moment.
        start = reading.history_start(db, key)
        if start is None:
            raise
    return start


def go_on(database: Database, begun: Clearing) -> int:
    """Let go of everyone whom a clearing frees, a chunk at a time. How many acts."""
    released, after = 0, None
    while True:
        with database.reading() as db:
            page = clearing.holding(
                db.connection(),
                account_id=begun.account_id,
                started_by=begun.since,
                after=after,
                limit=_SCANNED_AT_ONCE,
            )
        if not page:
            break
        after = page[-1]
        ids = [row.id for row in page]
        for first in range(0, len(ids), CHUNK):
            released += _let_go(database, ids[first : first + CHUNK])
    _again_if_busy(lambda: _note_done(database, begun))
    return released


def resume(database: Database) -> int:
    """Go on with every clearing that was interrupted. How many acts were let go."""
    with database.reading() as db:
        begun = [Clearing(start.account_id or None, start.since) for start in reading.freeing(db)]
    return sum(go_on(database, one) for one in begun)


def release(db: Session, attempt_ids: Sequence[str]) -> int:
    """
    Let go of the people whom these successes hold; who is held by another act stays taken.

    How many acts still held. One transaction's worth: at most `CHUNK`.
    """
    connection = db.connection()
    rows = clearing.hold_still(connection, attempt_ids)
    if not rows:
        return 0
    keys = {
        (row.network, scope, row.target_id, row.action)
        for row in rows
        for scope in rules.scope_keys(row.account_id, row.persona_id)
    }
    taken = windows.locked(connection, sorted(keys))
    clearing.release(connection, [row.id for row in rows])
    windows.rebuild(connection, taken)
    return len(rows)


def _let_go(database: Database, attempt_ids: Sequence[str]) -> int:
    def step() -> int:
        with database.writing() as db:
            return release(db, attempt_ids)

    return _again_if_busy(step)


def _note_done(database: Database, begun: Clearing) -> int:
    with database.writing() as db:
        start = reading.history_start(db, begun.account_id or reading.ALL_ACCOUNTS)
        # A later clearing has work of its own left.
        if start is not None and start.since == begun.since:
            start.is_freeing = False
    return 0


def _again_if_busy(step: Callable[[], int]) -> int:
    """On a server, an intent that wants the same rows in another order can make one of the two begin again."""
    for _ in range(_TRIES - 1):
        try:
            return step()
        except DatabaseBusy:
            continue
    return step()
