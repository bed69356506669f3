"""What is known of the proxies, for people to look at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.proxies import repository, rules
from retinue.capabilities.proxies.models import Proxy, ProxyCheck
from retinue.capabilities.proxies.schemas import ProxyFilter, ProxyRead


def page(
    db: Session, wanted: ProxyFilter, *, now: datetime, after: int | None, limit: int
) -> tuple[Sequence[Proxy], int]:
    """The proxies that fit in the order of their ids, and how many there are in all."""
    found = repository.page(db, wanted, now=now, after=after, limit=limit)
    return found, repository.count(db, wanted, now=now)


def ids_of(db: Session, wanted: ProxyFilter, *, now: datetime, limit: int) -> Sequence[int]:
    """The ids of those that fit, in their order."""
    return repository.ids_of(db, wanted, now=now, limit=limit)


def checks_of(
    db: Session, proxy_id: int, *, before: int | None = None, limit: int
) -> Sequence[ProxyCheck]:
    """What its checks have shown, the newest first."""
    return repository.checks_of(db, proxy_id, before=before, limit=limit)


def shown(proxy: Proxy, *, accounts: int, now: datetime) -> ProxyRead:
    """As it may be shown; `accounts` are those that are bound to it."""
    return ProxyRead(
        id=proxy.id,
        name=proxy.name,
        provider=proxy.provider,
        pool=proxy.pool,
        labels=proxy.labels,
        scheme=proxy.scheme,
        host=proxy.host,
        port=proxy.port,
        username=proxy.username,
        has_password=proxy.password_sealed is not None,
        max_accounts=proxy.max_accounts,
        accounts=accounts,
        state=rules.state_of(proxy),
        is_flapping=rules.is_flapping(proxy, now=now),
        checked_at=proxy.checked_at,
        ok=proxy.check_ok,
        message=proxy.check_message,
        milliseconds=proxy.latency_ms,
        exit_address=proxy.exit_address,
        previous_exit_address=proxy.previous_exit,
        exit_changed_at=proxy.exit_changed_at,
        down_since=proxy.down_since,
        next_check_at=proxy.retry_at if proxy.down_since else proxy.check_due_at,
        created_at=proxy.created_at,
    )
