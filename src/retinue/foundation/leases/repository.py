from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, bindparam, case, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from retinue.foundation.database import table_of
from retinue.foundation.database.among import Among
from retinue.foundation.database.prepared import Prepared
from retinue.foundation.database.rows import changed
from retinue.foundation.database.spelled import Spelled, family_of
from retinue.foundation.leases.models import LeaseRow

_leases = table_of(LeaseRow)
_MOMENT = _leases.c.expires_at.type
_KEY_AMONG = Among(_leases.c.key, "keys")


def _kept(dialect: Any) -> Any:
    return dialect.insert(_leases).on_conflict_do_nothing()


def _kept_mysql(_dialect: Any) -> Any:
    return insert(_leases).prefix_with("IGNORE")


_KEEP = Prepared(Spelled(_kept, mysql=_kept_mysql), [column.name for column in _leases.c])
_GIVE = Prepared(
    update(_leases)
    .where(
        _leases.c.key == bindparam("lease"),
        _leases.c.fence == bindparam("seen"),
        _leases.c.holder.is_(None) | (_leases.c.expires_at <= bindparam("now", type_=_MOMENT)),
    )
    .values(
        holder=bindparam("taker"),
        fence=_leases.c.fence + 1,
        expires_at=bindparam("until", type_=_MOMENT),
    )
)
_EXTEND = Prepared(
    update(_leases)
    .where(
        _leases.c.key == bindparam("lease"),
        _leases.c.fence == bindparam("seen"),
        _leases.c.holder.is_not(None),
    )
    .values(expires_at=bindparam("until", type_=_MOMENT))
)
_FREE = Prepared(
    update(_leases)
    .where(_leases.c.key == bindparam("lease"), _leases.c.fence == bindparam("seen"))
    .values(holder=None)
)
_TAKE_OR_KEEP = Prepared(
    update(_leases)
    .where(
        _leases.c.key == bindparam("lease"),
        _leases.c.holder.is_(None)
        | (_leases.c.expires_at <= bindparam("now", type_=_MOMENT))
        | (_leases.c.holder == bindparam("taker")),
    )
    # MariaDB sets one column after the other, so the fence is reckoned while the old holder stands.
    .ordered_values(
        (
            _leases.c.fence,
            case(
                (_leases.c.holder == bindparam("taker"), _leases.c.fence),
                else_=_leases.c.fence + 1,
            ),
        ),
        (_leases.c.holder, bindparam("taker")),
        (_leases.c.expires_at, bindparam("until", type_=_MOMENT)),
    )
)
_FREE_OF = Prepared(
    update(_leases)
    .where(_leases.c.key == bindparam("lease"), _leases.c.holder == bindparam("taker"))
    .values(holder=None)
)


def find(db: Session, key: str) -> LeaseRow | None:
    return db.execute(
        select(LeaseRow).where(LeaseRow.key == key), execution_options={"populate_existing": True}
    ).scalar_one_or_none()


def take_free(db: Session, key: str, *, holder: str, now: datetime, expires_at: datetime) -> bool:
    """Take an existing row that nobody holds any more."""
    statement = (
        update(LeaseRow)
        .where(LeaseRow.key == key, (LeaseRow.holder.is_(None)) | (LeaseRow.expires_at <= now))
        .values(holder=holder, fence=LeaseRow.fence + 1, expires_at=expires_at)
    )
    return changed(db, statement) == 1


def take_or_keep(
    db: Session, key: str, *, holder: str, now: datetime, expires_at: datetime
) -> bool:
    """Take an existing row that is free, or that this holder has. Its row is locked until the commit."""
    return (
        _TAKE_OR_KEEP.run(
            db.connection(), {"lease": key, "taker": holder, "now": now, "until": expires_at}
        )
        == 1
    )


def free_of(db: Session, key: str, *, holder: str) -> bool:
    return _FREE_OF.run(db.connection(), {"lease": key, "taker": holder}) == 1


def insert_first(db: Session, key: str, *, holder: str, expires_at: datetime) -> bool:
    try:
        with db.begin_nested():
            db.execute(
                insert(LeaseRow).values(key=key, holder=holder, fence=1, expires_at=expires_at)
            )
    except IntegrityError:
        return False
    return True


def extend(db: Session, key: str, *, fence: int, expires_at: datetime) -> bool:
    statement = update(LeaseRow).where(
        LeaseRow.key == key, LeaseRow.fence == fence, LeaseRow.holder.is_not(None)
    )
    return changed(db, statement.values(expires_at=expires_at)) == 1


def free(db: Session, key: str, *, fence: int) -> bool:
    statement = update(LeaseRow).where(LeaseRow.key == key, LeaseRow.fence == fence)
    return changed(db, statement.values(holder=None)) == 1


def take_hold_of_free(db: Session, keys: Collection[str], *, now: datetime) -> dict[str, int]:
    """
    The fence of each of these that nobody holds, held until the commit. Nobody is waited for: a
    row that somebody else has in hand just now is left out.
    """
    connection = db.connection()
    rows = connection.execute(
        _free_among(family_of(connection.dialect)),
        {"now": now, **_KEY_AMONG.given(connection, sorted(keys))},
    )
    return {row.key: row.fence for row in rows}


@lru_cache(maxsize=4)
def _free_among(family: str) -> Any:
    return (
        select(_leases.c.key, _leases.c.fence)
        .where(
            _KEY_AMONG.in_words_of(family),
            _leases.c.holder.is_(None) | (_leases.c.expires_at <= bindparam("now", type_=_MOMENT)),
        )
        .with_for_update(skip_locked=True)
    )


def never_taken(db: Session, keys: Collection[str]) -> set[str]:
    connection = db.connection()
    query = select(_leases.c.key).where(_KEY_AMONG.on(connection))
    return set(keys) - set(connection.scalars(query, _KEY_AMONG.given(connection, sorted(keys))))


def keep_free(db: Session, keys: Collection[str], *, now: datetime) -> None:
    """A row for each key that has none, held by nobody."""
    # In one order, so that of two who do the same neither waits for the other in a circle.
    rows = [{"key": key, "holder": None, "fence": 0, "expires_at": now} for key in sorted(keys)]
    _KEEP.run_many(db.connection(), rows)


def give(db: Session, rows: Sequence[dict[str, Any]]) -> int:
    """`lease` to `taker` `until` then, where its fence is still the one `seen` and it is free `now`; how many were."""
    return _GIVE.run_many(db.connection(), rows)


def extend_many(db: Session, rows: Sequence[dict[str, Any]]) -> None:
    """As `extend`: of each `lease` with the fence `seen`."""
    _EXTEND.run_many(db.connection(), rows)


def free_many(db: Session, rows: Sequence[dict[str, Any]]) -> None:
    """As `free`: of each `lease` with the fence `seen`."""
    _FREE.run_many(db.connection(), rows)


def busy_rows(connection: Connection, prefix: str) -> list[str]:
    """The keys under the prefix whose row somebody has locked for an update, by what is committed now."""
    under = select(LeaseRow.key).where(LeaseRow.key.startswith(prefix, autoescape=True))
    keys = connection.scalars(under).all()
    # A key's share is enough: renewals go on meanwhile.
    free = connection.scalars(under.with_for_update(read=True, key_share=True, skip_locked=True))
    return sorted(set(keys) - set(free))


def wait_for_row(connection: Connection, key: str) -> None:
    held = select(LeaseRow.key).where(LeaseRow.key == key)
    connection.execute(held.with_for_update(read=True, key_share=True))
