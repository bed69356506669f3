"""What is counted, so that figures of a week cost no more than those of an hour."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from retinue.capabilities.ledger.models.states import EventStatus
from retinue.foundation.database import Record, big_id


class CacheTally(Record):
    """How often `should_engage` was answered from memory within one hour, by all sessions together."""

    __tablename__ = "cache_tallies"

    hour: Mapped[datetime] = mapped_column(primary_key=True)
    hits: Mapped[int] = mapped_column(BigInteger)
    misses: Mapped[int] = mapped_column(BigInteger)


class InteractionTally(Record):
    """
    Events of one hour, counted. `account_id` 0 stands for all events together.

    What is counted here is said by `TallyState` and `TallyGap`; the rest is counted when asked.
    """

    __tablename__ = "interaction_tallies"
    __table_args__ = ({"sqlite_with_rowid": False},)

    account_id: Mapped[int] = mapped_column(big_id, primary_key=True, autoincrement=False)
    hour: Mapped[datetime] = mapped_column(primary_key=True)
    action: Mapped[str] = mapped_column(String(20), primary_key=True)
    status: Mapped[EventStatus] = mapped_column(primary_key=True)
    number: Mapped[int]


class TallyState(Record):
    """How far the events are counted: up to and with `through_id`, but for the gaps. One row."""

    __tablename__ = "tally_states"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    through_id: Mapped[int] = mapped_column(big_id)
    version: Mapped[int] = mapped_column(big_id)
    """One more with every change of the tallies."""


class TallyGap(Record):
    """Ids at or below `through_id` that were not there yet: rolled back, or still to be committed."""

    __tablename__ = "tally_gaps"

    first_id: Mapped[int] = mapped_column(big_id, primary_key=True, autoincrement=False)
    last_id: Mapped[int] = mapped_column(big_id)
    noticed_at: Mapped[datetime]


class Contact(Record):
    """A person whom a source has led an account to, and whose first contact is known to have happened."""

    __tablename__ = "contacts"
    __table_args__ = ({"sqlite_with_rowid": False},)

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("targets.id"), primary_key=True)
    source: Mapped[str] = mapped_column(String(190))
    contacted_at: Mapped[datetime]
    is_counted: Mapped[bool]
    """False where they followed the account before the contact."""


class SourceTally(Record):
    """The counted contacts of an account by source."""

    __tablename__ = "source_tallies"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    source: Mapped[str] = mapped_column(String(190), primary_key=True)
    contacted: Mapped[int]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]


class KnownFollower(Record):
    """
    A person who was seen among an account's followers.

    Without a contact before that (`contacted_at` null) they had followed by themselves.
    """

    __tablename__ = "known_followers"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("targets.id"), primary_key=True)
    first_seen_at: Mapped[datetime]
    contacted_at: Mapped[datetime | None]
    after_seconds: Mapped[int | None] = mapped_column(BigInteger)
    """From the first contact to when they were first seen to follow."""
    source: Mapped[str | None] = mapped_column(String(190))
    """What had led to the contact."""
