from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from retinue.capabilities.proxies.models import Proxy


def get(db: Session, proxy_id: int) -> Proxy | None:
    return db.get(Proxy, proxy_id)


def of_identity(db: Session, identity: str) -> Proxy | None:
    return db.scalars(select(Proxy).where(Proxy.identity == identity)).one_or_none()


def of_identities(db: Session, identities: Collection[str]) -> Sequence[Proxy]:
    return db.scalars(select(Proxy).where(Proxy.identity.in_(identities))).all()


def page(db: Session, *, after: int | None, limit: int) -> Sequence[Proxy]:
    statement = select(Proxy).order_by(Proxy.id).limit(limit)
    if after is not None:
        statement = statement.where(Proxy.id > after)
    return db.scalars(statement).all()


def count(db: Session) -> int:
    return db.scalar(select(func.count()).select_from(Proxy)) or 0


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
