"""Who was contacted because of which source, and who of them follows back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)

from retinue.capabilities.ledger.models import AttemptState
from retinue.capabilities.ledger.repository.tables import (
    attempts,
    contacts,
    known_followers,
    source_tallies,
    targets,
)
from retinue.foundation.database import Spelled

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


_KEEP = Spelled(
    lambda dialect: dialect.insert(known_followers).on_conflict_do_nothing(),
    mysql=lambda dialect: dialect.insert(known_followers).prefix_with("IGNORE"),
)


def keep_followers(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Whoever is kept already stays as they are."""
    if rows:
        connection.execute(_KEEP.on(connection), rows)


def new_contacts(connection: Connection, attempt_ids: Collection[str]) -> Sequence[Any]:
    """
    Of these attempts the contacts that are not kept yet, in the order of the acts.

    `follows_since` says since when the person is known to follow by themselves.
    """
    on_contact = and_(
        contacts.c.account_id == attempts.c.account_id,
        contacts.c.target_id == attempts.c.target_id,
    )
    on_follower = and_(
        known_followers.c.account_id == attempts.c.account_id,
        known_followers.c.target_id == attempts.c.target_id,
        known_followers.c.contacted_at.is_(None),
    )
    return connection.execute(
        select(
            attempts.c.account_id,
            attempts.c.target_id,
            attempts.c.source,
            attempts.c.started_at,
            known_followers.c.first_seen_at.label("follows_since"),
        )
        .outerjoin(contacts, on_contact)
        .outerjoin(known_followers, on_follower)
        .where(attempts.c.id.in_(sorted(attempt_ids)), _IS_CONTACT, contacts.c.account_id.is_(None))
        .order_by(attempts.c.id)
    ).all()


def keep_contacts(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    connection.execute(insert(contacts), rows)


_TALLY_KEY = (
    source_tallies.c.account_id == bindparam("its_account"),
    source_tallies.c.source == bindparam("its_source"),
)


def count_contacts(
    connection: Connection, account_id: int, source: str, moments: Sequence[datetime]
) -> None:
    """So many more. One counts at a time: the holder of the tally."""
    first, last = min(moments), max(moments)
    kept = source_tallies.c
    found = connection.execute(
        update(source_tallies)
        .where(*_TALLY_KEY)
        .values(
            contacted=kept.contacted + len(moments),
            first_at=case((kept.first_at > first, first), else_=kept.first_at),
            last_at=case((kept.last_at < last, last), else_=kept.last_at),
        ),
        {"its_account": account_id, "its_source": source},
    )
    if found.rowcount == 0:
        row = {"account_id": account_id, "source": source, "contacted": len(moments)}
        connection.execute(insert(source_tallies), {**row, "first_at": first, "last_at": last})


def merge_contacts(connection: Connection, source_id: int, into: int) -> None:
    """Of two contacts that turn out to be one person, the person's own stays, and is counted once."""
    known = select(contacts.c.account_id).where(contacts.c.target_id == into)
    is_double = and_(contacts.c.target_id == source_id, contacts.c.account_id.in_(known))
    for row in connection.execute(select(contacts).where(is_double)).all():
        connection.execute(
            delete(contacts).where(
                contacts.c.account_id == row.account_id, contacts.c.target_id == source_id
            )
        )
        if row.is_counted:
            connection.execute(
                update(source_tallies)
                .where(*_TALLY_KEY)
                .values(contacted=source_tallies.c.contacted - 1),
                {"its_account": row.account_id, "its_source": row.source},
            )
    connection.execute(
        update(contacts).where(contacts.c.target_id == source_id).values(target_id=into)
    )


def contacted(connection: Connection, *, accounts: Collection[int] | None) -> Sequence[Any]:
    """By source: how many people were contacted because of it, by how many accounts, and when."""
    kept = source_tallies.c
    statement = (
        select(
            kept.source,
            func.sum(kept.contacted).label("contacted"),
            func.count().label("accounts"),
            func.min(kept.first_at).label("first_at"),
            func.max(kept.last_at).label("last_at"),
        )
        .where(kept.contacted > 0)
        .group_by(kept.source)
    )
    if accounts is not None:
        statement = statement.where(kept.account_id.in_(sorted(accounts)))
    return connection.execute(statement).all()


def followed_back(
    connection: Connection, *, accounts: Collection[int] | None, within_seconds: int
) -> dict[str, int]:
    """By source: contacts who were seen to follow in time."""
    statement = (
        select(known_followers.c.source, func.count())
        .where(known_followers.c.after_seconds <= within_seconds)
        .group_by(known_followers.c.source)
    )
    if accounts is not None:
        statement = statement.where(known_followers.c.account_id.in_(sorted(accounts)))
    return {row[0]: row[1] for row in connection.execute(statement)}
