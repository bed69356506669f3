"""The first schema: every table, and the triggers that keep what was written down from being changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

from retinue.foundation.database.append_only import guards
from retinue.foundation.database.record import TABLE_OPTIONS, UtcDateTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "account_imports",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("file_digest", sa.String(length=64), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("is_dry_run", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "running",
                "completed",
                "failed",
                name="importstate",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("is_checked", sa.Boolean(), nullable=False),
        sa.Column("done_rows", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("ignored_columns", sa.JSON(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("requested_by", sa.String(length=190), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_imports")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_index(
        op.f("ix_account_imports_created_at"),
        "account_imports",
        ["created_at"],
        unique=False,
        if_not_exists=True,
    )
    op.create_table(
        "agents",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("incarnation", sa.String(length=36), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("journals", sa.String(length=36), nullable=True),
        sa.Column("reconciled", sa.String(length=36), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_agents")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("prefix", sa.String(length=16), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "viewer", "operator", "admin", "bot", name="role", native_enum=False, length=20
            ),
            nullable=False,
        ),
        sa.Column("scopes", sa.JSON(), nullable=True),
        sa.Column("account_ids", sa.JSON(), nullable=True),
        sa.Column("created_by", sa.String(length=190), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.Column("last_used_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_tokens_token_hash")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_table(
        "audit_entries",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(length=190), nullable=False),
        sa.Column("action", sa.String(length=100), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=190), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("request_id", sa.String(length=64), nullable=True),
        sa.Column("address", sa.String(length=64), nullable=True),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_entries_hash")),
        info={"append_only": True},
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_index(
        op.f("ix_audit_entries_at"), "audit_entries", ["at"], unique=False, if_not_exists=True
    )
    op.create_index(
        op.f("ix_audit_entries_subject_kind_subject_id"),
        "audit_entries",
        ["subject_kind", "subject_id"],
        unique=False,
        if_not_exists=True,
    )
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last_id", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_table(
        "batches",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column(
            "type",
            sa.Enum(
                "validate_account",
                "recover_account",
                "rotate_password",
                "refresh_cookies",
                "check_proxy",
                "update_profile",
                "follow",
                "lookup_profile",
                "lookup_posts",
                name="tasktype",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=190), nullable=True),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("served_at", UtcDateTime(), nullable=False),
        sa.Column("requested_by", sa.String(length=190), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_index(
        op.f("ix_batches_created_at"), "batches", ["created_at"], unique=False, if_not_exists=True
    )
    op.create_index(
        op.f("ix_batches_finished_at_served_at"),
        "batches",
        ["finished_at", "served_at"],
        unique=False,
        sqlite_where=sa.text("finished_at IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL"),
        if_not_exists=True,
    )
    op.create_table(
        "cache_tallies",
        sa.Column("hour", UtcDateTime(), nullable=False),
        sa.Column("hits", sa.BigInteger(), nullable=False),
        sa.Column("misses", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hour", name=op.f("pk_cache_tallies")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_table(
        "do_not_contact",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("network", sa.String(length=20), nullable=False),
        sa.Column("handle", sa.String(length=255), nullable=True),
        sa.Column("handle_hash", sa.String(length=64), nullable=False),
        sa.Column("network_id", sa.String(length=64), nullable=True),
        sa.Column("scope_key", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("created_by", sa.String(length=190), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_do_not_contact")),
        sa.UniqueConstraint(
            "network",
            "handle_hash",
            "scope_key",
            name=op.f("uq_do_not_contact_network_handle_hash_scope_key"),
        ),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_index(
        op.f("ix_do_not_contact_network_network_id"),
        "do_not_contact",
        ["network", "network_id"],
        unique=False,
        if_not_exists=True,
    )
    op.create_table(
        "event_counter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("oldest", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_counter")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_index(op.f("ix_events_seq"), "events", ["seq"], unique=True, if_not_exists=True)
    op.create_table(
        "history_filters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("actions", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history_filters")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_table(
        "history_starts",
        sa.Column(
            "account_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("is_freeing", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_history_starts")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("owner", sa.String(length=190), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("taken_by", sa.String(length=36), nullable=False),
        sa.Column(
            "answer",
            sa.LargeBinary()
            .with_variant(mysql.MEDIUMBLOB(), "mariadb")
            .with_variant(mysql.MEDIUMBLOB(), "mysql"),
            nullable=True,
        ),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "key", name=op.f("pk_idempotency_keys")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_index(
        op.f("ix_idempotency_keys_created_at"),
        "idempotency_keys",
        ["created_at"],
        unique=False,
        if_not_exists=True,
    )
    op.create_table(
        "inbox_items",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=190), nullable=False),
        sa.Column("open_key", sa.String(length=190), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "unknown_outcome",
                "action_block",
                "challenge",
                "second_factor",
                "review",
                "locked",
                "assisted_task",
                name="itemkind",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "claimed",
                "resolved",
                "expired",
                name="itemstate",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("account", sa.String(length=255), nullable=True),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=190), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("instructions", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("claimed_by", sa.String(length=190), nullable=True),
        sa.Column("claimed_key", sa.String(length=190), nullable=True),
        sa.Column("claimed_at", UtcDateTime(), nullable=True),
        sa.Column("resolved_by", sa.String(length=190), nullable=True),
        sa.Column("resolved_at", UtcDateTime(), nullable=True),
        sa.Column("resolution", sa.String(length=40), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state in ('open','claimed','resolved','expired')",
            name=op.f("ck_inbox_items_state_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox_items")),
        sa.UniqueConstraint("open_key", name=op.f("uq_inbox_items_open_key")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_index(
        op.f("ix_inbox_items_account_id_id"),
        "inbox_items",
        ["account_id", "id"],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_inbox_items_due_at"), "inbox_items", ["due_at"], unique=False, if_not_exists=True
    )
    op.create_index(
        op.f("ix_inbox_items_state_id"),
        "inbox_items",
        ["state", "id"],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_inbox_items_subject_kind_subject_id"),
        "inbox_items",
        ["subject_kind", "subject_id"],
        unique=False,
        if_not_exists=True,
    )
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("demo_ended_at", UtcDateTime(), nullable=True),
        sa.Column("demo_ended_by", sa.String(length=100), nullable=True),
        sa.Column("setup_code_hash", sa.String(length=64), nullable=True),
        sa.Column("setup_done_at", UtcDateTime(), nullable=True),
        sa.Column("key_id", sa.String(length=32), nullable=False),
        sa.Column("key_check", sa.LargeBinary(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_table(
        "interaction_tallies",
        sa.Column(
            "account_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("hour", UtcDateTime(), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "success",
                "failed",
                "skipped",
                "retry",
                "dedupe_hit",
                "unknown",
                name="eventstatus",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "account_id", "hour", "action", "status", name=op.f("pk_interaction_tallies")
        ),
        sqlite_with_rowid=False,
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("key", sa.String(length=190), nullable=True),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("every", sa.Float(), nullable=True),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("lease_holder", sa.String(length=190), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("dead_at", UtcDateTime(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_index(
        op.f("ix_jobs_done_at_dead_at_due_at"),
        "jobs",
        ["done_at", "dead_at", "due_at"],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(op.f("ix_jobs_key"), "jobs", ["key"], unique=True, if_not_exists=True)
    op.create_table(
        "leases",
        sa.Column("key", sa.String(length=190), nullable=False),
        sa.Column("holder", sa.String(length=190), nullable=True),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_leases")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_table(
        "login_failures",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_failures")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_index(
        op.f("ix_login_failures_address_at"),
        "login_failures",
        ["address", "at"],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_login_failures_username_at"),
        "login_failures",
        ["username", "at"],
        unique=False,
        if_not_exists=True,
    )
    op.create_table(
        "operators",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "viewer", "operator", "admin", "bot", name="role", native_enum=False, length=20
            ),
            nullable=False,
        ),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("totp_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("disabled_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("last_seen_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operators")),
        sa.UniqueConstraint("username", name=op.f("uq_operators_username")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_table(
        "pauses",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("paused_by", sa.String(length=190), nullable=False),
        sa.Column("paused_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_pauses")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_table(
        "personas",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("name_key", sa.String(length=100), nullable=False),
        sa.Column("link", sa.String(length=500), nullable=True),
        sa.Column("paused_at", UtcDateTime(), nullable=True),
        sa.Column("pause_reason", sa.String(length=500), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personas")),
        sa.UniqueConstraint("name_key", name=op.f("uq_personas_name_key")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_table(
        "proxies",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("identity", sa.String(length=64), nullable=False),
        sa.Column("scheme", sa.String(length=10), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("port", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(length=255), nullable=True),
        sa.Column("password_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("password_digest", sa.String(length=64), nullable=True),
        sa.Column("checked_at", UtcDateTime(), nullable=True),
        sa.Column("check_ok", sa.Boolean(), nullable=True),
        sa.Column("check_message", sa.String(length=300), nullable=True),
        sa.Column("exit_address", sa.String(length=64), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proxies")),
        sa.UniqueConstraint("identity", name=op.f("uq_proxies_identity")),
        sa.UniqueConstraint("uid", name=op.f("uq_proxies_uid")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_table(
        "settings_versions",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("changed_by", sa.String(length=190), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_settings_versions")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_table(
        "tally_gaps",
        sa.Column(
            "first_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("last_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("noticed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("first_id", name=op.f("pk_tally_gaps")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_table(
        "tally_states",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "through_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tally_states")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_table(
        "targets",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("network", sa.String(length=20), nullable=False),
        sa.Column("network_id", sa.String(length=64), nullable=True),
        sa.Column("handle", sa.String(length=255), nullable=True),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("unavailable_at", UtcDateTime(), nullable=True),
        sa.Column(
            "merged_into_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["targets.id"], name=op.f("fk_targets_merged_into_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_targets")),
        sa.UniqueConstraint("network", "handle", name=op.f("uq_targets_network_handle")),
        sa.UniqueConstraint("network", "network_id", name=op.f("uq_targets_network_network_id")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_table(
        "workers",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("beat_at", UtcDateTime(), nullable=False),
        sa.Column("places", sa.SmallInteger(), nullable=False),
        sa.Column("busy", sa.SmallInteger(), nullable=False),
        sa.Column("types", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workers")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_table(
        "account_import_parts",
        sa.Column("import_id", sa.String(length=36), nullable=False),
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "sealed",
            sa.LargeBinary()
            .with_variant(mysql.MEDIUMBLOB(), "mariadb")
            .with_variant(mysql.MEDIUMBLOB(), "mysql"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["account_imports.id"], name=op.f("fk_account_import_parts_import_id")
        ),
        sa.PrimaryKeyConstraint("import_id", "part", name=op.f("pk_account_import_parts")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_table(
        "account_import_rows",
        sa.Column("import_id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "create",
                "update",
                "unchanged",
                "error",
                name="rowoutcome",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("account_no", sa.String(length=64), nullable=True),
        sa.Column("login", sa.String(length=100), nullable=True),
        sa.Column("column_name", sa.String(length=100), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("fix", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"], ["account_imports.id"], name=op.f("fk_account_import_rows_import_id")
        ),
        sa.PrimaryKeyConstraint("import_id", "seq", name=op.f("pk_account_import_rows")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_table(
        "accounts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("account_no", sa.String(length=64), nullable=False),
        sa.Column("network", sa.String(length=20), nullable=False),
        sa.Column("login", sa.String(length=100), nullable=False),
        sa.Column("login_key", sa.String(length=100), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column(
            "kind",
            sa.Enum("normal", "worker", name="accountkind", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column(
            "lifecycle",
            sa.Enum(
                "imported",
                "ready",
                "warming_up",
                "active",
                "retired",
                name="lifecycle",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "health",
            sa.Enum(
                "unknown",
                "ok",
                "cooldown",
                "error",
                "needs_human",
                "locked",
                "suspended",
                name="health",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("health_evidence", sa.JSON(), nullable=True),
        sa.Column(
            "validation_status",
            sa.Enum(
                "pending",
                "validating",
                "completed",
                "failed",
                "recovering",
                name="validationstatus",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("last_validated_at", UtcDateTime(), nullable=True),
        sa.Column("paused_at", UtcDateTime(), nullable=True),
        sa.Column("pause_reason", sa.String(length=500), nullable=True),
        sa.Column(
            "persona_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("proxy_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("user_agent", sa.String(length=500), nullable=True),
        sa.Column("network_user_id", sa.String(length=64), nullable=True),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.Column("authorised_by", sa.String(length=190), nullable=False),
        sa.Column("authorised_at", UtcDateTime(), nullable=False),
        sa.Column("import_digest", sa.String(length=64), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["persona_id"], ["personas.id"], name=op.f("fk_accounts_persona_id")
        ),
        sa.ForeignKeyConstraint(["proxy_id"], ["proxies.id"], name=op.f("fk_accounts_proxy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("account_no", name=op.f("uq_accounts_account_no")),
        sa.UniqueConstraint("network", "login_key", name=op.f("uq_accounts_network_login_key")),
        sa.UniqueConstraint("uid", name=op.f("uq_accounts_uid")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_index(
        op.f("ix_accounts_created_at"), "accounts", ["created_at"], unique=False, if_not_exists=True
    )
    op.create_index(
        "ix_accounts_grid",
        "accounts",
        [
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
        ],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_accounts_health"), "accounts", ["health"], unique=False, if_not_exists=True
    )
    op.create_index(
        op.f("ix_accounts_last_validated_at"),
        "accounts",
        ["last_validated_at"],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_accounts_persona_id"), "accounts", ["persona_id"], unique=False, if_not_exists=True
    )
    op.create_index(
        op.f("ix_accounts_proxy_id"), "accounts", ["proxy_id"], unique=False, if_not_exists=True
    )
    op.create_table(
        "logins",
        sa.Column("cookie_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "operator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("csrf_token", sa.String(length=64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("last_seen_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["operators.id"], name=op.f("fk_logins_operator_id")
        ),
        sa.PrimaryKeyConstraint("cookie_hash", name=op.f("pk_logins")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_index(
        op.f("ix_logins_expires_at"), "logins", ["expires_at"], unique=False, if_not_exists=True
    )
    op.create_table(
        "windows",
        sa.Column("network", sa.String(length=20), nullable=False),
        sa.Column("scope_key", sa.String(length=40), nullable=False),
        sa.Column(
            "target_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("attempt_id", sa.String(length=36), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["target_id"], ["targets.id"], name=op.f("fk_windows_target_id")),
        sa.PrimaryKeyConstraint(
            "network", "scope_key", "target_id", "action", name=op.f("pk_windows")
        ),
        sqlite_with_rowid=False,
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_index(
        op.f("ix_windows_expires_at"), "windows", ["expires_at"], unique=False, if_not_exists=True
    )
    op.create_table(
        "account_credentials",
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("password", sa.LargeBinary(), nullable=True),
        sa.Column("password_previous", sa.LargeBinary(), nullable=True),
        sa.Column("refused_password", sa.String(length=64), nullable=True),
        sa.Column("refused_at", UtcDateTime(), nullable=True),
        sa.Column("email_password", sa.LargeBinary(), nullable=True),
        sa.Column("email_password_previous", sa.LargeBinary(), nullable=True),
        sa.Column("auth_token", sa.LargeBinary(), nullable=True),
        sa.Column("auth_token_previous", sa.LargeBinary(), nullable=True),
        sa.Column("ct0", sa.LargeBinary(), nullable=True),
        sa.Column("ct0_previous", sa.LargeBinary(), nullable=True),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=True),
        sa.Column("totp_secret_previous", sa.LargeBinary(), nullable=True),
        sa.Column("backup_codes", sa.LargeBinary(), nullable=True),
        sa.Column("backup_codes_previous", sa.LargeBinary(), nullable=True),
        sa.Column("cookies", sa.LargeBinary(), nullable=True),
        sa.Column("cookies_previous", sa.LargeBinary(), nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_account_credentials_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_account_credentials")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_table(
        "account_errors",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("failure", sa.String(length=40), nullable=False),
        sa.Column("phase", sa.String(length=20), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("session_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_account_errors_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_errors")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_index(
        op.f("ix_account_errors_account_id_at"),
        "account_errors",
        ["account_id", "at"],
        unique=False,
        if_not_exists=True,
    )
    op.create_table(
        "account_labels",
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("label", sa.String(length=50), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_account_labels_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", "label", name=op.f("pk_account_labels")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_index(
        op.f("ix_account_labels_label_account_id"),
        "account_labels",
        ["label", "account_id"],
        unique=False,
        if_not_exists=True,
    )
    op.create_table(
        "account_safety",
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("consecutive_rate_limits", sa.Integer(), nullable=False),
        sa.Column("backoff_until", UtcDateTime(), nullable=True),
        sa.Column("cooldown_until", UtcDateTime(), nullable=True),
        sa.Column("is_probing", sa.Boolean(), nullable=False),
        sa.Column("errors_by_class", sa.JSON(), nullable=False),
        sa.Column("last_error_at", UtcDateTime(), nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_account_safety_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_account_safety")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_table(
        "attempts",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "persona_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("network", sa.String(length=20), nullable=False),
        sa.Column(
            "target_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("target_username", sa.String(length=255), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("object_id", sa.String(length=64), nullable=True),
        sa.Column("text_hash", sa.String(length=64), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "intent",
                "confirmed",
                "refused",
                "unknown",
                "absent",
                name="attemptstate",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("source", sa.String(length=190), nullable=True),
        sa.Column("session_id", sa.String(length=36), nullable=True),
        sa.Column("task_id", sa.String(length=36), nullable=True),
        sa.Column("device_id", sa.Integer(), nullable=True),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("held_until", UtcDateTime(), nullable=True),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("settled_by", sa.String(length=40), nullable=True),
        sa.Column("failure", sa.String(length=40), nullable=True),
        sa.Column("phase", sa.String(length=20), nullable=True),
        sa.Column("evidence", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("probes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_probe_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "state in ('intent','confirmed','refused','unknown','absent')",
            name=op.f("ck_attempts_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_attempts_account_id")
        ),
        sa.ForeignKeyConstraint(["target_id"], ["targets.id"], name=op.f("fk_attempts_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
        sqlite_with_rowid=False,
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_index(
        op.f("ix_attempts_account_id_action_started_at_state"),
        "attempts",
        ["account_id", "action", "started_at", "state"],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_attempts_next_probe_at"),
        "attempts",
        ["next_probe_at"],
        unique=False,
        sqlite_where=sa.text("next_probe_at is not null"),
        postgresql_where=sa.text("next_probe_at is not null"),
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_attempts_session_id_id"),
        "attempts",
        ["session_id", "id"],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_attempts_state_started_at"),
        "attempts",
        ["state", "started_at"],
        unique=False,
        sqlite_where=sa.text("state in ('intent', 'unknown')"),
        postgresql_where=sa.text("state in ('intent', 'unknown')"),
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_attempts_target_id_action"),
        "attempts",
        ["target_id", "action"],
        unique=False,
        if_not_exists=True,
    )
    op.create_table(
        "contacts",
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "target_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("source", sa.String(length=190), nullable=False),
        sa.Column("contacted_at", UtcDateTime(), nullable=False),
        sa.Column("is_counted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_contacts_account_id")
        ),
        sa.ForeignKeyConstraint(["target_id"], ["targets.id"], name=op.f("fk_contacts_target_id")),
        sa.PrimaryKeyConstraint("account_id", "target_id", name=op.f("pk_contacts")),
        sqlite_with_rowid=False,
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_table(
        "decision_traces",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("target_username", sa.String(length=255), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=20), nullable=True),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("rule", sa.String(length=60), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(length=190), nullable=True),
        sa.Column("session_id", sa.String(length=36), nullable=True),
        sa.Column("attempt_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_decision_traces_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_traces")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_index(
        op.f("ix_decision_traces_account_id_target_username_at"),
        "decision_traces",
        ["account_id", "target_username", "at"],
        unique=False,
        if_not_exists=True,
    )
    op.create_table(
        "interaction_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("platform", sa.String(length=20), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("target_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("target_username", sa.String(length=255), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "success",
                "failed",
                "skipped",
                "retry",
                "dedupe_hit",
                "unknown",
                name="eventstatus",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=255), nullable=True),
        sa.Column("attempt_id", sa.String(length=36), nullable=True),
        sa.Column("task_id", sa.String(length=36), nullable=True),
        sa.Column("session_id", sa.String(length=36), nullable=True),
        sa.Column("device_id", sa.Integer(), nullable=True),
        sa.Column("latency_ms", sa.Integer(), nullable=True),
        sa.Column("ts", UtcDateTime(), nullable=False),
        sa.Column("metadata", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_interaction_events_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["targets.id"], name=op.f("fk_interaction_events_target_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interaction_events")),
        info={"append_only": True},
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_index(
        op.f("ix_interaction_events_account_id_ts"),
        "interaction_events",
        ["account_id", "ts"],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_interaction_events_action_ts"),
        "interaction_events",
        ["action", "ts"],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_interaction_events_session_id_id"),
        "interaction_events",
        ["session_id", "id"],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_interaction_events_status_ts"),
        "interaction_events",
        ["status", "ts"],
        unique=False,
        sqlite_where=sa.text("status = 'failed' or status = 'retry' or status = 'unknown'"),
        postgresql_where=sa.text("status = 'failed' or status = 'retry' or status = 'unknown'"),
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_interaction_events_target_username_ts"),
        "interaction_events",
        ["target_username", "ts"],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_interaction_events_task_id_ts"),
        "interaction_events",
        ["task_id", "ts"],
        unique=False,
        sqlite_where=sa.text("task_id is not null"),
        postgresql_where=sa.text("task_id is not null"),
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_interaction_events_ts_id"),
        "interaction_events",
        ["ts", "id"],
        unique=False,
        if_not_exists=True,
    )
    op.create_table(
        "interaction_latest",
        sa.Column("platform", sa.String(length=20), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "target_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column(
            "last_status",
            sa.Enum(
                "success",
                "failed",
                "skipped",
                "retry",
                "dedupe_hit",
                "unknown",
                name="eventstatus",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("last_ts", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_interaction_latest_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["targets.id"], name=op.f("fk_interaction_latest_target_id")
        ),
        sa.PrimaryKeyConstraint(
            "platform", "account_id", "target_id", "action", name=op.f("pk_interaction_latest")
        ),
        sqlite_with_rowid=False,
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_index(
        op.f("ix_interaction_latest_expires_at"),
        "interaction_latest",
        ["expires_at"],
        unique=False,
        if_not_exists=True,
    )
    op.create_table(
        "known_followers",
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "target_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("first_seen_at", UtcDateTime(), nullable=False),
        sa.Column("contacted_at", UtcDateTime(), nullable=True),
        sa.Column("after_seconds", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.String(length=190), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_known_followers_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["targets.id"], name=op.f("fk_known_followers_target_id")
        ),
        sa.PrimaryKeyConstraint("account_id", "target_id", name=op.f("pk_known_followers")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_table(
        "plan_versions",
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "text",
            sa.Text()
            .with_variant(mysql.MEDIUMTEXT(), "mariadb")
            .with_variant(mysql.MEDIUMTEXT(), "mysql"),
            nullable=False,
        ),
        sa.Column("saved_by", sa.String(length=190), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_plan_versions_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", "version", name=op.f("pk_plan_versions")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("agent", sa.String(length=100), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "starting",
                "running",
                "stopping",
                "stopped",
                "completed",
                "failed",
                "timed_out",
                "lost",
                name="sessionstatus",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("desired_state", sa.String(length=20), nullable=False),
        sa.Column("requested_by", sa.String(length=190), nullable=False),
        sa.Column("stop_reason", sa.String(length=255), nullable=True),
        sa.Column("plan_version", sa.Integer(), nullable=True),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=True),
        sa.Column("pid_birth", sa.String(length=80), nullable=True),
        sa.Column("heartbeat_at", UtcDateTime(), nullable=True),
        sa.Column("current_job", sa.String(length=100), nullable=True),
        sa.Column("current_target", sa.String(length=255), nullable=True),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("counters", sa.JSON(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("ends_by", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_sessions_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_index(
        op.f("ix_sessions_account_id_created_at"),
        "sessions",
        ["account_id", "created_at"],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_sessions_status"), "sessions", ["status"], unique=False, if_not_exists=True
    )
    op.create_table(
        "source_tallies",
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("source", sa.String(length=190), nullable=False),
        sa.Column("contacted", sa.Integer(), nullable=False),
        sa.Column("first_at", UtcDateTime(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_source_tallies_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", "source", name=op.f("pk_source_tallies")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_table(
        "task_uses",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("operation", sa.String(length=20), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("task_id", sa.String(length=36), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_task_uses_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_uses")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_index(
        op.f("ix_task_uses_account_id_operation_at"),
        "task_uses",
        ["account_id", "operation", "at"],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(op.f("ix_task_uses_at"), "task_uses", ["at"], unique=False, if_not_exists=True)
    op.create_index(
        op.f("ix_task_uses_operation_at"),
        "task_uses",
        ["operation", "at"],
        unique=False,
        if_not_exists=True,
    )
    op.create_table(
        "tasks",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column(
            "type",
            sa.Enum(
                "validate_account",
                "recover_account",
                "rotate_password",
                "refresh_cookies",
                "check_proxy",
                "update_profile",
                "follow",
                "lookup_profile",
                "lookup_posts",
                name="tasktype",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "pending",
                "running",
                "completed",
                "failed",
                name="taskstatus",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("lane", sa.String(length=36), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "worker_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("worker_wish", sa.BigInteger(), nullable=True),
        sa.Column("batch_id", sa.String(length=36), nullable=True),
        sa.Column("chunk", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("error", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("reason", sa.String(length=60), nullable=True),
        sa.Column("progress", sa.SmallInteger(), nullable=False),
        sa.Column("note", sa.String(length=255), nullable=True),
        sa.Column(
            "waiting_for",
            sa.Enum(
                "turn",
                "retry",
                "account_busy",
                "account_backoff",
                "rate_budget",
                "worker_account",
                "person",
                "paused",
                name="waitingfor",
                native_enum=False,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("waiting_until", UtcDateTime(), nullable=True),
        sa.Column("waiting_why", sa.String(length=255), nullable=True),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("retries", sa.Integer(), nullable=False),
        sa.Column("backoff_step", sa.Integer(), nullable=False),
        sa.Column("start_time", UtcDateTime(), nullable=True),
        sa.Column("end_time", UtcDateTime(), nullable=True),
        sa.Column("lease_holder", sa.String(length=100), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column(
            "busy_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("account_fence", sa.BigInteger(), nullable=True),
        sa.Column("is_cancel_asked", sa.Boolean(), nullable=False),
        sa.Column("requested_by", sa.String(length=190), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_tasks_account_id")),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_tasks_batch_id")),
        sa.ForeignKeyConstraint(
            ["busy_account_id"], ["accounts.id"], name=op.f("fk_tasks_busy_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["worker_account_id"], ["accounts.id"], name=op.f("fk_tasks_worker_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
        sa.UniqueConstraint("busy_account_id", name=op.f("uq_tasks_busy_account_id")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_index(
        op.f("ix_tasks_account_id_due_at"),
        "tasks",
        ["account_id", "due_at"],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_tasks_batch_id_chunk_status"),
        "tasks",
        ["batch_id", "chunk", "status"],
        unique=False,
        sqlite_where=sa.text("batch_id IS NOT NULL"),
        postgresql_where=sa.text("batch_id IS NOT NULL"),
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_tasks_batch_id_position"),
        "tasks",
        ["batch_id", "position"],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_tasks_end_time"), "tasks", ["end_time"], unique=False, if_not_exists=True
    )
    op.create_index(
        op.f("ix_tasks_lease_until"),
        "tasks",
        ["lease_until"],
        unique=False,
        sqlite_where=sa.text("status = 'running'"),
        postgresql_where=sa.text("status = 'running'"),
        if_not_exists=True,
    )
    op.create_index("ix_tasks_shown", "tasks", ["status", "id"], unique=False, if_not_exists=True)
    op.create_index(
        op.f("ix_tasks_status_lane_priority_due_at_id"),
        "tasks",
        ["status", "lane", "priority", "due_at", "id"],
        unique=False,
        sqlite_where=sa.text("status = 'pending'"),
        postgresql_where=sa.text("status = 'pending'"),
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_tasks_waiting_for_due_at"),
        "tasks",
        ["waiting_for", "due_at"],
        unique=False,
        sqlite_where=sa.text("waiting_for IS NOT NULL"),
        postgresql_where=sa.text("waiting_for IS NOT NULL"),
        if_not_exists=True,
    )
    op.create_table(
        "session_samples",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("session_id", sa.String(length=36), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("cpu_percent", sa.Float(), nullable=False),
        sa.Column("memory_mb", sa.Float(), nullable=False),
        sa.Column("children", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_session_samples_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_samples")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_index(
        op.f("ix_session_samples_at"), "session_samples", ["at"], unique=False, if_not_exists=True
    )
    op.create_index(
        op.f("ix_session_samples_session_id_at"),
        "session_samples",
        ["session_id", "at"],
        unique=False,
        if_not_exists=True,
    )
    for table in ("audit_entries", "interaction_events"):
        for statement in guards(table, op.get_bind().dialect.name):
            # The driver gets the statement as it is: a colon or a percent sign in it is no parameter.
            op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    op.drop_index(
        op.f("ix_session_samples_session_id_at"), table_name="session_samples", if_exists=True
    )
    op.drop_index(op.f("ix_session_samples_at"), table_name="session_samples", if_exists=True)
    op.drop_table("session_samples", if_exists=True)
    op.drop_index(
        op.f("ix_tasks_waiting_for_due_at"),
        table_name="tasks",
        sqlite_where=sa.text("waiting_for IS NOT NULL"),
        postgresql_where=sa.text("waiting_for IS NOT NULL"),
        if_exists=True,
    )
    op.drop_index(
        op.f("ix_tasks_status_lane_priority_due_at_id"),
        table_name="tasks",
        sqlite_where=sa.text("status = 'pending'"),
        postgresql_where=sa.text("status = 'pending'"),
        if_exists=True,
    )
    op.drop_index("ix_tasks_shown", table_name="tasks", if_exists=True)
    op.drop_index(
        op.f("ix_tasks_lease_until"),
        table_name="tasks",
        sqlite_where=sa.text("status = 'running'"),
        postgresql_where=sa.text("status = 'running'"),
        if_exists=True,
    )
    op.drop_index(op.f("ix_tasks_end_time"), table_name="tasks", if_exists=True)
    op.drop_index(op.f("ix_tasks_batch_id_position"), table_name="tasks", if_exists=True)
    op.drop_index(
        op.f("ix_tasks_batch_id_chunk_status"),
        table_name="tasks",
        sqlite_where=sa.text("batch_id IS NOT NULL"),
        postgresql_where=sa.text("batch_id IS NOT NULL"),
        if_exists=True,
    )
    op.drop_index(op.f("ix_tasks_account_id_due_at"), table_name="tasks", if_exists=True)
    op.drop_table("tasks", if_exists=True)
    op.drop_index(op.f("ix_task_uses_operation_at"), table_name="task_uses", if_exists=True)
    op.drop_index(op.f("ix_task_uses_at"), table_name="task_uses", if_exists=True)
    op.drop_index(
        op.f("ix_task_uses_account_id_operation_at"), table_name="task_uses", if_exists=True
    )
    op.drop_table("task_uses", if_exists=True)
    op.drop_table("source_tallies", if_exists=True)
    op.drop_index(op.f("ix_sessions_status"), table_name="sessions", if_exists=True)
    op.drop_index(op.f("ix_sessions_account_id_created_at"), table_name="sessions", if_exists=True)
    op.drop_table("sessions", if_exists=True)
    op.drop_table("plan_versions", if_exists=True)
    op.drop_table("known_followers", if_exists=True)
    op.drop_index(
        op.f("ix_interaction_latest_expires_at"), table_name="interaction_latest", if_exists=True
    )
    op.drop_table("interaction_latest", if_exists=True)
    op.drop_index(
        op.f("ix_interaction_events_ts_id"), table_name="interaction_events", if_exists=True
    )
    op.drop_index(
        op.f("ix_interaction_events_task_id_ts"),
        table_name="interaction_events",
        sqlite_where=sa.text("task_id is not null"),
        postgresql_where=sa.text("task_id is not null"),
        if_exists=True,
    )
    op.drop_index(
        op.f("ix_interaction_events_target_username_ts"),
        table_name="interaction_events",
        if_exists=True,
    )
    op.drop_index(
        op.f("ix_interaction_events_status_ts"),
        table_name="interaction_events",
        sqlite_where=sa.text("status = 'failed' or status = 'retry' or status = 'unknown'"),
        postgresql_where=sa.text("status = 'failed' or status = 'retry' or status = 'unknown'"),
        if_exists=True,
    )
    op.drop_index(
        op.f("ix_interaction_events_session_id_id"), table_name="interaction_events", if_exists=True
    )
    op.drop_index(
        op.f("ix_interaction_events_action_ts"), table_name="interaction_events", if_exists=True
    )
    op.drop_index(
        op.f("ix_interaction_events_account_id_ts"), table_name="interaction_events", if_exists=True
    )
    op.drop_table("interaction_events", if_exists=True)
    op.drop_index(
        op.f("ix_decision_traces_account_id_target_username_at"),
        table_name="decision_traces",
        if_exists=True,
    )
    op.drop_table("decision_traces", if_exists=True)
    op.drop_table("contacts", if_exists=True)
    op.drop_index(op.f("ix_attempts_target_id_action"), table_name="attempts", if_exists=True)
    op.drop_index(
        op.f("ix_attempts_state_started_at"),
        table_name="attempts",
        sqlite_where=sa.text("state in ('intent', 'unknown')"),
        postgresql_where=sa.text("state in ('intent', 'unknown')"),
        if_exists=True,
    )
    op.drop_index(op.f("ix_attempts_session_id_id"), table_name="attempts", if_exists=True)
    op.drop_index(
        op.f("ix_attempts_next_probe_at"),
        table_name="attempts",
        sqlite_where=sa.text("next_probe_at is not null"),
        postgresql_where=sa.text("next_probe_at is not null"),
        if_exists=True,
    )
    op.drop_index(
        op.f("ix_attempts_account_id_action_started_at_state"),
        table_name="attempts",
        if_exists=True,
    )
    op.drop_table("attempts", if_exists=True)
    op.drop_table("account_safety", if_exists=True)
    op.drop_index(
        op.f("ix_account_labels_label_account_id"), table_name="account_labels", if_exists=True
    )
    op.drop_table("account_labels", if_exists=True)
    op.drop_index(
        op.f("ix_account_errors_account_id_at"), table_name="account_errors", if_exists=True
    )
    op.drop_table("account_errors", if_exists=True)
    op.drop_table("account_credentials", if_exists=True)
    op.drop_index(op.f("ix_windows_expires_at"), table_name="windows", if_exists=True)
    op.drop_table("windows", if_exists=True)
    op.drop_index(op.f("ix_logins_expires_at"), table_name="logins", if_exists=True)
    op.drop_table("logins", if_exists=True)
    op.drop_index(op.f("ix_accounts_proxy_id"), table_name="accounts", if_exists=True)
    op.drop_index(op.f("ix_accounts_persona_id"), table_name="accounts", if_exists=True)
    op.drop_index(op.f("ix_accounts_last_validated_at"), table_name="accounts", if_exists=True)
    op.drop_index(op.f("ix_accounts_health"), table_name="accounts", if_exists=True)
    op.drop_index("ix_accounts_grid", table_name="accounts", if_exists=True)
    op.drop_index(op.f("ix_accounts_created_at"), table_name="accounts", if_exists=True)
    op.drop_table("accounts", if_exists=True)
    op.drop_table("account_import_rows", if_exists=True)
    op.drop_table("account_import_parts", if_exists=True)
    op.drop_table("workers", if_exists=True)
    op.drop_table("targets", if_exists=True)
    op.drop_table("tally_states", if_exists=True)
    op.drop_table("tally_gaps", if_exists=True)
    op.drop_table("settings_versions", if_exists=True)
    op.drop_table("proxies", if_exists=True)
    op.drop_table("personas", if_exists=True)
    op.drop_table("pauses", if_exists=True)
    op.drop_table("operators", if_exists=True)
    op.drop_index(
        op.f("ix_login_failures_username_at"), table_name="login_failures", if_exists=True
    )
    op.drop_index(op.f("ix_login_failures_address_at"), table_name="login_failures", if_exists=True)
    op.drop_table("login_failures", if_exists=True)
    op.drop_table("leases", if_exists=True)
    op.drop_index(op.f("ix_jobs_key"), table_name="jobs", if_exists=True)
    op.drop_index(op.f("ix_jobs_done_at_dead_at_due_at"), table_name="jobs", if_exists=True)
    op.drop_table("jobs", if_exists=True)
    op.drop_table("interaction_tallies", if_exists=True)
    op.drop_table("installation", if_exists=True)
    op.drop_index(
        op.f("ix_inbox_items_subject_kind_subject_id"), table_name="inbox_items", if_exists=True
    )
    op.drop_index(op.f("ix_inbox_items_state_id"), table_name="inbox_items", if_exists=True)
    op.drop_index(op.f("ix_inbox_items_due_at"), table_name="inbox_items", if_exists=True)
    op.drop_index(op.f("ix_inbox_items_account_id_id"), table_name="inbox_items", if_exists=True)
    op.drop_table("inbox_items", if_exists=True)
    op.drop_index(
        op.f("ix_idempotency_keys_created_at"), table_name="idempotency_keys", if_exists=True
    )
    op.drop_table("idempotency_keys", if_exists=True)
    op.drop_table("history_starts", if_exists=True)
    op.drop_table("history_filters", if_exists=True)
    op.drop_index(op.f("ix_events_seq"), table_name="events", if_exists=True)
    op.drop_table("events", if_exists=True)
    op.drop_table("event_counter", if_exists=True)
    op.drop_index(
        op.f("ix_do_not_contact_network_network_id"), table_name="do_not_contact", if_exists=True
    )
    op.drop_table("do_not_contact", if_exists=True)
    op.drop_table("cache_tallies", if_exists=True)
    op.drop_index(
        op.f("ix_batches_finished_at_served_at"),
        table_name="batches",
        sqlite_where=sa.text("finished_at IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL"),
        if_exists=True,
    )
    op.drop_index(op.f("ix_batches_created_at"), table_name="batches", if_exists=True)
    op.drop_table("batches", if_exists=True)
    op.drop_table("audit_head", if_exists=True)
    op.drop_index(
        op.f("ix_audit_entries_subject_kind_subject_id"), table_name="audit_entries", if_exists=True
    )
    op.drop_index(op.f("ix_audit_entries_at"), table_name="audit_entries", if_exists=True)
    op.drop_table("audit_entries", if_exists=True)
    op.drop_table("api_tokens", if_exists=True)
    op.drop_table("agents", if_exists=True)
    op.drop_index(
        op.f("ix_account_imports_created_at"), table_name="account_imports", if_exists=True
    )
    op.drop_table("account_imports", if_exists=True)
