from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Boolean, CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from retinue.foundation.database import Record, big_id, id_text


class ProxyState(StrEnum):
    """Never stored: it follows from what the last checks have shown."""

    unchecked = "unchecked"
    up = "up"
    failing = "failing"
    """The last try has failed, and too few have in a row to say that it is down."""
    down = "down"


class Policy(StrEnum):
    """What happens to the accounts of a proxy that is down, where its pool has others."""

    approval = "approval"
    automatic = "automatic"


class ChangeState(StrEnum):
    proposed = "proposed"
    approved = "approved"
    carried_out = "carried_out"
    refused = "refused"
    withdrawn = "withdrawn"


OPEN_CHANGES = (ChangeState.proposed, ChangeState.approved)


class Proxy(Record):
    """One way out: scheme, host, port and user name are one identity; the password is sealed."""

    __tablename__ = "proxies"

    id: Mapped[int] = mapped_column(big_id, primary_key=True)
    uid: Mapped[str] = mapped_column(id_text, unique=True)
    """What the sealed password is bound to."""
    identity: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of scheme, host, port and user name, so that an import finds its proxy again."""
    scheme: Mapped[str] = mapped_column(String(10))
    host: Mapped[str] = mapped_column(String(255))
    port: Mapped[int]
    username: Mapped[str | None] = mapped_column(String(255))
    password_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    password_digest: Mapped[str | None] = mapped_column(String(64))
    checked_at: Mapped[datetime | None]
    """When it was last tried; what came of that stands beside it."""
    check_ok: Mapped[bool | None] = mapped_column(Boolean)
    check_message: Mapped[str | None] = mapped_column(String(300))
    exit_address: Mapped[str | None] = mapped_column(String(64))
    """Where it led out when it last worked."""
    failures: Mapped[int] = mapped_column(default=0)
    """How often in a row it has failed."""
    failed_at: Mapped[datetime | None]
    """When it last did."""
    down_since: Mapped[datetime | None] = mapped_column(index=True)
    """When its circuit opened: nobody goes through it until it has let a check through."""
    retry_at: Mapped[datetime | None]
    """When an open circuit lets one check through."""
    name: Mapped[str | None] = mapped_column(String(100), index=True)
    """What people call it."""
    provider: Mapped[str | None] = mapped_column(String(100))
    pool: Mapped[str | None] = mapped_column(String(100), index=True)
    """Ports of one operator that may stand in for each other."""
    labels: Mapped[list[str]] = mapped_column(JSON, default=list)
    max_accounts: Mapped[int | None]
    """How many accounts it is good for; none for any number."""
    latency_ms: Mapped[int | None]
    """How long the last check that worked has taken."""
    previous_exit: Mapped[str | None] = mapped_column(String(64))
    exit_changed_at: Mapped[datetime | None] = mapped_column(index=True)
    """When it began to lead out somewhere else than before."""
    turns: Mapped[list[str]] = mapped_column(JSON, default=list)
    """When it went from working to not working or back, the last few times."""
    flapping_until: Mapped[datetime | None] = mapped_column(index=True)
    """An hour after the last turn but two: until then it comes and goes."""
    check_due_at: Mapped[datetime | None] = mapped_column(index=True)
    """When it is checked next though nothing is wrong."""
    created_at: Mapped[datetime]


class ProxyCheck(Record):
    """What one check has shown; kept for some days."""

    __tablename__ = "proxy_checks"
    __table_args__ = (Index(None, "proxy_id", "id"), Index(None, "at"))

    id: Mapped[int] = mapped_column(big_id, primary_key=True)
    proxy_id: Mapped[int] = mapped_column(big_id, ForeignKey("proxies.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    ok: Mapped[bool] = mapped_column(Boolean)
    message: Mapped[str] = mapped_column(String(300))
    exit_address: Mapped[str | None] = mapped_column(String(64))
    milliseconds: Mapped[int | None]


class ProxyPool(Record):
    """What its ports do for each other. A pool without a row asks for approval."""

    __tablename__ = "proxy_pools"

    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    policy: Mapped[Policy]
    changed_by: Mapped[str] = mapped_column(String(190))
    changed_at: Mapped[datetime]


class PlannedChange(Record):
    """
    Accounts that are to go out another way. Nothing moves before it is approved, and then each
    account only while nothing works with it.
    """

    __tablename__ = "proxy_changes"
    __table_args__ = (
        Index(None, "state", "id"),
        Index(None, "from_proxy_id", "state"),
        CheckConstraint(
            "state in ('proposed','approved','carried_out','refused','withdrawn')",
            name="state_known",
        ),
    )

    id: Mapped[int] = mapped_column(big_id, primary_key=True)
    state: Mapped[ChangeState]
    open_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Keeps a fail-over of one proxy from being proposed twice at a time."""
    from_proxy_id: Mapped[int] = mapped_column(big_id, ForeignKey("proxies.id", ondelete="CASCADE"))
    to_proxy_id: Mapped[int | None] = mapped_column(
        big_id, ForeignKey("proxies.id", ondelete="CASCADE")
    )
    """None for whichever of the pool is up and has room."""
    account_ids: Mapped[list[int] | None] = mapped_column(JSON)
    """Only these; none for all that go out through it when their turn comes."""
    is_fail_over: Mapped[bool] = mapped_column(Boolean)
    """Retinue has proposed it because the proxy is down; it is withdrawn when that is over."""
    reason: Mapped[str] = mapped_column(String(500))
    moved: Mapped[int] = mapped_column(default=0)
    waiting: Mapped[int] = mapped_column(default=0)
    """Accounts that were still to be moved at the last look."""
    note: Mapped[str | None] = mapped_column(String(300))
    """What keeps it waiting."""
    proposed_by: Mapped[str] = mapped_column(String(190))
    proposed_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(String(190))
    decided_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
