from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import LargeBinary, and_, bindparam, func, or_, select, tuple_
from sqlalchemy.orm import Session

from retinue.capabilities.accounts.models import Account
from retinue.foundation.sealing import KEY_ID_AT
from retinue.workflows.resealing.places import Facts, Place

_KEY = "key_"
_BLOB = "blob_"


def not_under(db: Session, place: Place, key_id: str) -> list[tuple[Any, ...]]:
    """The keys of the rows that hold a value under another key than this one, in their order."""
    statement = (
        select(*place.key)
        .where(or_(*(_is_under_other(one, key_id) for one in place.sealed)))
        .order_by(*place.key)
    )
    return [tuple(row) for row in db.execute(statement)]


def held_rows(db: Session, place: Place, keys: Sequence[tuple[Any, ...]]) -> list[dict[str, Any]]:
    """These rows as they are now, and nobody else changes them until the commit."""
    columns = [*place.key, *place.sealed]
    columns += [place.table.c[name] for name in place.also if place.table.c[name] not in columns]
    statement = select(*columns).where(_is_among(place, keys)).order_by(*place.key)
    rows = [dict(row) for row in db.execute(statement.with_for_update()).mappings()]
    if place.binds_account:
        # Read apart: only the values are held, not their accounts.
        ids = [row["account_id"] for row in rows]
        uids = dict(db.execute(select(Account.id, Account.uid).where(Account.id.in_(ids))).all())
        for row in rows:
            row["uid"] = uids[row["account_id"]]
    return rows


def put(db: Session, place: Place, rows: Iterable[Facts]) -> None:
    """Write the sealed columns of these rows, and nothing else of them."""
    values = [
        {f"{_KEY}{one.name}": row[one.name] for one in place.key}
        | {f"{_BLOB}{one.name}": row[one.name] for one in place.sealed}
        for row in rows
    ]
    if not values:
        return
    statement = (
        place.table.update()
        .where(*(one == bindparam(f"{_KEY}{one.name}") for one in place.key))
        .values({one.name: bindparam(f"{_BLOB}{one.name}") for one in place.sealed})
    )
    db.connection().execute(statement, values)


def used_keys(db: Session, place: Place) -> dict[str, Counter[str]]:
    """By column: how many values are under which key."""
    found = {}
    for column in place.sealed:
        key_id = _key_id(column)
        rows = db.execute(
            select(key_id, func.count()).where(column.is_not(None)).group_by(key_id)
        ).all()
        found[column.name] = Counter({bytes(one).hex(): count for one, count in rows})
    return found


def _is_among(place: Place, keys: Sequence[tuple[Any, ...]]) -> Any:
    if len(place.key) == 1:
        return place.key[0].in_([key[0] for key in keys])
    return tuple_(*place.key).in_(keys)


def _is_under_other(column: Any, key_id: str) -> Any:
    return and_(column.is_not(None), _key_id(column) != bytes.fromhex(key_id))


def _key_id(column: Any) -> Any:
    return func.substr(column, *KEY_ID_AT, type_=LargeBinary())
