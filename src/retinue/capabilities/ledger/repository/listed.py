"""People of the do-not-contact list as the ledger knows them: by the network's id, whatever they are called today."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, or_, select, update

from retinue.capabilities.ledger.repository.prepared import Prepared
from retinue.capabilities.ledger.repository.tables import do_not_contact, targets
from retinue.foundation.database.among import Among

_LEARN = Prepared(
    update(do_not_contact)
    .where(
        do_not_contact.c.network == bindparam("of_network"),
        do_not_contact.c.handle_hash == bindparam("of_hash"),
        do_not_contact.c.network_id.is_(None),
    )
    .values(network_id=bindparam("its_id"))
)
_ANY = Prepared(
    select(do_not_contact.c.id)
    .where(
        do_not_contact.c.network == bindparam("network"), do_not_contact.c.network_id.is_not(None)
    )
    .limit(1)
)
_HANDLES = Among(targets.c.handle, "handles")


def learn(connection: Connection, network: str, *, handle_hash: str, network_id: str) -> None:
    """Who has the handle that is on a list. The first one we meet with it is the one who was meant."""
    values = {"of_network": network, "of_hash": handle_hash, "its_id": network_id}
    _LEARN.run(connection, values)


def by_id(
    connection: Connection,
    network: str,
    *,
    scope_keys: Sequence[str],
    handles: Sequence[str],
    now: datetime,
) -> list[tuple[str, datetime | None]]:
    """Which of these are on a list that is in force, under whatever handle, and until when; none is for ever."""
    if _ANY.first(connection, {"network": network}) is None:
        return []
    rows = connection.execute(
        select(targets.c.handle, do_not_contact.c.expires_at)
        .join(
            do_not_contact,
            (do_not_contact.c.network == targets.c.network)
            & (do_not_contact.c.network_id == targets.c.network_id),
        )
        .where(
            targets.c.network == network,
            _HANDLES.on(connection),
            do_not_contact.c.scope_key.in_(scope_keys),
            or_(do_not_contact.c.expires_at.is_(None), do_not_contact.c.expires_at > now),
        ),
        _HANDLES.given(connection, handles),
    )
    return [(row[0], row[1]) for row in rows]
