from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import Mapped, mapped_column

from retinue.foundation.database import Record, big_id, id_text


class AccountKind(StrEnum):
    normal = "normal"
    worker = "worker"


class Lifecycle(StrEnum):
    imported = "imported"
    ready = "ready"
    warming_up = "warming_up"
    active = "active"
    retired = "retired"


class Health(StrEnum):
    unknown = "unknown"
    ok = "ok"
    cooldown = "cooldown"
    error = "error"
    needs_human = "needs_human"
    locked = "locked"
    suspended = "suspended"


class ValidationStatus(StrEnum):
    pending = "pending"
    validating = "validating"
    completed = "completed"
    failed = "failed"
    recovering = "recovering"


class Account(Record):
    """`health` never stands without its evidence: class, text, time, source, proxy."""

    __tablename__ = "accounts"
    __table_args__ = (
        UniqueConstraint("network", "login_key"),
        # What a grid is filtered, sorted and searched by, so that the page that is shown and its
        # total are found without reading the rows of a whole pool.
        Index(
            "ix_accounts_grid",
            "is_test",
            "lifecycle",
            "health",
            "validation_status",
            "kind",
            "paused_at",
            "persona_id",
            "account_no",
            "login_key",
            "email",
            "created_at",
            "last_validated_at",
        ),
        Index(None, "health"),
        Index(None, "created_at"),
        Index(None, "last_validated_at"),
        # Worker accounts take turns: whoever has been idle for longest is found at once.
        Index(None, "kind", "looked_up_at", "id"),
    )

    id: Mapped[int] = mapped_column(big_id, primary_key=True)
    uid: Mapped[str] = mapped_column(id_text, unique=True)
    """Names the account in files and binds its sealed values; never changes."""
    account_no: Mapped[str] = mapped_column(String(64), unique=True)
    network: Mapped[str] = mapped_column(String(20))
    login: Mapped[str] = mapped_column(String(100))
    """Without `@`, as written."""
    login_key: Mapped[str] = mapped_column(String(100))
    """The login case-folded."""
    email: Mapped[str | None] = mapped_column(String(254))
    kind: Mapped[AccountKind] = mapped_column(default=AccountKind.normal)
    lifecycle: Mapped[Lifecycle] = mapped_column(default=Lifecycle.imported)
    active_since: Mapped[datetime | None]
    """When it became `active`, as long as it is."""
    warmed_up_at: Mapped[datetime | None]
    """When it came out of its warm-up; none for an account that became active without one."""
    health: Mapped[Health] = mapped_column(default=Health.unknown)
    health_evidence: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    validation_status: Mapped[ValidationStatus] = mapped_column(default=ValidationStatus.pending)
    last_validated_at: Mapped[datetime | None]
    looked_up_at: Mapped[datetime | None]
    """When it last began a look-up, if it is a worker account."""
    paused_at: Mapped[datetime | None]
    pause_reason: Mapped[str | None] = mapped_column(String(500))
    persona_id: Mapped[int | None] = mapped_column(ForeignKey("personas.id"), index=True)
    proxy_id: Mapped[int | None] = mapped_column(ForeignKey("proxies.id"), index=True)
    timezone: Mapped[str] = mapped_column(String(64), default="UTC")
    labels: Mapped[list[str]] = mapped_column(JSON, default=list)
    user_agent: Mapped[str | None] = mapped_column(String(500))
    network_user_id: Mapped[str | None] = mapped_column(String(64))
    """The account's own id on its network, once a log-in has told it."""
    is_test: Mapped[bool] = mapped_column(Boolean, default=False)
    """The installation's own account for `/test_interaction`; in no list."""
    authorised_by: Mapped[str] = mapped_column(String(190))
    authorised_at: Mapped[datetime]
    import_digest: Mapped[str | None] = mapped_column(String(64))
    """Keyed digest of the last imported row, so that the same file changes nothing."""
    revision: Mapped[int] = mapped_column(default=1)
    """Grows with each change; the ETag."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class AccountLabel(Record):
    """One label of one account, to be looked for by; `Account.labels` is what is shown, in its order."""

    __tablename__ = "account_labels"
    __table_args__ = (Index(None, "label", "account_id"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    label: Mapped[str] = mapped_column(String(50), primary_key=True)


SECRET_FIELDS = (
    "password",
    "email_password",
    "auth_token",
    "ct0",
    "totp_secret",
    "backup_codes",
    "cookies",
)


class AccountCredentials(Record):
    """One row per account; each secret sealed by itself, with the value before it."""

    __tablename__ = "account_credentials"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    password: Mapped[bytes | None] = mapped_column(LargeBinary)
    password_previous: Mapped[bytes | None] = mapped_column(LargeBinary)
    refused_password: Mapped[str | None] = mapped_column(String(64))
    """Keyed digests, half of each, of the two passwords that the network refused last: they are not sent again."""
    refused_at: Mapped[datetime | None]
    email_password: Mapped[bytes | None] = mapped_column(LargeBinary)
    email_password_previous: Mapped[bytes | None] = mapped_column(LargeBinary)
    auth_token: Mapped[bytes | None] = mapped_column(LargeBinary)
    auth_token_previous: Mapped[bytes | None] = mapped_column(LargeBinary)
    ct0: Mapped[bytes | None] = mapped_column(LargeBinary)
    ct0_previous: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_secret_previous: Mapped[bytes | None] = mapped_column(LargeBinary)
    backup_codes: Mapped[bytes | None] = mapped_column(LargeBinary)
    backup_codes_previous: Mapped[bytes | None] = mapped_column(LargeBinary)
    cookies: Mapped[bytes | None] = mapped_column(LargeBinary)
    cookies_previous: Mapped[bytes | None] = mapped_column(LargeBinary)
    cookies_at: Mapped[datetime | None]
    """When the jar was taken out of a browser."""
    password_pending: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Sent to the network, perhaps: whether it or `password` opens the account is found out by a log-in."""
    pending_since: Mapped[datetime | None]
    cookies_pending: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The jar of a log-in that waits for a person."""
    updated_at: Mapped[datetime]


SEALED_COLUMNS = {
    **{name: name for name in SECRET_FIELDS},
    **{f"{name}_previous": name for name in SECRET_FIELDS},
    "password_pending": "password",
    "cookies_pending": "cookies",
}
"""Every sealed column, and the name it is sealed under: a value that moves on need not be sealed again."""


NOT_SENT = "not_sent"
"""The outcome of a log-in that nobody has seen, so that it does not count."""


class AccountLogIn(Record):
    """
    One log-in, written down before it is tried. `outcome` says `begun` until it is known; a crash leaves
    it so, and it counts as one all the same.
    """

    __tablename__ = "account_log_ins"
    __table_args__ = (Index(None, "account_id", "at"), Index(None, "at"))

    id: Mapped[int] = mapped_column(big_id, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column("actor", String(190))
    door: Mapped[str] = mapped_column(String(20))
    outcome: Mapped[str] = mapped_column(String(40))
    is_by_person: Mapped[bool] = mapped_column(Boolean)
    """Somebody has asked for it; what nobody has asked for is bounded."""


class UsedKind(StrEnum):
    backup_code = "backup_code"
    mail = "mail"


class UsedCode(Record):
    """A backup code that was given away, or was about to be, or the mail of one: by its keyed digest, for ever."""

    __tablename__ = "account_used_codes"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    kind: Mapped[UsedKind] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    used_at: Mapped[datetime]


class ImportState(StrEnum):
    waiting = "waiting"
    running = "running"
    completed = "completed"
    failed = "failed"


class RowOutcome(StrEnum):
    create = "create"
    update = "update"
    unchanged = "unchanged"
    error = "error"


class AccountImport(Record):
    """
    One uploaded file. `done_rows` counts the accepted rows whose account is written: it
    grows in the transaction that writes them, so that whoever goes on knows where.
    """

    __tablename__ = "account_imports"
    __table_args__ = (Index(None, "created_at"),)

    id: Mapped[str] = mapped_column(id_text, primary_key=True)
    file_digest: Mapped[str] = mapped_column(String(64))
    mode: Mapped[str] = mapped_column(String(20))
    is_dry_run: Mapped[bool] = mapped_column(Boolean)
    state: Mapped[ImportState]
    progress: Mapped[int] = mapped_column(default=0)
    is_checked: Mapped[bool] = mapped_column(Boolean, default=False)
    """Every row has been judged. From here on the import only goes forward."""
    done_rows: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    ignored_columns: Mapped[list[str]] = mapped_column(JSON, default=list)
    error: Mapped[str | None] = mapped_column(Text)
    requested_by: Mapped[str] = mapped_column(String(190))
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class AccountImportPart(Record):
    """A piece of the uploaded text, sealed. It goes with the last transaction of the import."""

    __tablename__ = "account_import_parts"

    import_id: Mapped[str] = mapped_column(ForeignKey("account_imports.id"), primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sealed: Mapped[bytes] = mapped_column(
        # MySQL's BLOB ends at 64 KiB.
        LargeBinary().with_variant(mysql.MEDIUMBLOB(), "mysql", "mariadb")
    )


class AccountImportRow(Record):
    """What became of one row, or would have: every error, and in a dry run every row. Never a secret."""

    __tablename__ = "account_import_rows"

    import_id: Mapped[str] = mapped_column(ForeignKey("account_imports.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    line: Mapped[int]
    """Counted from 1, the header included; a row with line breaks counts where it begins."""
    outcome: Mapped[RowOutcome]
    account_no: Mapped[str | None] = mapped_column(String(64))
    login: Mapped[str | None] = mapped_column(String(100))
    column: Mapped[str | None] = mapped_column("column_name", String(100))
    reason: Mapped[str | None] = mapped_column(String(500))
    fix: Mapped[str | None] = mapped_column(String(500))
