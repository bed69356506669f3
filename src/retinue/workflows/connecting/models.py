from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from retinue.foundation.database import Record


class Tier(StrEnum):
    """What the app has been granted by X; it decides which acts the interface takes."""

    self_serve = "self_serve"
    enterprise = "enterprise"


class NetworkConnection(Record):
    """How a network is reached, and who has decided that it is. The app's secret is sealed."""

    __tablename__ = "network_connections"

    network: Mapped[str] = mapped_column(String(20), primary_key=True)
    is_connected: Mapped[bool] = mapped_column(Boolean)
    base_url: Mapped[str] = mapped_column(String(300))
    tier: Mapped[Tier]
    client_id: Mapped[str] = mapped_column(String(200))
    client_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    """None for an app without one."""
    reason: Mapped[str] = mapped_column(String(500))
    changed_by: Mapped[str] = mapped_column(String(190))
    changed_at: Mapped[datetime]


class GrantState(StrEnum):
    ready = "ready"
    renewing = "renewing"
    """New tokens have been asked for, and their answer is not here, or never will be."""
    ended = "ended"
    """The network takes neither token: a person must authorise anew."""


class AccountGrant(Record):
    """
    What an account has been granted on a network: two tokens, sealed.

    A refresh token dies with its use. So `renewing` is committed before one is sent, and the tokens
    that come back are committed before either is used.
    """

    __tablename__ = "account_grants"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("accounts.id"), primary_key=True, autoincrement=False
    )
    network: Mapped[str] = mapped_column(String(20), index=True)
    base_url: Mapped[str] = mapped_column(String(300))
    client_id: Mapped[str] = mapped_column(String(200))
    """The app that it was granted to, and where: no other is ever shown the tokens."""
    state: Mapped[GrantState]
    access_token: Mapped[bytes | None] = mapped_column(LargeBinary)
    refresh_token: Mapped[bytes | None] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime | None]
    """When the access token ends; none where that is not known."""
    scope: Mapped[str] = mapped_column(String(500), default="")
    generation: Mapped[int] = mapped_column(default=1)
    """Grows with each pair of tokens, so that nobody renews what somebody else has renewed."""
    renewing_by: Mapped[str | None] = mapped_column(String(100))
    renewing_since: Mapped[datetime | None]
    trouble: Mapped[str | None] = mapped_column(String(300))
    """Why it has ended, or what is not known about the renewal that is under way."""
    granted_by: Mapped[str] = mapped_column(String(190))
    granted_at: Mapped[datetime]
    renewed_at: Mapped[datetime | None]
