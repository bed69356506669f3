from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, String, and_, cast, delete, func, not_, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from retinue.capabilities.proxies.models import (
    OPEN_CHANGES,
    ChangeState,
    PlannedChange,
    Proxy,
    ProxyCheck,
    ProxyPool,
    ProxyState,
)
from retinue.capabilities.proxies.schemas import ProxyFilter


def get(db: Session, proxy_id: int) -> Proxy | None:
    return db.get(Proxy, proxy_id)


def of_identity(db: Session, identity: str) -> Proxy | None:
    return db.scalars(select(Proxy).where(Proxy.identity == identity)).one_or_none()


def of_identities(db: Session, identities: Collection[str]) -> Sequence[Proxy]:
    return db.scalars(select(Proxy).where(Proxy.identity.in_(identities))).all()


def page(
    db: Session, wanted: ProxyFilter, *, now: datetime, after: int | None, limit: int
) -> Sequence[Proxy]:
    statement = select(Proxy).where(*_fitting(wanted, now=now)).order_by(Proxy.id).limit(limit)
    if after is not None:
        statement = statement.where(Proxy.id > after)
    return db.scalars(statement).all()


def count(db: Session, wanted: ProxyFilter, *, now: datetime) -> int:
    statement = select(func.count()).select_from(Proxy).where(*_fitting(wanted, now=now))
    return db.scalar(statement) or 0


def ids_of(db: Session, wanted: ProxyFilter, *, now: datetime, limit: int) -> Sequence[int]:
    statement = select(Proxy.id).where(*_fitting(wanted, now=now)).order_by(Proxy.id).limit(limit)
    return db.scalars(statement).all()


def _fitting(wanted: ProxyFilter, *, now: datetime) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.search is not None:
        found.append(
            or_(
                *(
                    column.icontains(wanted.search, autoescape=True)
                    for column in (Proxy.name, Proxy.host, Proxy.provider)
                )
            )
        )
    if wanted.pool is not None:
        found.append(Proxy.pool == wanted.pool)
    if wanted.scheme is not None:
        found.append(Proxy.scheme == wanted.scheme)
    if wanted.label is not None:
        # The list is kept as JSON text, in which a label stands between quotes.
        text = json.dumps(wanted.label)
        found.append(cast(Proxy.labels, String).contains(text, autoescape=True))
    if wanted.state is not None:
        found.append(_IN_STATE[wanted.state])
    if wanted.flapping is not None:
        is_flapping = and_(Proxy.flapping_until.is_not(None), Proxy.flapping_until > now)
        found.append(is_flapping if wanted.flapping else not_(is_flapping))
    return found


_UP = Proxy.down_since.is_(None)
_IN_STATE: dict[ProxyState, ColumnElement[bool]] = {
    ProxyState.down: Proxy.down_since.is_not(None),
    ProxyState.unchecked: and_(_UP, Proxy.check_ok.is_(None)),
    ProxyState.up: and_(_UP, Proxy.check_ok.is_(True)),
    ProxyState.failing: and_(_UP, Proxy.check_ok.is_(False)),
}


def add(db: Session, proxy: Proxy) -> bool:
    """False when the identity is taken."""
    try:
        with db.begin_nested():
            db.add(proxy)
            db.flush()
    except IntegrityError:
        return False
    return True


def add_all(db: Session, proxies: Sequence[Proxy]) -> bool:
    """All of them, or False and none when an identity is taken."""
    try:
        with db.begin_nested():
            db.add_all(proxies)
            db.flush()
    except IntegrityError:
        return False
    return True


def remove(db: Session, proxy: Proxy) -> bool:
    """False while something still refers to it."""
    try:
        with db.begin_nested():
            db.delete(proxy)
            db.flush()
    except IntegrityError:
        return False
    return True


def for_change(db: Session, proxy_id: int) -> Proxy | None:
    """As it is now, and nobody else changes it meanwhile."""
    statement = select(Proxy).where(Proxy.id == proxy_id).with_for_update()
    return db.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def down(db: Session) -> Sequence[Proxy]:
    return db.scalars(select(Proxy).where(Proxy.down_since.is_not(None)).order_by(Proxy.id)).all()


def due_checks(db: Session, *, now: datetime, limit: int, is_scheduled: bool) -> Sequence[int]:
    """Those that are down come first: work waits for them."""
    is_due = and_(Proxy.down_since.is_not(None), Proxy.retry_at <= now)
    found = list(db.scalars(select(Proxy.id).where(is_due).order_by(Proxy.retry_at).limit(limit)))
    if is_scheduled and len(found) < limit:
        is_due = and_(Proxy.down_since.is_(None), Proxy.check_due_at <= now)
        statement = select(Proxy.id).where(is_due).order_by(Proxy.check_due_at)
        found += db.scalars(statement.limit(limit - len(found)))
    return found


def flapping(db: Session, *, now: datetime) -> Sequence[Proxy]:
    return db.scalars(select(Proxy).where(Proxy.flapping_until > now).order_by(Proxy.id)).all()


def with_new_exit(db: Session, *, since: datetime) -> Sequence[Proxy]:
    statement = select(Proxy).where(Proxy.exit_changed_at > since).order_by(Proxy.id)
    return db.scalars(statement).all()


def add_check(db: Session, check: ProxyCheck) -> None:
    db.add(check)


def checks_of(
    db: Session, proxy_id: int, *, before: int | None, limit: int
) -> Sequence[ProxyCheck]:
    statement = select(ProxyCheck).where(ProxyCheck.proxy_id == proxy_id)
    if before is not None:
        statement = statement.where(ProxyCheck.id < before)
    return db.scalars(statement.order_by(ProxyCheck.id.desc()).limit(limit)).all()


def drop_checks(db: Session, *, before: datetime, limit: int) -> int:
    ids = db.scalars(select(ProxyCheck.id).where(ProxyCheck.at < before).limit(limit)).all()
    if ids:
        db.execute(delete(ProxyCheck).where(ProxyCheck.id.in_(ids)))
    return len(ids)


def pool_names(db: Session) -> Sequence[str]:
    statement = select(Proxy.pool).where(Proxy.pool.is_not(None)).distinct().order_by(Proxy.pool)
    return [name for name in db.scalars(statement) if name is not None]


def ids_in_pools(db: Session) -> Sequence[int]:
    return db.scalars(select(Proxy.id).where(Proxy.pool.is_not(None))).all()


def of_pool(db: Session, pool: str) -> Sequence[Proxy]:
    return db.scalars(select(Proxy).where(Proxy.pool == pool).order_by(Proxy.id)).all()


def policy_of(db: Session, pool: str) -> ProxyPool | None:
    return db.get(ProxyPool, pool)


def policies(db: Session) -> dict[str, ProxyPool]:
    return {row.name: row for row in db.scalars(select(ProxyPool))}


def add_change(db: Session, change: PlannedChange) -> bool:
    """False where a fail-over of this proxy is open already."""
    try:
        with db.begin_nested():
            db.add(change)
            db.flush()
    except IntegrityError:
        return False
    return True


def change_of(db: Session, change_id: int, *, is_held: bool = False) -> PlannedChange | None:
    statement = select(PlannedChange).where(PlannedChange.id == change_id)
    if is_held:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return db.scalars(statement).one_or_none()


def open_changes_of(db: Session, proxy_id: int) -> Sequence[PlannedChange]:
    """Those that lead away from it, or to it."""
    leads = or_(PlannedChange.from_proxy_id == proxy_id, PlannedChange.to_proxy_id == proxy_id)
    statement = select(PlannedChange).where(PlannedChange.state.in_(OPEN_CHANGES), leads)
    return db.scalars(statement.order_by(PlannedChange.id)).all()


def changes(
    db: Session,
    *,
    states: Collection[ChangeState] = (),
    proxy_id: int | None = None,
    before: int | None = None,
    limit: int,
) -> Sequence[PlannedChange]:
    """The newest first."""
    statement = select(PlannedChange)
    if states:
        statement = statement.where(PlannedChange.state.in_(states))
    if proxy_id is not None:
        statement = statement.where(PlannedChange.from_proxy_id == proxy_id)
    if before is not None:
        statement = statement.where(PlannedChange.id < before)
    return db.scalars(statement.order_by(PlannedChange.id.desc()).limit(limit)).all()
