"""What is known of the accounts that are to work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Integer,
    String,
    and_,
    bindparam,
    cast,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from retinue.capabilities.accounts.models import AccountKind, Lifecycle
from retinue.capabilities.tasks.repository.tables import (
    account_safety,
    accounts,
    leases,
    personas,
    proxies,
    tasks,
    uses,
)
from retinue.foundation.database.prepared import Prepared
from retinue.foundation.database.rows import Rows

_KEY = literal("account:").concat(cast(accounts.c.id, String(20)))
_USED = (
    func.count().label("number"),
    func.min(uses.c.at).label("oldest"),
    func.max(uses.c.at).label("last"),
)
_BUSY = (
    select(tasks.c.busy_account_id)
    .where(tasks.c.busy_account_id == accounts.c.id)
    .correlate(accounts)
    .exists()
)

_LOOKED_UP = (
    update(accounts)
    .where(accounts.c.id.in_(bindparam("ids", expanding=True)))
    .values(looked_up_at=bindparam("now"))
)
_NOW = bindparam("now", type_=leases.c.expires_at.type)
_IS_HELD = and_(leases.c.key == _KEY, leases.c.holder.is_not(None), leases.c.expires_at > _NOW)
_FACTS = (
    select(
        *(
            accounts.c[name]
            for name in (
                "id",
                "account_no",
                "kind",
                "lifecycle",
                "health",
                "health_evidence",
                "paused_at",
                "pause_reason",
                "looked_up_at",
            )
        ),
        personas.c.paused_at.label("persona_paused_at"),
        account_safety.c.backoff_until,
        account_safety.c.cooldown_until,
        proxies.c.id.label("proxy_id"),
        proxies.c.down_since.label("proxy_down_since"),
        proxies.c.retry_at.label("proxy_retry_at"),
        leases.c.holder,
        leases.c.expires_at.label("held_until"),
        _BUSY.label("is_busy"),
    )
    .select_from(accounts)
    .outerjoin(personas, personas.c.id == accounts.c.persona_id)
    .outerjoin(account_safety, account_safety.c.account_id == accounts.c.id)
    .outerjoin(
        proxies, and_(proxies.c.id == accounts.c.proxy_id, proxies.c.down_since.is_not(None))
    )
    .outerjoin(leases, _IS_HELD)
)
_OF_WORKERS = _FACTS.where(
    accounts.c.kind == AccountKind.worker,
    accounts.c.is_test.is_(False),
    accounts.c.lifecycle != Lifecycle.retired,
)
_LAST_ID = bindparam("last_id", type_=accounts.c.id.type)
_MOMENT = bindparam("moment", type_=accounts.c.looked_up_at.type)
_LIMIT = bindparam("number", type_=Integer())
_NEVER = Prepared(
    _OF_WORKERS.where(accounts.c.looked_up_at.is_(None), accounts.c.id > _LAST_ID)
    .order_by(accounts.c.id)
    .limit(_LIMIT)
)
_ONCE = Prepared(
    _OF_WORKERS.where(
        accounts.c.looked_up_at >= _MOMENT,
        or_(accounts.c.looked_up_at > _MOMENT, accounts.c.id > _LAST_ID),
    )
    .order_by(accounts.c.looked_up_at, accounts.c.id)
    .limit(_LIMIT)
)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def of_accounts(db: Session, ids: Collection[int], *, now: datetime) -> Rows:
    """Everything about these accounts that decides whether they can work now."""
    return db.connection().execute(_FACTS.where(accounts.c.id.in_(sorted(ids))), {"now": now}).all()


def of_workers(db: Session, *, now: datetime, limit: int) -> Rows:
    """The same of the worker accounts."""
    query = _OF_WORKERS.order_by(accounts.c.id).limit(limit)
    return db.connection().execute(query, {"now": now}).all()


def idle_for_longest(
    db: Session, after: tuple[datetime | None, int] | None, *, now: datetime, limit: int
) -> Rows:
    """
    As `of_workers`, those first whose last look-up is the longest ago; `after` is the
    `looked_up_at` and the `id` of the last one that was read.
    """
    moment, last_id = after or (None, 0)
    found: list[Any] = []
    given = {"now": now, "number": limit, "last_id": last_id}
    if moment is None:
        found = _NEVER.all(db.connection(), given)
        moment, given["last_id"] = _LONG_AGO, 0
    if len(found) < limit:
        given |= {"moment": moment, "number": limit - len(found)}
        found += _ONCE.all(db.connection(), given)
    return found


def note_look_ups(db: Session, account_ids: Collection[int], *, now: datetime) -> None:
    """They have begun one just now."""
    db.connection().execute(_LOOKED_UP, {"ids": sorted(account_ids), "now": now})


def of_own(db: Session, *, now: datetime) -> Rows:
    """The same of all accounts that may engage by their lifecycle."""
    query = _FACTS.where(
        accounts.c.kind == AccountKind.normal,
        accounts.c.is_test.is_(False),
        accounts.c.lifecycle.in_([Lifecycle.ready, Lifecycle.active]),
    )
    return db.connection().execute(query, {"now": now}).all()


def uses_of(
    db: Session, operation: str, account_ids: Collection[int], *, since: datetime
) -> dict[int, list[datetime]]:
    """When each account began something of the kind."""
    query = select(uses.c.account_id, uses.c.at).where(
        uses.c.account_id.in_(sorted(account_ids)), uses.c.operation == operation, uses.c.at > since
    )
    found: dict[int, list[datetime]] = defaultdict(list)
    for row in db.connection().execute(query):
        found[row.account_id].append(row.at)
    return found


def used_by(
    db: Session, operation: str, account_ids: Collection[int], *, since: datetime
) -> dict[int, Any]:
    """How often each account has begun something of the kind, when first, and when last."""
    query = select(uses.c.account_id, *_USED).where(
        uses.c.account_id.in_(sorted(account_ids)), uses.c.operation == operation, uses.c.at > since
    )
    rows = db.connection().execute(query.group_by(uses.c.account_id))
    return {row.account_id: row for row in rows}


def used_by_all(db: Session, operation: str, *, since: datetime) -> Any:
    """The same of all accounts together."""
    query = select(*_USED).where(uses.c.operation == operation, uses.c.at > since)
    return db.connection().execute(query).one()


def uses_of_all(db: Session, operation: str, *, since: datetime) -> list[datetime]:
    """When anybody began something of the kind."""
    query = select(uses.c.at).where(uses.c.operation == operation, uses.c.at > since)
    return list(db.connection().scalars(query))


def add_uses(db: Session, rows: Sequence[dict[str, Any]]) -> None:
    db.connection().execute(insert(uses), rows)


def prune_uses(db: Session, *, before: datetime, limit: int) -> int:
    ids = db.connection().scalars(select(uses.c.id).where(uses.c.at < before).limit(limit)).all()
    return db.connection().execute(delete(uses).where(uses.c.id.in_(ids))).rowcount if ids else 0


def named(db: Session, keys: Collection[str], ids: Collection[int]) -> Rows:
    """Accounts of these numbers, case-folded logins or ids, in use."""
    texts = sorted(keys)
    query = select(
        accounts.c.id,
        accounts.c.account_no,
        accounts.c.login_key,
        accounts.c.network,
        accounts.c.kind,
        accounts.c.lifecycle,
    ).where(
        accounts.c.is_test.is_(False),
        or_(
            accounts.c.account_no.in_(texts),
            accounts.c.login_key.in_([text.removeprefix("@").casefold() for text in texts]),
            accounts.c.id.in_(sorted(ids)),
        ),
    )
    return db.connection().execute(query).all()
