"""Who was contacted because of which source, and who of them follows back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, and_, case, exists, func, or_, select
from sqlalchemy.dialects import mysql, postgresql, sqlite

from retinue.capabilities.ledger.models import AttemptState
from retinue.capabilities.ledger.repository.tables import (
    attempts,
    family,
    known_followers,
    targets,
)

_MAY_HAVE_HAPPENED = (AttemptState.confirmed, AttemptState.unknown, AttemptState.intent)
_IS_CONTACT = and_(attempts.c.state == AttemptState.confirmed, attempts.c.source.is_not(None))


def has_contacts(connection: Connection, account_id: int) -> bool:
    found = exists().where(attempts.c.account_id == account_id, _IS_CONTACT)
    return bool(connection.execute(select(found)).scalar_one())


def contacts_of(
    connection: Connection, *, account_id: int, network: str, network_ids: Collection[str]
) -> Sequence[Any]:
    """
    Of the people with these ids those who are not known as followers yet, in the order of the acts.

    A row for each act of the account that may have happened, and one without an act for whom there is none.
    """
    on_person = and_(
        attempts.c.target_id == targets.c.id,
        attempts.c.account_id == account_id,
        attempts.c.state.in_(_MAY_HAVE_HAPPENED),
    )
    is_known = exists().where(
        known_followers.c.account_id == account_id, known_followers.c.target_id == targets.c.id
    )
    return connection.execute(
        select(
            targets.c.id.label("target_id"),
            attempts.c.state,
            attempts.c.source,
            attempts.c.started_at,
        )
        .select_from(targets)
        .outerjoin(attempts, on_person)
        .where(
            targets.c.network == network, targets.c.network_id.in_(sorted(network_ids)), ~is_known
        )
        .order_by(targets.c.id, attempts.c.id)
    ).all()


_KEEP: dict[str, Any] = {
    "sqlite": sqlite.insert(known_followers).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(known_followers).on_conflict_do_nothing(),
    "mysql": mysql.insert(known_followers).prefix_with("IGNORE"),
}


def keep_followers(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Whoever is kept already stays as they are."""
    if rows:
        connection.execute(_KEEP[family(connection)], rows)


def scoreboard(
    connection: Connection, *, accounts: Collection[int] | None, within_seconds: int
) -> Sequence[Any]:
    """
    By source: people contacted first because of it, and those of them who were seen to follow in time.

    Whoever followed before the contact is left out.
    """
    number = func.row_number().over(
        partition_by=(attempts.c.account_id, attempts.c.target_id), order_by=attempts.c.id
    )
    columns = (
        attempts.c.account_id,
        attempts.c.target_id,
        attempts.c.source,
        attempts.c.started_at,
    )
    contacts = select(*columns, number.label("number")).where(_IS_CONTACT)
    if accounts is not None:
        contacts = contacts.where(attempts.c.account_id.in_(sorted(accounts)))
    contact = contacts.subquery().c
    same = and_(
        known_followers.c.account_id == contact.account_id,
        known_followers.c.target_id == contact.target_id,
    )
    in_time = case((known_followers.c.after_seconds <= within_seconds, 1))
    return connection.execute(
        select(
            contact.source,
            func.count().label("contacted"),
            func.count(in_time).label("followed_back"),
            func.count(contact.account_id.distinct()).label("accounts"),
            func.min(contact.started_at).label("first_at"),
            func.max(contact.started_at).label("last_at"),
        )
        .outerjoin(known_followers, same)
        .where(
            contact.number == 1,
            or_(
                known_followers.c.account_id.is_(None), known_followers.c.contacted_at.is_not(None)
            ),
        )
        .group_by(contact.source)
    ).all()
