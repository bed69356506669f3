"""Everything that an intent asks and writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    String,
    bindparam,
    cast,
    func,
    insert,
    literal,
    or_,
    select,
)

from retinue.capabilities.ledger.repository.counting import use_columns
from retinue.capabilities.ledger.repository.prepared import Prepared
from retinue.capabilities.ledger.repository.tables import (
    account_safety,
    accounts,
    attempts,
    do_not_contact,
    family,
    leases,
    pauses,
    personas,
    targets,
    traces,
    windows,
)


def _use() -> Any:
    """One pass over the last day, answered from the index alone."""
    return (
        select(
            attempts.c.account_id,
            *use_columns(bindparam("hour_ago", type_=attempts.c.started_at.type)),
        )
        .where(
            attempts.c.account_id == bindparam("account_id"),
            attempts.c.action == bindparam("action"),
            attempts.c.started_at > bindparam("day_ago", type_=attempts.c.started_at.type),
        )
        .group_by(attempts.c.account_id)
        .subquery("used")
    )


def _fence() -> Any:
    """Of whoever holds the account's lease at this moment."""
    return (
        select(leases.c.fence)
        .where(
            leases.c.key == bindparam("lease_key"),
            leases.c.holder.is_not(None),
            leases.c.expires_at > bindparam("now", type_=leases.c.expires_at.type),
        )
        .scalar_subquery()
    )


def _pause_reason(key: str) -> Any:
    return select(pauses.c.reason).where(pauses.c.key == bindparam(key)).scalar_subquery()


def _left_alone_by(is_person: ColumnElement[bool]) -> Any:
    """The entry that keeps the account from the person; one of them where there are more."""
    own = do_not_contact.c.scope_key == bindparam("account_key")
    persona = literal("persona:").concat(cast(accounts.c.persona_id, String(20)))
    return (
        select(do_not_contact.c.id)
        .where(
            do_not_contact.c.network == bindparam("network"),
            is_person,
            or_(do_not_contact.c.scope_key == "fleet", own, do_not_contact.c.scope_key == persona),
            or_(
                do_not_contact.c.expires_at.is_(None),
                do_not_contact.c.expires_at
                > bindparam("now", type_=do_not_contact.c.expires_at.type),
            ),
        )
        .correlate(accounts, targets)
        .limit(1)
        .scalar_subquery()
    )


# Two questions, because of an "or" MariaDB would make a walk over the whole list.
_HAS_HANDLE = do_not_contact.c.handle_hash == bindparam("handle_hash")
_HAS_ID = do_not_contact.c.network_id == func.coalesce(
    targets.c.network_id, bindparam("network_id", type_=targets.c.network_id.type)
)


def _facts(is_target: ColumnElement[bool]) -> Prepared:
    used, namesake = _use(), targets.alias("namesake")
    window_until = (
        select(windows.c.expires_at)
        .where(
            windows.c.network == bindparam("network"),
            windows.c.scope_key == bindparam("scope_key"),
            windows.c.target_id == targets.c.id,
            windows.c.action == bindparam("action"),
        )
        .correlate(targets)
        .scalar_subquery()
    )
    has_handle = select(namesake.c.id).where(
        namesake.c.network == bindparam("network"), namesake.c.handle == bindparam("handle")
    )
    statement = (
        select(
            *(accounts.c[name] for name in _ACCOUNT_COLUMNS),
            accounts.c.persona_id,
            personas.c.paused_at.label("persona_paused_at"),
            _fence().label("fence"),
            _pause_reason("fleet_key").label("fleet_pause"),
            _pause_reason("action_key").label("action_pause"),
            account_safety.c.consecutive_rate_limits,
            account_safety.c.backoff_until,
            account_safety.c.cooldown_until,
            account_safety.c.is_probing,
            account_safety.c.limited_at,
            *(used.c[name] for name in ("hour", "day", "last_at", *_OLDEST)),
            targets.c.id.label("target_id"),
            targets.c.handle,
            targets.c.unavailable_at,
            has_handle.scalar_subquery().label("handle_owner_id"),
            window_until.label("window_until"),
            func.coalesce(_left_alone_by(_HAS_HANDLE), _left_alone_by(_HAS_ID)).label(
                "left_alone_by"
            ),
        )
        .select_from(accounts)
        .outerjoin(personas, personas.c.id == accounts.c.persona_id)
        .outerjoin(account_safety, account_safety.c.account_id == accounts.c.id)
        .outerjoin(used, used.c.account_id == accounts.c.id)
        .outerjoin(targets, (targets.c.network == accounts.c.network) & is_target)
        .where(accounts.c.id == bindparam("account_id"))
    )
    return Prepared(statement)


# What `accounts.may_engage` reads.
_ACCOUNT_COLUMNS = (
    "kind",
    "account_no",
    "lifecycle",
    "health",
    "health_evidence",
    "paused_at",
    "pause_reason",
    # What the ramp of a young account reads.
    "active_since",
    "warmed_up_at",
)
_OLDEST = ("oldest_of_hour", "oldest_of_day")
_OF_NETWORK_ID = _facts(targets.c.network_id == bindparam("network_id"))
_OF_TARGET = _facts(targets.c.id == bindparam("known_id"))
_WINDOW_UNTIL = Prepared(
    select(windows.c.expires_at).where(
        windows.c.network == bindparam("network"),
        windows.c.scope_key == bindparam("scope_key"),
        windows.c.target_id == bindparam("target_id"),
        windows.c.action == bindparam("action"),
    )
)
_LEFT_ALONE = Prepared(
    select(do_not_contact.c.scope_key, do_not_contact.c.reason, do_not_contact.c.expires_at).where(
        do_not_contact.c.id == bindparam("entry_id")
    )
)
_LEASE = select(leases.c.fence).where(leases.c.key == bindparam("lease_key")).with_for_update()


@dataclass(frozen=True, slots=True)
class Question:
    """About whom, by whom, and under which keys the answer is kept."""

    account_id: int
    network: str
    action: str
    network_id: str | None
    handle: str
    handle_hash: str
    scope_key: str
    account_key: str
    lease_key: str
    fleet_key: str
    action_key: str
    hour_ago: datetime
    day_ago: datetime
    """When the spans of the limits began."""


def hold_lease_row(connection: Connection, lease_key: str) -> None:
    """
    On a server, hold the account's lease row until the commit.

    Intents of one account then wait for each other, and nobody takes the lease over
    in between. On SQLite nobody else can write meanwhile anyway.
    """
    if family(connection) != "sqlite":
        connection.execute(_LEASE, {"lease_key": lease_key})


def facts(
    connection: Connection, question: Question, *, known_id: int | None = None, now: datetime
) -> Any:
    """
    All that decides about an act, as of one moment; none where there is no such account.

    The person is found by network id, or is `known_id` where that is given.
    `handle_owner_id` is whoever has the handle by our books.
    """
    values = {
        "account_id": question.account_id,
        "network": question.network,
        "action": question.action,
        "network_id": question.network_id,
        "known_id": known_id,
        "handle": question.handle,
        "handle_hash": question.handle_hash,
        "scope_key": question.scope_key,
        "account_key": question.account_key,
        "lease_key": question.lease_key,
        "fleet_key": question.fleet_key,
        "action_key": question.action_key,
        "now": now,
        "hour_ago": question.hour_ago,
        "day_ago": question.day_ago,
    }
    statement = _OF_NETWORK_ID if known_id is None else _OF_TARGET
    return statement.first(connection, values)


def window_until(
    connection: Connection, *, network: str, scope_key: str, target_id: int, action: str
) -> datetime | None:
    """Until when the person is taken in a scope; none where it has no window."""
    values = {
        "network": network,
        "scope_key": scope_key,
        "target_id": target_id,
        "action": action,
    }
    found = _WINDOW_UNTIL.first(connection, values)
    return None if found is None else found.expires_at


def left_alone(connection: Connection, entry_id: int) -> Any:
    """What an entry of the do-not-contact list says; none where it has gone meanwhile."""
    return _LEFT_ALONE.first(connection, {"entry_id": entry_id})


_ADD_ATTEMPT = Prepared(
    insert(attempts).inline(),
    (
        "id",
        "account_id",
        "persona_id",
        "network",
        "target_id",
        "target_username",
        "action",
        "object_id",
        "text_hash",
        "state",
        "source",
        "session_id",
        "task_id",
        "device_id",
        "fence",
        "started_at",
        "held_until",
    ),
)
_ADD_TRACE = Prepared(
    insert(traces).inline(), [column.name for column in traces.c if column.name != "id"]
)


def add_attempt(connection: Connection, values: dict[str, Any]) -> None:
    _ADD_ATTEMPT.run(connection, values)


def add_trace(connection: Connection, values: dict[str, Any]) -> None:
    _ADD_TRACE.run(connection, values)
