from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from retinue.foundation.database import Record, append_only, big_id, id_text


class AttemptState(StrEnum):
    intent = "intent"
    confirmed = "confirmed"
    refused = "refused"
    unknown = "unknown"
    absent = "absent"


class EventStatus(StrEnum):
    success = "success"
    failed = "failed"
    skipped = "skipped"
    retry = "retry"
    dedupe_hit = "dedupe_hit"
    unknown = "unknown"


class Target(Record):
    """
    One person of a network. A handle can change hands, the id cannot.

    `handle` is case-folded, without `@`, and empty once somebody else has it.
    A handle that turned out to belong to a person who is known already stays as an
    empty row with `merged_into_id`, because events point at it and are never changed.
    """

    __tablename__ = "targets"
    __table_args__ = (
        UniqueConstraint("network", "network_id"),
        UniqueConstraint("network", "handle"),
    )

    id: Mapped[int] = mapped_column(big_id, primary_key=True)
    network: Mapped[str] = mapped_column(String(20))
    network_id: Mapped[str | None] = mapped_column(String(64))
    handle: Mapped[str | None] = mapped_column(String(255))
    seen_at: Mapped[datetime]
    unavailable_at: Mapped[datetime | None]
    """When the network last said that this person is gone; null once seen again."""
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("targets.id"))


class Attempt(Record):
    """One intent to act, and what is known of its outcome. The id is the idempotency key outside."""

    __tablename__ = "attempts"
    __table_args__ = (
        # With the state, so that the limits are counted from the index alone.
        Index(None, "account_id", "action", "started_at", "state"),
        # The few whose outcome is open. MariaDB has no partial index and keeps all.
        Index(
            None,
            "state",
            "started_at",
            sqlite_where=text("state in ('intent', 'unknown')"),
            postgresql_where=text("state in ('intent', 'unknown')"),
        ),
        Index(None, "target_id", "action"),
        # The few that are to be looked at.
        Index(
            None,
            "next_probe_at",
            sqlite_where=text("next_probe_at is not null"),
            postgresql_where=text("next_probe_at is not null"),
        ),
        CheckConstraint(
            "state in ('intent','confirmed','refused','unknown','absent')", name="state_known"
        ),
    )

    id: Mapped[str] = mapped_column(id_text, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    persona_id: Mapped[int | None] = mapped_column(big_id)
    """The account's persona at that time: it is whose window was taken."""
    network: Mapped[str] = mapped_column(String(20))
    target_id: Mapped[int] = mapped_column(ForeignKey("targets.id"))
    target_username: Mapped[str] = mapped_column(String(255))
    action: Mapped[str] = mapped_column(String(20))
    object_id: Mapped[str | None] = mapped_column(String(64))
    """What the effect lands on where that is not the person: a post's id."""
    text_hash: Mapped[str | None] = mapped_column(String(64))
    """Of what was written, by which a comment is found again."""
    state: Mapped[AttemptState]
    source: Mapped[str | None] = mapped_column(String(190))
    """The job and source that led to the person, as `blogger-followers:harbour_lights`."""
    session_id: Mapped[str | None] = mapped_column(String(36))
    task_id: Mapped[str | None] = mapped_column(String(36))
    device_id: Mapped[int | None]
    fence: Mapped[int] = mapped_column(BigInteger)
    started_at: Mapped[datetime]
    held_until: Mapped[datetime | None]
    """Until when it keeps the person out of reach; null once released. Windows follow from it."""
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None] = mapped_column(String(40))
    """`response`, `probe`, `platform-duplicate`, `operator`, `recovery`."""
    failure: Mapped[str | None] = mapped_column(String(40))
    phase: Mapped[str | None] = mapped_column(String(20))
    evidence: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    probes: Mapped[int] = mapped_column(server_default="0")
    """How often the network was asked whether an unknown effect is there."""
    next_probe_at: Mapped[datetime | None]
    """When it is asked again; null where it is not, or not any more."""


class Window(Record):
    """
    A person is taken for an action, until `expires_at`.

    `scope_key` is `account:<id>`, `persona:<id>` or `fleet`. Every intent writes all
    its scopes, so the scope in force can change at any time. A row says the latest
    `held_until` of the attempts in its scope, and which attempt that is.
    """

    __tablename__ = "windows"
    # On SQLite the key is the table: a row is one page to write and not two.
    __table_args__ = (Index(None, "expires_at"), {"sqlite_with_rowid": False})

    network: Mapped[str] = mapped_column(String(20), primary_key=True)
    scope_key: Mapped[str] = mapped_column(String(40), primary_key=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("targets.id"), primary_key=True)
    action: Mapped[str] = mapped_column(String(20), primary_key=True)
    attempt_id: Mapped[str] = mapped_column(id_text)
    expires_at: Mapped[datetime]


RARE_STATUSES = frozenset({EventStatus.failed, EventStatus.unknown, EventStatus.retry})
_IS_RARE = text(" or ".join(f"status = '{status.value}'" for status in sorted(RARE_STATUSES)))
_HAS_TASK = text("task_id is not null")


class InteractionEvent(Record):
    """What the ledger says, for ever. Triggers refuse UPDATE and DELETE."""

    __tablename__ = "interaction_events"
    __table_args__ = (
        # One for each thing that the log is filtered by, in the order in which it is shown:
        # without them a filter that fits little reads a million rows to find it.
        Index(None, "target_username", "ts"),
        Index(None, "account_id", "ts"),
        Index(None, "action", "ts"),
        Index(None, "ts", "id"),
        # Only what is rare: whatever is common is found soon by time alone. Written as
        # alternatives, because SQLite sees in no other form that one of them is asked for.
        Index(None, "status", "ts", sqlite_where=_IS_RARE, postgresql_where=_IS_RARE),
        Index(None, "task_id", "ts", sqlite_where=_HAS_TASK, postgresql_where=_HAS_TASK),
        Index(None, "session_id", "id"),
    )

    id: Mapped[int] = mapped_column(big_id, primary_key=True)
    platform: Mapped[str] = mapped_column(String(20))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    target_id: Mapped[int | None] = mapped_column(ForeignKey("targets.id"))
    target_username: Mapped[str] = mapped_column(String(255))
    action: Mapped[str] = mapped_column(String(20))
    status: Mapped[EventStatus]
    reason: Mapped[str | None] = mapped_column(String(255))
    attempt_id: Mapped[str | None] = mapped_column(String(36))
    task_id: Mapped[str | None] = mapped_column(String(36))
    session_id: Mapped[str | None] = mapped_column(String(36))
    device_id: Mapped[int | None]
    latency_ms: Mapped[int | None]
    ts: Mapped[datetime]
    details: Mapped[dict[str, Any] | None] = mapped_column("metadata", JSON(none_as_null=True))


append_only(cast("Table", InteractionEvent.__table__))


class InteractionLatest(Record):
    """The last word on one account, person and action: where look-ups are answered from."""

    __tablename__ = "interaction_latest"
    __table_args__ = (Index(None, "expires_at"), {"sqlite_with_rowid": False})

    platform: Mapped[str] = mapped_column(String(20), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("targets.id"), primary_key=True)
    action: Mapped[str] = mapped_column(String(20), primary_key=True)
    last_status: Mapped[EventStatus]
    last_ts: Mapped[datetime]
    expires_at: Mapped[datetime]


class DecisionTrace(Record):
    """Why a candidate was engaged or left alone: the rules in order, each with value, threshold and verdict."""

    __tablename__ = "decision_traces"
    # Ids grow with time, so the sweeper needs no index of its own.
    __table_args__ = (Index(None, "account_id", "target_username", "at"),)

    id: Mapped[int] = mapped_column(big_id, primary_key=True)
    at: Mapped[datetime]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    target_username: Mapped[str] = mapped_column(String(255))
    target_id: Mapped[int | None]
    action: Mapped[str | None] = mapped_column(String(20))
    """Null where the decision is about the person as a whole."""
    verdict: Mapped[str] = mapped_column(String(20))
    """`engaged`, `skipped` or `refused`."""
    rule: Mapped[str] = mapped_column(String(60))
    """The rule that decided."""
    rules: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    source: Mapped[str | None] = mapped_column(String(190))
    session_id: Mapped[str | None] = mapped_column(String(36))
    attempt_id: Mapped[str | None] = mapped_column(String(36))


class HistoryStart(Record):
    """From when on history is shown; account 0 stands for all of them. Clearing moves it."""

    __tablename__ = "history_starts"

    account_id: Mapped[int] = mapped_column(big_id, primary_key=True, autoincrement=False)
    since: Mapped[datetime]
    is_freeing: Mapped[bool] = mapped_column(default=False)
    """People are still being let go; the sweeper goes on where a clearing was interrupted."""


class CacheTally(Record):
    """How often `should_engage` was answered from memory within one hour, by all sessions together."""

    __tablename__ = "cache_tallies"

    hour: Mapped[datetime] = mapped_column(primary_key=True)
    hits: Mapped[int] = mapped_column(BigInteger)
    misses: Mapped[int] = mapped_column(BigInteger)


class HistoryFilter(Record):
    """The actions that `/get_interactions` shows by default. One row."""

    __tablename__ = "history_filters"

    id: Mapped[int] = mapped_column(primary_key=True)
    actions: Mapped[list[str]] = mapped_column(JSON)


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
