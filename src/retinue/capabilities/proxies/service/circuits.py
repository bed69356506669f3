"""
A circuit for each proxy: three failures in a row open it, and one check that succeeds closes it.

While it is open nobody goes through, so that a fleet does not find out a hundred times over, and
nobody goes another way. Work waits and says why. The check is made by the job `WATCH` alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from retinue.capabilities.proxies import repository, rules
from retinue.capabilities.proxies.errors import ProxyDown
from retinue.capabilities.proxies.models import Proxy, ProxyCheck
from retinue.capabilities.proxies.schemas import Address, CheckedProxy
from retinue.capabilities.proxies.service.keeping import get
from retinue.capabilities.settings import service as settings
from retinue.foundation.clock import real
from retinue.foundation.jobs import service as jobs
from retinue.foundation.redaction import redact

WATCH = "proxies.watch"
"""Checks what is down and due, and tells people of it."""

_LONGEST_MESSAGE = 300
_NO_FAILURES = 0
_PUT_OFF = timedelta(minutes=5)
_PRUNED_AT_ONCE = 500
_LOOKED_AGAIN = 15
"""Minutes after which a proxy is due where checks are switched off now, and may be on by then."""


def note_failure(db: Session, proxy_id: int, message: str, *, now: datetime) -> None:
    """A call has failed because of the proxy. Of one that is gone or known to be down, nothing is written."""
    known = repository.get(db, proxy_id)
    if known is None or known.down_since is not None:
        return
    proxy = repository.for_change(db, proxy_id)
    if proxy is None or proxy.down_since is not None:
        return
    _fail(db, proxy, message, now=now)


def note_check(db: Session, proxy_id: int, found: CheckedProxy, *, now: datetime) -> Proxy:
    """
    Keep what a try has shown. It is no change of the proxy, so the audit log does not hear of it.

    Raises:
        ProxyNotFound: there is none of this id.
    """
    get(db, proxy_id)
    proxy = repository.for_change(db, proxy_id) or get(db, proxy_id)
    _remember(db, proxy, found, now=now)
    if not found.ok:
        _fail(db, proxy, found.message, now=now)
        return proxy
    if proxy.check_ok is False:
        rules.turn(proxy, now=now)
    was_down = proxy.down_since is not None
    proxy.failures, proxy.failed_at = _NO_FAILURES, None
    proxy.down_since = proxy.retry_at = None
    proxy.checked_at, proxy.check_ok = now, True
    proxy.check_message = found.message[:_LONGEST_MESSAGE]
    if found.milliseconds is not None:
        proxy.latency_ms = found.milliseconds
    if found.exit_address is not None:
        if proxy.exit_address not in {None, found.exit_address}:
            proxy.previous_exit, proxy.exit_changed_at = proxy.exit_address, now
        proxy.exit_address = found.exit_address
    db.flush()
    if was_down:
        jobs.defer(db, WATCH, {}, now=now, key=WATCH)
    return proxy


def check_is_up(db: Session, proxy_id: int) -> None:
    """
    Raises:
        ProxyDown: nobody goes through it now; since when, and when it is tried again.
        ProxyNotFound: there is none of this id.
    """
    refusal = why_down(get(db, proxy_id))
    if refusal is not None:
        raise refusal


def why_down(proxy: Proxy) -> ProxyDown | None:
    if proxy.down_since is None:
        return None
    return ProxyDown(
        down_message(proxy.id, proxy.down_since),
        proxy_id=proxy.id,
        since=proxy.down_since,
        until=proxy.retry_at,
    )


def down_message(proxy_id: int, since: datetime) -> str:
    return (
        f"Proxy {proxy_id} is down since {since:%Y-%m-%d %H:%M:%S} UTC; it is tried again by itself,"
        " and nothing goes another way."
    )


def down(db: Session) -> Sequence[Proxy]:
    """Those whose circuit is open."""
    return repository.down(db)


def due_checks(db: Session, *, now: datetime, limit: int) -> Sequence[int]:
    """The ids of those that are to be tried now: what is down, and what has its turn."""
    is_scheduled = settings.current(db).proxies.check_minutes > 0
    return repository.due_checks(db, now=now, limit=limit, is_scheduled=is_scheduled)


def put_off(db: Session, proxy_id: int, *, now: datetime) -> None:
    """Its check could not be made for a reason that lies elsewhere."""
    proxy = repository.for_change(db, proxy_id)
    if proxy is not None:
        _schedule(db, proxy, now=now)
        if proxy.down_since is not None:
            proxy.retry_at = now + real(_PUT_OFF)


def flapping(db: Session, *, now: datetime) -> Sequence[Proxy]:
    """Those that come and go."""
    return repository.flapping(db, now=now)


def with_new_exit(db: Session, *, now: datetime) -> Sequence[Proxy]:
    """Those that lead out somewhere else than a day ago."""
    return repository.with_new_exit(db, since=now - real(rules.EXIT_NEWS))


def prune_checks(db: Session, *, now: datetime) -> int:
    """Forget checks past their days, at most 500; answers how many."""
    kept = real(timedelta(days=settings.current(db).proxies.history_days))
    return repository.drop_checks(db, before=now - kept, limit=_PRUNED_AT_ONCE)


def is_confirmed(proxy: Proxy) -> bool:
    """Whether a check has found it down too: what opened the circuit may have been a moment's trouble."""
    return proxy.down_since is not None and proxy.failures > rules.FAILURES


def name_of(proxy: Proxy) -> str:
    """Where it is, without who may use it."""
    return Address(proxy.scheme, proxy.host, proxy.port).url


def _fail(db: Session, proxy: Proxy, message: str, *, now: datetime) -> None:
    if proxy.down_since is None:
        proxy.failures = rules.failures_after(proxy.failures, proxy.failed_at, now=now)
    else:
        proxy.failures += 1
        proxy.retry_at = rules.next_check(proxy.failures, now=now)
    if proxy.check_ok:
        rules.turn(proxy, now=now)
    proxy.failed_at = proxy.checked_at = now
    proxy.check_ok, proxy.check_message = False, redact(message)[:_LONGEST_MESSAGE]
    if proxy.down_since is None and proxy.failures >= rules.FAILURES:
        proxy.down_since = proxy.retry_at = now
        jobs.defer(db, WATCH, {}, now=now, key=WATCH)
    db.flush()


def _remember(db: Session, proxy: Proxy, found: CheckedProxy, *, now: datetime) -> None:
    repository.add_check(
        db,
        ProxyCheck(
            proxy_id=proxy.id,
            at=now,
            ok=found.ok,
            message=redact(found.message)[:_LONGEST_MESSAGE],
            exit_address=found.exit_address,
            milliseconds=found.milliseconds,
        ),
    )
    _schedule(db, proxy, now=now)


def _schedule(db: Session, proxy: Proxy, *, now: datetime) -> None:
    minutes = settings.current(db).proxies.check_minutes
    proxy.check_due_at = now + real(timedelta(minutes=minutes or _LOOKED_AGAIN))
