from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from retinue.foundation.database import Record, big_id, id_text


class Role(StrEnum):
    viewer = "viewer"
    operator = "operator"
    admin = "admin"
    bot = "bot"


class Operator(Record):
    """A person who may log in."""

    __tablename__ = "operators"

    id: Mapped[int] = mapped_column(big_id, primary_key=True)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    """Case-folded."""
    role: Mapped[Role]
    password_hash: Mapped[str] = mapped_column(String(255))
    totp_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime | None]


class ApiToken(Record):
    """A bearer token. Only its hash is kept; `prefix` is what a list shows."""

    __tablename__ = "api_tokens"

    id: Mapped[str] = mapped_column(id_text, primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    prefix: Mapped[str] = mapped_column(String(16))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[Role]
    scopes: Mapped[list[str] | None] = mapped_column(JSON)
    """A narrowing of the role's scopes; null means all of them."""
    account_ids: Mapped[list[int] | None] = mapped_column(JSON)
    """A bot's own accounts; null means no restriction."""
    created_by: Mapped[str] = mapped_column(String(190))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]


class Login(Record):
    """One browser's log-in, known by the hash of its cookie."""

    __tablename__ = "logins"
    __table_args__ = (Index(None, "expires_at"),)

    cookie_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    operator_id: Mapped[int] = mapped_column(ForeignKey("operators.id"))
    csrf_token: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    address: Mapped[str | None] = mapped_column(String(64))


class LoginFailure(Record):
    """A failed attempt, kept as long as it slows down the next one."""

    __tablename__ = "login_failures"
    __table_args__ = (Index(None, "username", "at"), Index(None, "address", "at"))

    id: Mapped[int] = mapped_column(big_id, primary_key=True)
    username: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class Installation(Record):
    """This installation itself: one row, id 1."""

    __tablename__ = "installation"

    id: Mapped[int] = mapped_column(primary_key=True)
    is_demo: Mapped[bool] = mapped_column(Boolean)
    demo_ended_at: Mapped[datetime | None]
    demo_ended_by: Mapped[str | None] = mapped_column(String(100))
    setup_code_hash: Mapped[str | None] = mapped_column(String(64))
    setup_done_at: Mapped[datetime | None]
    key_id: Mapped[str] = mapped_column(String(32))
    """The sealing key that this database was written with."""
    key_check: Mapped[bytes] = mapped_column(LargeBinary)
    """A known text sealed with that key; a wrong key cannot open it."""
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime]
