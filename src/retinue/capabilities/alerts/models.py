from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.orm import Mapped, mapped_column

from retinue.foundation.database import Record, big_id, id_text, partial_index


class Severity(StrEnum):
    info = "info"
    warning = "warning"
    critical = "critical"


RANK = {Severity.info: 0, Severity.warning: 1, Severity.critical: 2}


class AlertKind(StrEnum):
    source_down = "source_down"
    payment_required = "payment_required"
    key_refused = "key_refused"
    budget_spent = "budget_spent"
    anomaly = "anomaly"
    proxy_down = "proxy_down"
    proxy_flapping = "proxy_flapping"
    proxy_exit_changed = "proxy_exit_changed"
    test = "test"


class AlertState(StrEnum):
    """Never stored: it follows from the moments in the row."""

    open = "open"
    acknowledged = "acknowledged"
    resolved = "resolved"


class News(StrEnum):
    """What a delivery tells of an alert."""

    opened = "opened"
    resolved = "resolved"


class DeliveryState(StrEnum):
    waiting = "waiting"
    sent = "sent"
    failed = "failed"


class Alert(Record):
    """One incident. `open_key` is empty once it is over, which frees its key."""

    __tablename__ = "alerts"
    __table_args__ = (
        Index(None, "key", "id"),
        Index(None, "kind", "id"),
        Index(None, "resolved_at", "id"),
        CheckConstraint("severity in ('info','warning','critical')", name="severity_known"),
    )

    id: Mapped[int] = mapped_column(big_id, primary_key=True)
    key: Mapped[str] = mapped_column(String(190))
    open_key: Mapped[str | None] = mapped_column(String(190), unique=True)
    kind: Mapped[AlertKind]
    severity: Mapped[Severity]
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(190))
    message: Mapped[str] = mapped_column(Text)
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    opened_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    times: Mapped[int]
    """How often it has been seen since it was opened."""
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None] = mapped_column(String(190))
    resolved_at: Mapped[datetime | None]

    @property
    def state(self) -> AlertState:
        if self.resolved_at is not None:
            return AlertState.resolved
        return AlertState.open if self.acknowledged_at is None else AlertState.acknowledged


class AlertChannel(Record):
    """Where alerts go. Its URL is a secret as a whole: most services put their key into it."""

    __tablename__ = "alert_channels"
    __table_args__ = (
        CheckConstraint("min_severity in ('info','warning','critical')", name="severity_known"),
    )

    id: Mapped[int] = mapped_column(big_id, primary_key=True)
    uid: Mapped[str] = mapped_column(id_text, unique=True)
    """What the sealed URL is bound to."""
    name: Mapped[str] = mapped_column(String(100), unique=True)
    service: Mapped[str] = mapped_column(String(40))
    """The scheme of the URL, which is no secret."""
    url_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    min_severity: Mapped[Severity]
    enabled: Mapped[bool]
    created_at: Mapped[datetime]
    last_sent_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(String(300))
    """Why the newest try has failed; empty once one has not."""


class AlertDelivery(Record):
    """One piece of news for one channel. May arrive twice after a crash, and is never lost."""

    __tablename__ = "alert_deliveries"
    __table_args__ = (
        Unique("alert_id", "channel_id", "news"),
        partial_index("due_at", where="state = 'waiting'"),
        Index(None, "channel_id", "id"),
        CheckConstraint("state in ('waiting','sent','failed')", name="state_known"),
    )

    id: Mapped[int] = mapped_column(big_id, primary_key=True)
    alert_id: Mapped[int] = mapped_column(big_id, ForeignKey("alerts.id", ondelete="CASCADE"))
    channel_id: Mapped[int] = mapped_column(
        big_id, ForeignKey("alert_channels.id", ondelete="CASCADE")
    )
    news: Mapped[News]
    state: Mapped[DeliveryState]
    attempts: Mapped[int]
    due_at: Mapped[datetime]
    """The next try; while one is under way, when another process may take it over."""
    error: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
