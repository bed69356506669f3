"""Which sources lead to people who follow back."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from retinue.capabilities.ledger.models import AttemptState
from retinue.capabilities.ledger.repository import sources
from retinue.capabilities.ledger.schemas.wire import SourceRead
from retinue.capabilities.ledger.service import people
from retinue.drivers.network.protocol import Person
from retinue.kit import wilson

_SECONDS_A_DAY = 86_400


def has_contacts(db: Session, account_id: int) -> bool:
    """Whether anybody could follow the account back."""
    return sources.has_contacts(db.connection(), account_id)


def note_follower(
    db: Session, account_id: int, network: str, person: Person, *, now: datetime
) -> None:
    """A person, known or not, was seen to follow the account."""
    people.write_down(db.connection(), network, person, now=now)
    note_followers(db, account_id, network, [person], now=now)


def note_followers(
    db: Session, account_id: int, network: str, found: Sequence[Person], *, now: datetime
) -> int:
    """
    These follow the account. How many of them have followed back since the last look.

    The first look at each counts. Strangers are passed over: they are noted when they are
    about to be contacted, if they still follow then.
    """
    connection = db.connection()
    rows = sources.contacts_of(
        connection,
        account_id=account_id,
        network=network,
        network_ids={person.network_id for person in found if person.network_id},
    )
    new = list(_seen(rows, account_id, now))
    sources.keep_followers(connection, new)
    return sum(row["contacted_at"] is not None for row in new)


def _seen(rows: Sequence[Any], account_id: int, now: datetime) -> Iterator[dict[str, Any]]:
    for target_id, group in groupby(rows, key=lambda row: row.target_id):
        acts = [act for act in group if act.state is not None]
        contact = next(
            (act for act in acts if act.state is AttemptState.confirmed and act.source), None
        )
        if contact is None and acts:
            # An act whose outcome is open, or one without a source: it says nothing yet.
            continue
        contacted_at = contact.started_at if contact else None
        after = max(0, int((now - contacted_at).total_seconds())) if contacted_at else None
        yield {
            "account_id": account_id,
            "target_id": target_id,
            "first_seen_at": now,
            "contacted_at": contacted_at,
            "after_seconds": after,
            "source": contact.source if contact else None,
        }


def note_contacts(connection: Connection, attempt_ids: Sequence[str]) -> None:
    """
    Count the people to whom these acts were the first contact of their account.

    A person counts once for each account. Whoever followed before is kept and not counted.
    """
    if not attempt_ids:
        return
    kept: dict[tuple[int, int], dict[str, Any]] = {}
    counted: dict[tuple[int, str], list[datetime]] = {}
    for row in sources.new_contacts(connection, attempt_ids):
        key = (row.account_id, row.target_id)
        if key in kept:
            continue
        is_counted = row.follows_since is None
        kept[key] = {
            "account_id": row.account_id,
            "target_id": row.target_id,
            "source": row.source,
            "contacted_at": row.started_at,
            "is_counted": is_counted,
        }
        if is_counted:
            counted.setdefault((row.account_id, row.source), []).append(row.started_at)
    if kept:
        sources.keep_contacts(connection, list(kept.values()))
    for (account_id, source), moments in sorted(counted.items()):
        sources.count_contacts(connection, account_id, source, moments)


def scoreboard(db: Session, *, accounts: Collection[int] | None, days: int) -> list[SourceRead]:
    """
    Sources with the people that they led to, the surest first; as of the last count (`tally`).

    A person counts once for each account, for the source of the first contact.
    """
    connection = db.connection()
    followed = sources.followed_back(
        connection, accounts=accounts, within_seconds=days * _SECONDS_A_DAY
    )
    rows = sources.contacted(connection, accounts=accounts)
    board = [_read(row, followed.get(row.source, 0)) for row in rows]
    return sorted(board, key=lambda one: (-one.low, -one.contacted, one.source))


def _read(row: Any, followed: int) -> SourceRead:
    contacted = int(row.contacted)
    # A follower may be seen before the contact is counted.
    followed = min(followed, contacted)
    low, high = wilson.interval(followed, contacted)
    return SourceRead(
        source=row.source,
        contacted=contacted,
        followed_back=followed,
        rate=followed / contacted,
        low=low,
        high=high,
        accounts=row.accounts,
        first_at=row.first_at,
        last_at=row.last_at,
    )
