"""What was told: events for ever, the last word on each person, decisions, and what of it is shown."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from retinue.capabilities.ledger.models.states import EventStatus
from retinue.foundation.database import Record, append_only, big_id, partial_index, table_of

RARE_STATUSES = frozenset({EventStatus.failed, EventStatus.unknown, EventStatus.retry})
_IS_RARE = " or ".join(f"status = '{status.value}'" for status in sorted(RARE_STATUSES))


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
        partial_index("status", "ts", where=_IS_RARE),
        partial_index("task_id", "ts", where="task_id is not null"),
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


append_only(table_of(InteractionEvent))


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


class HistoryFilter(Record):
    """The actions that `/get_interactions` shows by default. One row."""

    __tablename__ = "history_filters"

    id: Mapped[int] = mapped_column(primary_key=True)
    actions: Mapped[list[str]] = mapped_column(JSON)
