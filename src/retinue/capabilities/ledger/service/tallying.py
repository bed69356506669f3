"""
The ledger counted by hour, so that figures of a week cost no more than those of an hour.

What is counted and what is not is exact at any moment, in whatever order transactions
commit and however often a step is repeated or interrupted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from retinue.capabilities.ledger import rules
from retinue.capabilities.ledger.models import EventStatus
from retinue.capabilities.ledger.repository import tallies
from retinue.capabilities.ledger.repository.tallies import Counted, Gap, Key
from retinue.capabilities.ledger.service import sources

TALLY_CHUNK = 1000
GAP_LIFE = timedelta(days=1)
"""How long an id that is missing may still turn up: longer than any transaction lives."""
_HOUR = timedelta(hours=1)
_TRIES = 5


def tally(db: Session, *, now: datetime, chunk: int = TALLY_CHUNK) -> int:
    """One step: count up to `chunk` events more. How many; call it again while it was a full chunk."""
    connection = db.connection()
    through = tallies.held_through(connection)
    turned_up = tallies.events_in_gaps(connection, limit=chunk)
    fresh = tallies.next_events(connection, after_id=through, limit=chunk)
    tallies.forget_gaps_before(connection, now - GAP_LIFE)
    if not turned_up and not fresh:
        return 0
    _close_gaps(connection, turned_up)
    tallies.keep_gaps(connection, _gaps_between(through, [row.id for row in fresh], now))
    tallies.add(connection, _counts([*turned_up, *fresh]))
    sources.note_contacts(connection, _confirmed([*turned_up, *fresh]))
    tallies.advance(connection, through_id=fresh[-1].id if fresh else through)
    return max(len(turned_up), len(fresh))


def counts_between(
    db: Session, *, accounts: Collection[int] | None, since: datetime, until: datetime
) -> list[Counted]:
    """
    Events of `since <= ts < until` by hour, action and status; several may be of one key.

    Exact. Of `accounts` only, where they are given. Whole hours cost a look at the tallies.
    """
    connection = db.connection()
    first_whole, last_whole = _up(since), _down(until)
    if first_whole >= last_whole:
        return tallies.straight(connection, accounts=accounts, since=since, until=until)
    edges = [
        one
        for start, end in ((since, first_whole), (last_whole, until))
        if start < end
        for one in tallies.straight(connection, accounts=accounts, since=start, until=end)
    ]
    return [*edges, *_whole_hours(connection, accounts, first_whole, last_whole)]


def latencies(
    db: Session, *, accounts: Collection[int] | None, since: datetime, among: int = 3000
) -> list[int]:
    """How long confirmed acts took, in milliseconds: those among the newest `among` events."""
    return tallies.latencies(db.connection(), accounts=accounts, since=since, among=among)


def success_rate(by_status: dict[EventStatus, int]) -> float | None:
    """Of the acts whose outcome is known, 0 to 1; none where there are none."""
    return rules.success_rate(
        success=by_status.get(EventStatus.success, 0), failed=by_status.get(EventStatus.failed, 0)
    )


def _whole_hours(
    connection: Connection, accounts: Collection[int] | None, since: datetime, until: datetime
) -> list[Counted]:
    found: list[Counted] = []
    for _ in range(_TRIES):
        before = tallies.state(connection)
        found = [
            *tallies.counted(connection, accounts=accounts, since=since, until=until),
            *tallies.uncounted(
                connection, through_id=before[0], accounts=accounts, since=since, until=until
            ),
        ]
        # On servers each statement sees its own moment: an event may have moved from one to the other.
        if tallies.state(connection) == before:
            return found
    # A first count of a large ledger is under way, step after step.
    return tallies.straight(connection, accounts=accounts, since=since, until=until)


def _counts(rows: Sequence[Any]) -> Counter[Key]:
    counts: Counter[Key] = Counter()
    for row in rows:
        hour = _down(row.ts)
        counts[Key(tallies.ALL, hour, row.action, row.status)] += 1
        if row.account_id is not None:
            counts[Key(row.account_id, hour, row.action, row.status)] += 1
    return counts


def _confirmed(rows: Sequence[Any]) -> list[str]:
    """Attempts that may have become contacts: what a network says was done before is told as a skip."""
    told = {EventStatus.success, EventStatus.skipped}
    return [row.attempt_id for row in rows if row.status in told and row.attempt_id is not None]


def _gaps_between(through: int, ids: Sequence[int], now: datetime) -> Iterable[Gap]:
    """Ids that are missing below the last one, as ranges."""
    for before, after in zip([through, *ids], ids, strict=False):
        if after - before > 1:
            yield Gap(before + 1, after - 1, now)


def _close_gaps(connection: Connection, turned_up: Sequence[Any]) -> None:
    ids: dict[int, list[int]] = {}
    for row in turned_up:
        ids.setdefault(row.first_id, []).append(row.id)
    if not ids:
        return
    open_gaps = tallies.gaps(connection, ids)
    tallies.forget_gaps(connection, ids)
    for gap in open_gaps:
        ends = [*ids[gap.first_id], gap.last_id + 1]
        left = _gaps_between(gap.first_id - 1, ends, gap.noticed_at)
        tallies.keep_gaps(connection, left)


def _down(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _up(moment: datetime) -> datetime:
    down = _down(moment)
    return down if down == moment else down + _HOUR
