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
        "alert_channels",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("service", sa.String(length=40), nullable=False),
        sa.Column("url_sealed", sa.LargeBinary(), nullable=False),
        sa.Column(
            "min_severity",
            sa.Enum("info", "warning", "critical", name="severity", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("last_sent_at", UtcDateTime(), nullable=True),
        sa.Column("last_error", sa.String(length=300), nullable=True),
        sa.CheckConstraint(
            "min_severity in ('info','warning','critical')",
            name=op.f("ck_alert_channels_severity_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_channels")),
        sa.UniqueConstraint("name", name=op.f("uq_alert_channels_name")),
        sa.UniqueConstraint("uid", name=op.f("uq_alert_channels_uid")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_table(
        "alerts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=190), nullable=False),
        sa.Column("open_key", sa.String(length=190), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "source_down",
                "payment_required",
                "key_refused",
                "budget_spent",
                "anomaly",
                "proxy_down",
                "proxy_flapping",
                "proxy_exit_changed",
                "test",
                name="alertkind",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "severity",
            sa.Enum("info", "warning", "critical", name="severity", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=190), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("last_seen_at", UtcDateTime(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("acknowledged_at", UtcDateTime(), nullable=True),
        sa.Column("acknowledged_by", sa.String(length=190), nullable=True),
        sa.Column("resolved_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "severity in ('info','warning','critical')", name=op.f("ck_alerts_severity_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
        sa.UniqueConstraint("open_key", name=op.f("uq_alerts_open_key")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_index(
        op.f("ix_alerts_key_id"), "alerts", ["key", "id"], unique=False, if_not_exists=True
    )
    op.create_index(
        op.f("ix_alerts_kind_id"), "alerts", ["kind", "id"], unique=False, if_not_exists=True
    )
    op.create_index(
        op.f("ix_alerts_resolved_at_id"),
        "alerts",
        ["resolved_at", "id"],
        unique=False,
        if_not_exists=True,
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
        "evidence_items",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("picture", "page", name="evidencekind", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=190), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("address", sa.String(length=500), nullable=True),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("added_by", sa.String(length=190), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("kind in ('picture','page')", name=op.f("ck_evidence_items_kind_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_items")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_index(
        op.f("ix_evidence_items_account_id_id"),
        "evidence_items",
        ["account_id", "id"],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_evidence_items_expires_at"),
        "evidence_items",
        ["expires_at"],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_evidence_items_subject_kind_subject_id"),
        "evidence_items",
        ["subject_kind", "subject_id"],
        unique=False,
        if_not_exists=True,
    )
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
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("link", sa.String(length=500), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("at_expiry", sa.String(length=40), nullable=True),
        sa.Column("assigned_to", sa.String(length=190), nullable=True),
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
        op.f("ix_inbox_items_assigned_to_state"),
        "inbox_items",
        ["assigned_to", "state"],
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
        "influencer_metrics_history",
        sa.Column(
            "monitor_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=True),
        sa.Column("username", sa.String(length=100), nullable=False),
        sa.Column("bio", sa.Text(), nullable=True),
        sa.Column("follower_count", sa.BigInteger(), nullable=True),
        sa.Column("following_count", sa.BigInteger(), nullable=True),
        sa.Column("post_count", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint(
            "monitor_id", "recorded_at", name=op.f("pk_influencer_metrics_history")
        ),
        sqlite_with_rowid=False,
        if_not_exists=True,
        **TABLE_OPTIONS,
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
        "metrics_source_keys",
        sa.Column(
            "source",
            sa.Enum("tikhub", "graph", name="sourcename", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("fingerprint", sa.String(length=16), nullable=False),
        sa.Column("changed_by", sa.String(length=190), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_metrics_source_keys")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_table(
        "metrics_spend",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("calls", sa.BigInteger(), nullable=False),
        sa.Column("cost_micros", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("month", "source", name=op.f("pk_metrics_spend")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_table(
        "monitors",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("influencer", "post", name="monitorkind", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("subject", sa.String(length=100), nullable=False),
        sa.Column("subject_id", sa.String(length=64), nullable=True),
        sa.Column("interval_seconds", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "active", "paused", "stopped", name="monitorstatus", native_enum=False, length=20
            ),
            nullable=False,
        ),
        sa.Column(
            "source",
            sa.Enum("tikhub", "graph", name="sourcename", native_enum=False, length=20),
            nullable=True,
        ),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("is_spread", sa.Boolean(), nullable=False),
        sa.Column("claimed_by", sa.String(length=100), nullable=True),
        sa.Column("claimed_until", UtcDateTime(), nullable=True),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("last_run_at", UtcDateTime(), nullable=True),
        sa.Column("last_success_at", UtcDateTime(), nullable=True),
        sa.Column("last_error", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("waiting_why", sa.String(length=255), nullable=True),
        sa.Column("latest", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("watch", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("cadence", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("rolled_until", UtcDateTime(), nullable=True),
        sa.Column("thinned_until", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monitors")),
        sa.UniqueConstraint("kind", "subject", name=op.f("uq_monitors_kind_subject")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_index(
        op.f("ix_monitors_kind_subject_id"),
        "monitors",
        ["kind", "subject_id"],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_monitors_status_due_at_id"),
        "monitors",
        ["status", "due_at", "id"],
        unique=False,
        if_not_exists=True,
    )
    op.create_table(
        "network_connections",
        sa.Column("network", sa.String(length=20), nullable=False),
        sa.Column("is_connected", sa.Boolean(), nullable=False),
        sa.Column("base_url", sa.String(length=300), nullable=False),
        sa.Column(
            "tier",
            sa.Enum("self_serve", "enterprise", name="tier", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("client_id", sa.String(length=200), nullable=False),
        sa.Column("client_secret", sa.LargeBinary(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("changed_by", sa.String(length=190), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("network", name=op.f("pk_network_connections")),
        if_not_exists=True,
        **TABLE_OPTIONS,
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
        sa.Column("warmup", sa.JSON(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personas")),
        sa.UniqueConstraint("name_key", name=op.f("uq_personas_name_key")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_table(
        "post_metrics_history",
        sa.Column(
            "monitor_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("post_id", sa.String(length=64), nullable=True),
        sa.Column("post_code", sa.String(length=64), nullable=False),
        sa.Column("like_count", sa.BigInteger(), nullable=True),
        sa.Column("comment_count", sa.BigInteger(), nullable=True),
        sa.Column("play_count", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("monitor_id", "recorded_at", name=op.f("pk_post_metrics_history")),
        sqlite_with_rowid=False,
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
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failed_at", UtcDateTime(), nullable=True),
        sa.Column("down_since", UtcDateTime(), nullable=True),
        sa.Column("retry_at", UtcDateTime(), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=True),
        sa.Column("provider", sa.String(length=100), nullable=True),
        sa.Column("pool", sa.String(length=100), nullable=True),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("max_accounts", sa.Integer(), nullable=True),
        sa.Column("latency_ms", sa.Integer(), nullable=True),
        sa.Column("previous_exit", sa.String(length=64), nullable=True),
        sa.Column("exit_changed_at", UtcDateTime(), nullable=True),
        sa.Column("turns", sa.JSON(), nullable=False),
        sa.Column("flapping_until", UtcDateTime(), nullable=True),
        sa.Column("check_due_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proxies")),
        sa.UniqueConstraint("identity", name=op.f("uq_proxies_identity")),
        sa.UniqueConstraint("uid", name=op.f("uq_proxies_uid")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_index(
        op.f("ix_proxies_check_due_at"),
        "proxies",
        ["check_due_at"],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_proxies_down_since"), "proxies", ["down_since"], unique=False, if_not_exists=True
    )
    op.create_index(
        op.f("ix_proxies_exit_changed_at"),
        "proxies",
        ["exit_changed_at"],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_proxies_flapping_until"),
        "proxies",
        ["flapping_until"],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(op.f("ix_proxies_name"), "proxies", ["name"], unique=False, if_not_exists=True)
    op.create_index(op.f("ix_proxies_pool"), "proxies", ["pool"], unique=False, if_not_exists=True)
    op.create_table(
        "proxy_pools",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column(
            "policy",
            sa.Enum("approval", "automatic", name="policy", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("changed_by", sa.String(length=190), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_proxy_pools")),
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
        sa.Column("active_since", UtcDateTime(), nullable=True),
        sa.Column("warmed_up_at", UtcDateTime(), nullable=True),
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
        sa.Column("looked_up_at", UtcDateTime(), nullable=True),
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
        op.f("ix_accounts_kind_looked_up_at_id"),
        "accounts",
        ["kind", "looked_up_at", "id"],
        unique=False,
        if_not_exists=True,
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
        "alert_deliveries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("alert_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "channel_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "news",
            sa.Enum("opened", "resolved", name="news", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "waiting", "sent", "failed", name="deliverystate", native_enum=False, length=20
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("error", sa.String(length=300), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "state in ('waiting','sent','failed')", name=op.f("ck_alert_deliveries_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["alert_id"],
            ["alerts.id"],
            name=op.f("fk_alert_deliveries_alert_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["channel_id"],
            ["alert_channels.id"],
            name=op.f("fk_alert_deliveries_channel_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_deliveries")),
        sa.UniqueConstraint(
            "alert_id",
            "channel_id",
            "news",
            name=op.f("uq_alert_deliveries_alert_id_channel_id_news"),
        ),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_index(
        op.f("ix_alert_deliveries_channel_id_id"),
        "alert_deliveries",
        ["channel_id", "id"],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_alert_deliveries_due_at"),
        "alert_deliveries",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
        if_not_exists=True,
    )
    op.create_table(
        "bot_sessions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bot_id", sa.String(length=36), nullable=False),
        sa.Column("open_key", sa.String(length=36), nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("last_seen_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "phase",
            sa.Enum(
                "pfp",
                "bio",
                "post",
                "highlight",
                "story",
                name="phase",
                native_enum=False,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["bot_id"], ["api_tokens.id"], name=op.f("fk_bot_sessions_bot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bot_sessions")),
        sa.UniqueConstraint("open_key", name=op.f("uq_bot_sessions_open_key")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_index(
        op.f("ix_bot_sessions_bot_id_id"),
        "bot_sessions",
        ["bot_id", "id"],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_bot_sessions_last_seen_at"),
        "bot_sessions",
        ["last_seen_at"],
        unique=False,
        if_not_exists=True,
    )
    op.create_table(
        "content_tag_sets",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "persona_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "image", "bio", "caption", "title", name="contentkind", native_enum=False, length=20
            ),
            nullable=False,
        ),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["persona_id"],
            ["personas.id"],
            name=op.f("fk_content_tag_sets_persona_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_tag_sets")),
        sa.UniqueConstraint(
            "persona_id",
            "kind",
            "category",
            "digest",
            name=op.f("uq_content_tag_sets_persona_id_kind_category_digest"),
        ),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_table(
        "content_uploads",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column(
            "persona_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("is_dry_run", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "running",
                "completed",
                "failed",
                name="uploadstate",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("total_rows", sa.Integer(), nullable=False),
        sa.Column("done_rows", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("error", sa.String(length=1000), nullable=True),
        sa.Column("requested_by", sa.String(length=190), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["persona_id"],
            ["personas.id"],
            name=op.f("fk_content_uploads_persona_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_uploads")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_index(
        op.f("ix_content_uploads_created_at"),
        "content_uploads",
        ["created_at"],
        unique=False,
        if_not_exists=True,
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
        "metrics_rollups",
        sa.Column(
            "monitor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "bucket",
            sa.Enum("hour", "day", name="bucket", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("metric", sa.String(length=20), nullable=False),
        sa.Column("start", UtcDateTime(), nullable=False),
        sa.Column("min", sa.BigInteger(), nullable=False),
        sa.Column("max", sa.BigInteger(), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["monitor_id"], ["monitors.id"], name=op.f("fk_metrics_rollups_monitor_id")
        ),
        sa.PrimaryKeyConstraint(
            "monitor_id", "bucket", "metric", "start", name=op.f("pk_metrics_rollups")
        ),
        sqlite_with_rowid=False,
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_table(
        "proxy_changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "approved",
                "carried_out",
                "refused",
                "withdrawn",
                name="changestate",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("open_key", sa.String(length=64), nullable=True),
        sa.Column(
            "from_proxy_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "to_proxy_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("account_ids", sa.JSON(), nullable=True),
        sa.Column("is_fail_over", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("moved", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.Column("proposed_by", sa.String(length=190), nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by", sa.String(length=190), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "state in ('proposed','approved','carried_out','refused','withdrawn')",
            name=op.f("ck_proxy_changes_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["from_proxy_id"],
            ["proxies.id"],
            name=op.f("fk_proxy_changes_from_proxy_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["to_proxy_id"],
            ["proxies.id"],
            name=op.f("fk_proxy_changes_to_proxy_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proxy_changes")),
        sa.UniqueConstraint("open_key", name=op.f("uq_proxy_changes_open_key")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_index(
        op.f("ix_proxy_changes_from_proxy_id_state"),
        "proxy_changes",
        ["from_proxy_id", "state"],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_proxy_changes_state_id"),
        "proxy_changes",
        ["state", "id"],
        unique=False,
        if_not_exists=True,
    )
    op.create_table(
        "proxy_checks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("proxy_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("ok", sa.Boolean(), nullable=False),
        sa.Column("message", sa.String(length=300), nullable=False),
        sa.Column("exit_address", sa.String(length=64), nullable=True),
        sa.Column("milliseconds", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["proxy_id"], ["proxies.id"], name=op.f("fk_proxy_checks_proxy_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proxy_checks")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_index(
        op.f("ix_proxy_checks_at"), "proxy_checks", ["at"], unique=False, if_not_exists=True
    )
    op.create_index(
        op.f("ix_proxy_checks_proxy_id_id"),
        "proxy_checks",
        ["proxy_id", "id"],
        unique=False,
        if_not_exists=True,
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
        sa.Column("cookies_at", UtcDateTime(), nullable=True),
        sa.Column("password_pending", sa.LargeBinary(), nullable=True),
        sa.Column("pending_since", UtcDateTime(), nullable=True),
        sa.Column("cookies_pending", sa.LargeBinary(), nullable=True),
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
        "account_grants",
        sa.Column(
            "account_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("network", sa.String(length=20), nullable=False),
        sa.Column("base_url", sa.String(length=300), nullable=False),
        sa.Column("client_id", sa.String(length=200), nullable=False),
        sa.Column(
            "state",
            sa.Enum("ready", "renewing", "ended", name="grantstate", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("access_token", sa.LargeBinary(), nullable=True),
        sa.Column("refresh_token", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("scope", sa.String(length=500), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("renewing_by", sa.String(length=100), nullable=True),
        sa.Column("renewing_since", UtcDateTime(), nullable=True),
        sa.Column("trouble", sa.String(length=300), nullable=True),
        sa.Column("granted_by", sa.String(length=190), nullable=False),
        sa.Column("granted_at", UtcDateTime(), nullable=False),
        sa.Column("renewed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_account_grants_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_account_grants")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_index(
        op.f("ix_account_grants_network"),
        "account_grants",
        ["network"],
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
        "account_log_ins",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(length=190), nullable=False),
        sa.Column("door", sa.String(length=20), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("is_by_person", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_account_log_ins_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_log_ins")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_index(
        op.f("ix_account_log_ins_account_id_at"),
        "account_log_ins",
        ["account_id", "at"],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_account_log_ins_at"), "account_log_ins", ["at"], unique=False, if_not_exists=True
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
        sa.Column("limited_at", UtcDateTime(), nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_account_safety_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_account_safety")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_table(
        "account_used_codes",
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "kind",
            sa.Enum("backup_code", "mail", name="usedkind", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_account_used_codes_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", "kind", "digest", name=op.f("pk_account_used_codes")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_table(
        "account_warmup_phases",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "phase",
            sa.Enum(
                "pfp",
                "bio",
                "post",
                "highlight",
                "story",
                name="phase",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "pending",
                "available",
                "content_assigned",
                "in_progress",
                "completed",
                "failed",
                "requires_review",
                name="phasestatus",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("available_at", UtcDateTime(), nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("completed_at", UtcDateTime(), nullable=True),
        sa.Column("bot_id", sa.String(length=36), nullable=True),
        sa.Column(
            "bot_session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "assignment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "assigned_content_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "assigned_text_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("content_assigned_at", UtcDateTime(), nullable=True),
        sa.Column("content_missing_at", UtcDateTime(), nullable=True),
        sa.Column("error_message", sa.String(length=500), nullable=True),
        sa.Column("error_details", sa.JSON(), nullable=True),
        sa.Column("retry_count", sa.Integer(), nullable=False),
        sa.Column("execution_time_ms", sa.Integer(), nullable=True),
        sa.Column("instagram_response", sa.JSON(), nullable=True),
        sa.Column("skipped_by", sa.String(length=190), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "phase in ('pfp','bio','post','highlight','story')",
            name=op.f("ck_account_warmup_phases_phase_known"),
        ),
        sa.CheckConstraint(
            "status in ('pending','available','content_assigned','in_progress','completed','failed','requires_review')",
            name=op.f("ck_account_warmup_phases_status_known"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_account_warmup_phases_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_warmup_phases")),
        sa.UniqueConstraint(
            "account_id", "phase", name=op.f("uq_account_warmup_phases_account_id_phase")
        ),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_index(
        op.f("ix_account_warmup_phases_phase_status_account_id"),
        "account_warmup_phases",
        ["phase", "status", "account_id"],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_account_warmup_phases_status_available_at"),
        "account_warmup_phases",
        ["status", "available_at"],
        unique=False,
        if_not_exists=True,
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
        "content_items",
        sa.Column("title", sa.String(length=200), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("source_sha256", sa.String(length=64), nullable=False),
        sa.Column("phash", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("quality", sa.Integer(), nullable=False),
        sa.Column("max_usage", sa.Integer(), nullable=True),
        sa.Column("held_count", sa.Integer(), nullable=False),
        sa.Column("use_count", sa.Integer(), nullable=False),
        sa.Column("success_count", sa.Integer(), nullable=False),
        sa.Column("last_used_at", UtcDateTime(), nullable=True),
        sa.Column("guarded_since", UtcDateTime(), nullable=True),
        sa.Column("shortfall", sa.Integer(), nullable=True),
        sa.Column("last_used_s", sa.BigInteger(), nullable=False),
        sa.Column("resting_since", UtcDateTime(), nullable=True),
        sa.Column("archived_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column(
            "persona_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "tag_set_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.CheckConstraint(
            "held_count >= 0 and use_count >= 0", name=op.f("ck_content_items_counts_not_negative")
        ),
        sa.CheckConstraint(
            "max_usage is null or held_count + use_count <= max_usage",
            name=op.f("ck_content_items_within_usage"),
        ),
        sa.CheckConstraint(
            "quality between 0 and 100", name=op.f("ck_content_items_quality_in_range")
        ),
        sa.ForeignKeyConstraint(
            ["persona_id"], ["personas.id"], name=op.f("fk_content_items_persona_id")
        ),
        sa.ForeignKeyConstraint(
            ["tag_set_id"], ["content_tag_sets.id"], name=op.f("fk_content_items_tag_set_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_items")),
        sa.UniqueConstraint(
            "persona_id", "sha256", name=op.f("uq_content_items_persona_id_sha256")
        ),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_index(
        op.f("ix_content_items_persona_id_source_sha256"),
        "content_items",
        ["persona_id", "source_sha256"],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(
        "ix_content_items_pool",
        "content_items",
        ["persona_id", "category", "resting_since", "shortfall", "last_used_s", "id"],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(
        "ix_content_items_set",
        "content_items",
        ["tag_set_id", "resting_since", "shortfall", "last_used_s", "id"],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_content_items_sha256"),
        "content_items",
        ["sha256"],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(
        "ix_content_items_stock",
        "content_items",
        [
            "persona_id",
            "category",
            "archived_at",
            "max_usage",
            "use_count",
            "held_count",
            "shortfall",
            "resting_since",
        ],
        unique=False,
        if_not_exists=True,
    )
    op.create_table(
        "content_tags",
        sa.Column(
            "persona_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "image", "bio", "caption", "title", name="contentkind", native_enum=False, length=20
            ),
            nullable=False,
        ),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("tag", sa.String(length=50), nullable=False),
        sa.Column(
            "tag_set_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["persona_id"],
            ["personas.id"],
            name=op.f("fk_content_tags_persona_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tag_set_id"],
            ["content_tag_sets.id"],
            name=op.f("fk_content_tags_tag_set_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "persona_id", "kind", "category", "tag", "tag_set_id", name=op.f("pk_content_tags")
        ),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_table(
        "content_texts",
        sa.Column(
            "kind",
            sa.Enum(
                "image", "bio", "caption", "title", name="contentkind", native_enum=False, length=20
            ),
            nullable=False,
        ),
        sa.Column("text", sa.String(length=2200), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("quality", sa.Integer(), nullable=False),
        sa.Column("max_usage", sa.Integer(), nullable=True),
        sa.Column("held_count", sa.Integer(), nullable=False),
        sa.Column("use_count", sa.Integer(), nullable=False),
        sa.Column("success_count", sa.Integer(), nullable=False),
        sa.Column("last_used_at", UtcDateTime(), nullable=True),
        sa.Column("guarded_since", UtcDateTime(), nullable=True),
        sa.Column("shortfall", sa.Integer(), nullable=True),
        sa.Column("last_used_s", sa.BigInteger(), nullable=False),
        sa.Column("resting_since", UtcDateTime(), nullable=True),
        sa.Column("archived_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column(
            "persona_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "tag_set_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.CheckConstraint(
            "kind in ('bio','caption','title')", name=op.f("ck_content_texts_kind_known")
        ),
        sa.CheckConstraint(
            "held_count >= 0 and use_count >= 0", name=op.f("ck_content_texts_counts_not_negative")
        ),
        sa.CheckConstraint(
            "max_usage is null or held_count + use_count <= max_usage",
            name=op.f("ck_content_texts_within_usage"),
        ),
        sa.CheckConstraint(
            "quality between 0 and 100", name=op.f("ck_content_texts_quality_in_range")
        ),
        sa.ForeignKeyConstraint(
            ["persona_id"], ["personas.id"], name=op.f("fk_content_texts_persona_id")
        ),
        sa.ForeignKeyConstraint(
            ["tag_set_id"], ["content_tag_sets.id"], name=op.f("fk_content_texts_tag_set_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_texts")),
        sa.UniqueConstraint(
            "persona_id",
            "kind",
            "text_hash",
            name=op.f("uq_content_texts_persona_id_kind_text_hash"),
        ),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_index(
        "ix_content_texts_pool",
        "content_texts",
        ["persona_id", "kind", "category", "resting_since", "shortfall", "last_used_s", "id"],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(
        "ix_content_texts_set",
        "content_texts",
        ["tag_set_id", "resting_since", "shortfall", "last_used_s", "id"],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(
        "ix_content_texts_stock",
        "content_texts",
        [
            "persona_id",
            "kind",
            "category",
            "archived_at",
            "max_usage",
            "use_count",
            "held_count",
            "shortfall",
            "resting_since",
        ],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_content_texts_text_hash"),
        "content_texts",
        ["text_hash"],
        unique=False,
        if_not_exists=True,
    )
    op.create_table(
        "content_upload_rows",
        sa.Column("upload_id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("file", sa.String(length=500), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "added", "unchanged", "error", name="uploadoutcome", native_enum=False, length=20
            ),
            nullable=False,
        ),
        sa.Column(
            "content_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("near_duplicates", sa.JSON(), nullable=False),
        sa.Column("column_name", sa.String(length=100), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(
            ["upload_id"],
            ["content_uploads.id"],
            name=op.f("fk_content_upload_rows_upload_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("upload_id", "seq", name=op.f("pk_content_upload_rows")),
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
                "proxy",
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
        "content_prints",
        sa.Column(
            "persona_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("quarter", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "item_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["content_items.id"],
            name=op.f("fk_content_prints_item_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["persona_id"],
            ["personas.id"],
            name=op.f("fk_content_prints_persona_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("persona_id", "quarter", "item_id", name=op.f("pk_content_prints")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_table(
        "content_uses",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "persona_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "image", "bio", "caption", "title", name="contentkind", native_enum=False, length=20
            ),
            nullable=False,
        ),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("category_used", sa.String(length=40), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("text_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("score", sa.Numeric(precision=6, scale=2), nullable=False),
        sa.Column("score_parts", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=100), nullable=False),
        sa.Column("reserved_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.Column("released_at", UtcDateTime(), nullable=True),
        sa.Column("success", sa.Boolean(), nullable=True),
        sa.Column("success_score", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.CheckConstraint(
            "(item_id is null) <> (text_id is null)", name=op.f("ck_content_uses_one_thing")
        ),
        sa.CheckConstraint(
            "used_at is null or released_at is null", name=op.f("ck_content_uses_one_end")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_content_uses_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["content_items.id"], name=op.f("fk_content_uses_item_id")
        ),
        sa.ForeignKeyConstraint(
            ["persona_id"], ["personas.id"], name=op.f("fk_content_uses_persona_id")
        ),
        sa.ForeignKeyConstraint(
            ["text_id"], ["content_texts.id"], name=op.f("fk_content_uses_text_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_uses")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_index(
        op.f("ix_content_uses_account_id_content_hash"),
        "content_uses",
        ["account_id", "content_hash"],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_content_uses_content_hash_reserved_at"),
        "content_uses",
        ["content_hash", "reserved_at"],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_content_uses_item_id"),
        "content_uses",
        ["item_id"],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_content_uses_persona_id_kind_category_reserved_at"),
        "content_uses",
        ["persona_id", "kind", "category", "reserved_at"],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_content_uses_text_id"),
        "content_uses",
        ["text_id"],
        unique=False,
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
    op.create_table(
        "warmup_content_assignments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "warmup_phase_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "persona_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column(
            "content_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("text_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "content_use_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "text_use_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "content_type",
            sa.Enum(
                "image", "text", "image_and_text", name="contenttype", native_enum=False, length=20
            ),
            nullable=False,
        ),
        sa.Column(
            "assignment_score", sa.Numeric(precision=5, scale=2, asdecimal=False), nullable=False
        ),
        sa.Column("assignment_reason", sa.String(length=100), nullable=False),
        sa.Column("score_parts", sa.JSON(), nullable=False),
        sa.Column("assigned_at", UtcDateTime(), nullable=False),
        sa.Column("assigned_by", sa.String(length=190), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.Column("released_at", UtcDateTime(), nullable=True),
        sa.Column(
            "performance_score", sa.Numeric(precision=5, scale=2, asdecimal=False), nullable=True
        ),
        sa.Column("success", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "content_type in ('image','text','image_and_text')",
            name=op.f("ck_warmup_content_assignments_content_type_known"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_warmup_content_assignments_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["warmup_phase_id"],
            ["account_warmup_phases.id"],
            name=op.f("fk_warmup_content_assignments_warmup_phase_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warmup_content_assignments")),
        if_not_exists=True,
        **TABLE_OPTIONS,
    )
    op.create_index(
        op.f("ix_warmup_content_assignments_account_id_id"),
        "warmup_content_assignments",
        ["account_id", "id"],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_warmup_content_assignments_assigned_at_id"),
        "warmup_content_assignments",
        ["assigned_at", "id"],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_warmup_content_assignments_warmup_phase_id_id"),
        "warmup_content_assignments",
        ["warmup_phase_id", "id"],
        unique=False,
        if_not_exists=True,
    )
    for table in ("audit_entries", "interaction_events"):
        for statement in guards(table, op.get_bind().dialect.name):
            # The driver gets the statement as it is: a colon or a percent sign in it is no parameter.
            op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    op.drop_index(
        op.f("ix_warmup_content_assignments_warmup_phase_id_id"),
        table_name="warmup_content_assignments",
        if_exists=True,
    )
    op.drop_index(
        op.f("ix_warmup_content_assignments_assigned_at_id"),
        table_name="warmup_content_assignments",
        if_exists=True,
    )
    op.drop_index(
        op.f("ix_warmup_content_assignments_account_id_id"),
        table_name="warmup_content_assignments",
        if_exists=True,
    )
    op.drop_table("warmup_content_assignments", if_exists=True)
    op.drop_index(
        op.f("ix_session_samples_session_id_at"), table_name="session_samples", if_exists=True
    )
    op.drop_index(op.f("ix_session_samples_at"), table_name="session_samples", if_exists=True)
    op.drop_table("session_samples", if_exists=True)
    op.drop_index(op.f("ix_content_uses_text_id"), table_name="content_uses", if_exists=True)
    op.drop_index(
        op.f("ix_content_uses_persona_id_kind_category_reserved_at"),
        table_name="content_uses",
        if_exists=True,
    )
    op.drop_index(op.f("ix_content_uses_item_id"), table_name="content_uses", if_exists=True)
    op.drop_index(
        op.f("ix_content_uses_content_hash_reserved_at"), table_name="content_uses", if_exists=True
    )
    op.drop_index(
        op.f("ix_content_uses_account_id_content_hash"), table_name="content_uses", if_exists=True
    )
    op.drop_table("content_uses", if_exists=True)
    op.drop_table("content_prints", if_exists=True)
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
    op.drop_table("content_upload_rows", if_exists=True)
    op.drop_index(op.f("ix_content_texts_text_hash"), table_name="content_texts", if_exists=True)
    op.drop_index("ix_content_texts_stock", table_name="content_texts", if_exists=True)
    op.drop_index("ix_content_texts_set", table_name="content_texts", if_exists=True)
    op.drop_index("ix_content_texts_pool", table_name="content_texts", if_exists=True)
    op.drop_table("content_texts", if_exists=True)
    op.drop_table("content_tags", if_exists=True)
    op.drop_index("ix_content_items_stock", table_name="content_items", if_exists=True)
    op.drop_index(op.f("ix_content_items_sha256"), table_name="content_items", if_exists=True)
    op.drop_index("ix_content_items_set", table_name="content_items", if_exists=True)
    op.drop_index("ix_content_items_pool", table_name="content_items", if_exists=True)
    op.drop_index(
        op.f("ix_content_items_persona_id_source_sha256"),
        table_name="content_items",
        if_exists=True,
    )
    op.drop_table("content_items", if_exists=True)
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
    op.drop_index(
        op.f("ix_account_warmup_phases_status_available_at"),
        table_name="account_warmup_phases",
        if_exists=True,
    )
    op.drop_index(
        op.f("ix_account_warmup_phases_phase_status_account_id"),
        table_name="account_warmup_phases",
        if_exists=True,
    )
    op.drop_table("account_warmup_phases", if_exists=True)
    op.drop_table("account_used_codes", if_exists=True)
    op.drop_table("account_safety", if_exists=True)
    op.drop_index(op.f("ix_account_log_ins_at"), table_name="account_log_ins", if_exists=True)
    op.drop_index(
        op.f("ix_account_log_ins_account_id_at"), table_name="account_log_ins", if_exists=True
    )
    op.drop_table("account_log_ins", if_exists=True)
    op.drop_index(
        op.f("ix_account_labels_label_account_id"), table_name="account_labels", if_exists=True
    )
    op.drop_table("account_labels", if_exists=True)
    op.drop_index(op.f("ix_account_grants_network"), table_name="account_grants", if_exists=True)
    op.drop_table("account_grants", if_exists=True)
    op.drop_index(
        op.f("ix_account_errors_account_id_at"), table_name="account_errors", if_exists=True
    )
    op.drop_table("account_errors", if_exists=True)
    op.drop_table("account_credentials", if_exists=True)
    op.drop_index(op.f("ix_windows_expires_at"), table_name="windows", if_exists=True)
    op.drop_table("windows", if_exists=True)
    op.drop_index(op.f("ix_proxy_checks_proxy_id_id"), table_name="proxy_checks", if_exists=True)
    op.drop_index(op.f("ix_proxy_checks_at"), table_name="proxy_checks", if_exists=True)
    op.drop_table("proxy_checks", if_exists=True)
    op.drop_index(op.f("ix_proxy_changes_state_id"), table_name="proxy_changes", if_exists=True)
    op.drop_index(
        op.f("ix_proxy_changes_from_proxy_id_state"), table_name="proxy_changes", if_exists=True
    )
    op.drop_table("proxy_changes", if_exists=True)
    op.drop_table("metrics_rollups", if_exists=True)
    op.drop_index(op.f("ix_logins_expires_at"), table_name="logins", if_exists=True)
    op.drop_table("logins", if_exists=True)
    op.drop_index(
        op.f("ix_content_uploads_created_at"), table_name="content_uploads", if_exists=True
    )
    op.drop_table("content_uploads", if_exists=True)
    op.drop_table("content_tag_sets", if_exists=True)
    op.drop_index(op.f("ix_bot_sessions_last_seen_at"), table_name="bot_sessions", if_exists=True)
    op.drop_index(op.f("ix_bot_sessions_bot_id_id"), table_name="bot_sessions", if_exists=True)
    op.drop_table("bot_sessions", if_exists=True)
    op.drop_index(
        op.f("ix_alert_deliveries_due_at"),
        table_name="alert_deliveries",
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
        if_exists=True,
    )
    op.drop_index(
        op.f("ix_alert_deliveries_channel_id_id"), table_name="alert_deliveries", if_exists=True
    )
    op.drop_table("alert_deliveries", if_exists=True)
    op.drop_index(op.f("ix_accounts_proxy_id"), table_name="accounts", if_exists=True)
    op.drop_index(op.f("ix_accounts_persona_id"), table_name="accounts", if_exists=True)
    op.drop_index(op.f("ix_accounts_last_validated_at"), table_name="accounts", if_exists=True)
    op.drop_index(op.f("ix_accounts_kind_looked_up_at_id"), table_name="accounts", if_exists=True)
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
    op.drop_table("proxy_pools", if_exists=True)
    op.drop_index(op.f("ix_proxies_pool"), table_name="proxies", if_exists=True)
    op.drop_index(op.f("ix_proxies_name"), table_name="proxies", if_exists=True)
    op.drop_index(op.f("ix_proxies_flapping_until"), table_name="proxies", if_exists=True)
    op.drop_index(op.f("ix_proxies_exit_changed_at"), table_name="proxies", if_exists=True)
    op.drop_index(op.f("ix_proxies_down_since"), table_name="proxies", if_exists=True)
    op.drop_index(op.f("ix_proxies_check_due_at"), table_name="proxies", if_exists=True)
    op.drop_table("proxies", if_exists=True)
    op.drop_table("post_metrics_history", if_exists=True)
    op.drop_table("personas", if_exists=True)
    op.drop_table("pauses", if_exists=True)
    op.drop_table("operators", if_exists=True)
    op.drop_table("network_connections", if_exists=True)
    op.drop_index(op.f("ix_monitors_status_due_at_id"), table_name="monitors", if_exists=True)
    op.drop_index(op.f("ix_monitors_kind_subject_id"), table_name="monitors", if_exists=True)
    op.drop_table("monitors", if_exists=True)
    op.drop_table("metrics_spend", if_exists=True)
    op.drop_table("metrics_source_keys", if_exists=True)
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
    op.drop_table("influencer_metrics_history", if_exists=True)
    op.drop_index(
        op.f("ix_inbox_items_subject_kind_subject_id"), table_name="inbox_items", if_exists=True
    )
    op.drop_index(op.f("ix_inbox_items_state_id"), table_name="inbox_items", if_exists=True)
    op.drop_index(op.f("ix_inbox_items_due_at"), table_name="inbox_items", if_exists=True)
    op.drop_index(
        op.f("ix_inbox_items_assigned_to_state"), table_name="inbox_items", if_exists=True
    )
    op.drop_index(op.f("ix_inbox_items_account_id_id"), table_name="inbox_items", if_exists=True)
    op.drop_table("inbox_items", if_exists=True)
    op.drop_index(
        op.f("ix_idempotency_keys_created_at"), table_name="idempotency_keys", if_exists=True
    )
    op.drop_table("idempotency_keys", if_exists=True)
    op.drop_table("history_starts", if_exists=True)
    op.drop_table("history_filters", if_exists=True)
    op.drop_index(
        op.f("ix_evidence_items_subject_kind_subject_id"),
        table_name="evidence_items",
        if_exists=True,
    )
    op.drop_index(op.f("ix_evidence_items_expires_at"), table_name="evidence_items", if_exists=True)
    op.drop_index(
        op.f("ix_evidence_items_account_id_id"), table_name="evidence_items", if_exists=True
    )
    op.drop_table("evidence_items", if_exists=True)
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
    op.drop_index(op.f("ix_alerts_resolved_at_id"), table_name="alerts", if_exists=True)
    op.drop_index(op.f("ix_alerts_kind_id"), table_name="alerts", if_exists=True)
    op.drop_index(op.f("ix_alerts_key_id"), table_name="alerts", if_exists=True)
    op.drop_table("alerts", if_exists=True)
    op.drop_table("alert_channels", if_exists=True)
    op.drop_table("agents", if_exists=True)
    op.drop_index(
        op.f("ix_account_imports_created_at"), table_name="account_imports", if_exists=True
    )
    op.drop_table("account_imports", if_exists=True)
