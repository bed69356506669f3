"""Who a person is: the id that stays, and the handle of today."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from retinue.capabilities.ledger import rules
from retinue.capabilities.ledger.repository import listed, targets
from retinue.capabilities.ledger.repository.targets import Known
from retinue.drivers.network.protocol import Person
from retinue.foundation.errors import Unavailable
from retinue.kit.handles import fingerprint


def look_up(connection: Connection, network: str, person: Person, *, now: datetime) -> Known | None:
    """
    The person as we know them, brought up to date; none when this is the first we hear of them.

    A known id that comes with a new handle is a rename: the person stays the same.
    A known handle that comes with another id has changed hands: these are two people.
    A handle that was met without its id is merged into the person as soon as the id is learnt.
    """
    handle = rules.handle_key(person.handle)
    network_id = person.network_id or None
    found = targets.named(connection, network, network_id=network_id, handle=handle)
    if network_id is None:
        return found[0] if found else None
    by_id = next((one for one in found if one.network_id == network_id), None)
    by_handle = next((one for one in found if one.handle == handle), None)
    if by_id is not None and by_id.handle == handle:
        return by_id

    if by_handle is not None and by_handle.network_id is None:
        if by_id is None:
            targets.learn_id(connection, by_handle.id, network_id=network_id, now=now)
            return by_handle
        targets.merge(connection, by_handle.id, by_id.id)
    elif by_handle is not None:
        _stay_listed(connection, network, by_handle)
        targets.give_handle(connection, by_handle.id, handle=None, now=now)
    if by_id is not None:
        _stay_listed(connection, network, by_id)
        targets.give_handle(connection, by_id.id, handle=handle, now=now)
    return by_id


def note_listed(connection: Connection, network: str, person: Person) -> None:
    """The list is met by a person whose id it may not know yet; who was never engaged is written down nowhere else."""
    if person.network_id:
        handle_hash = fingerprint(rules.handle_key(person.handle))
        listed.learn(connection, network, handle_hash=handle_hash, network_id=person.network_id)


def _stay_listed(connection: Connection, network: str, known: Known) -> None:
    """Who is to be left alone is so under the next handle too."""
    if known.handle is not None and known.network_id is not None:
        listed.learn(
            connection,
            network,
            handle_hash=fingerprint(known.handle),
            network_id=known.network_id,
        )


def known_by_id(connection: Connection, network: str, network_id: str) -> Known | None:
    found = targets.named(connection, network, network_id=network_id, handle="")
    return next((one for one in found if one.network_id == network_id), None)


def write_down(connection: Connection, network: str, person: Person, *, now: datetime) -> Known:
    """The person as we know them from now on."""
    known = look_up(connection, network, person, now=now)
    return known or add(connection, network, person, now=now)


def add(connection: Connection, network: str, person: Person, *, now: datetime) -> Known:
    """Write down a person whom `look_up` does not know."""
    network_id, handle = person.network_id or None, rules.handle_key(person.handle)
    new = targets.add(connection, network, network_id=network_id, handle=handle, now=now)
    if new is not None:
        return Known(new, network_id, handle, unavailable_at=None)
    # Somebody else has written the same person down a moment ago, by id or by handle alone.
    known = look_up(connection, network, person, now=now)
    if known is None:
        raise Unavailable(
            f"target: @{handle} is changing hands at this very moment; try again.", retry_after=1
        )
    return known


def remember_unavailable(db: Session, network: str, person: Person, *, now: datetime) -> None:
    """The network says that this person is gone. Nobody asks for them again within one window."""
    connection = db.connection()
    known = write_down(connection, network, person, now=now)
    targets.mark_unavailable(connection, known.id, at=now)


def remember_available(db: Session, network: str, person: Person, *, now: datetime) -> None:
    """The person was seen. Costs nothing more than a look-up unless they were thought gone."""
    connection = db.connection()
    known = look_up(connection, network, person, now=now)
    if known is not None and known.unavailable_at is not None:
        targets.mark_unavailable(connection, known.id, at=None)
