"""Which sources lead to people who follow back."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

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
        }


def scoreboard(db: Session, *, accounts: Collection[int] | None, days: int) -> list[SourceRead]:
    """
    Sources with the people that they led to, the surest first.

    A person counts once for each account, for the source of the first contact.
    """
    rows = sources.scoreboard(
        db.connection(), accounts=accounts, within_seconds=days * _SECONDS_A_DAY
    )
    board = [_read(row) for row in rows]
    return sorted(board, key=lambda one: (-one.low, -one.contacted, one.source))


def _read(row: Any) -> SourceRead:
    low, high = wilson.interval(row.followed_back, row.contacted)
    return SourceRead(
        source=row.source,
        contacted=row.contacted,
        followed_back=row.followed_back,
        rate=row.followed_back / row.contacted,
        low=low,
        high=high,
        accounts=row.accounts,
        first_at=row.first_at,
        last_at=row.last_at,
    )
