"""Alerts about proxies, raised while there is a reason and resolved when there is none any more."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.alerts import service as alerts
from retinue.capabilities.alerts.models import Alert, AlertKind, AlertState, Severity
from retinue.capabilities.alerts.schemas import AlertFilter, Incident
from retinue.capabilities.proxies import service as proxies
from retinue.capabilities.proxies.models import Proxy
from retinue.foundation.runtime import Runtime

_PAGE = 200
_OPEN = (AlertState.open, AlertState.acknowledged)
_KINDS = (AlertKind.proxy_down, AlertKind.proxy_flapping, AlertKind.proxy_exit_changed)


def key_of(proxy_id: int) -> str:
    return f"proxy:{proxy_id}"


def tell(runtime: Runtime) -> None:
    """Two looks while nothing has changed."""
    with runtime.database.reading() as db:
        wanted = _incidents(runtime, db)
        known = alerts.open_keys(db, list(wanted))
        fresh = wanted.keys() - known
        over = [alert.key for alert in _lasting(db) if alert.key not in wanted]
    if not fresh and not over:
        return
    with runtime.database.writing() as db:
        now = runtime.clock.now()
        # Read again: a check may have closed one meanwhile.
        wanted = _incidents(runtime, db)
        for key in sorted(fresh & wanted.keys()):
            alerts.raise_alert(db, wanted[key], now=now)
        for key in over:
            if key not in wanted:
                alerts.resolve(db, key, now=now)


def _incidents(runtime: Runtime, db: Session) -> dict[str, Incident]:
    now = runtime.clock.now()
    down = [proxy for proxy in proxies.down(db) if proxies.is_confirmed(proxy)]
    waiting = accounts.counts_by_proxy(db, [proxy.id for proxy in down]) if down else {}
    found = [_down(proxy, waiting.get(proxy.id, 0)) for proxy in down]
    found += [_flapping(proxy) for proxy in proxies.flapping(db, now=now)]
    found += [_new_exit(proxy) for proxy in proxies.with_new_exit(db, now=now)]
    return {incident.key: incident for incident in found}


def _lasting(db: Session) -> Sequence[Alert]:
    """More than a page of them is worked off in the next runs."""
    return [
        alert
        for kind in _KINDS
        for alert in alerts.page(db, AlertFilter(states=_OPEN, kind=kind), limit=_PAGE)
    ]


def _down(proxy: Proxy, waiting: int) -> Incident:
    number = "1 account waits" if waiting == 1 else f"{waiting} accounts wait"
    return Incident(
        key=key_of(proxy.id),
        kind=AlertKind.proxy_down,
        severity=Severity.warning,
        subject=("proxy", str(proxy.id)),
        message=(
            f"Proxy {proxy.id} ({proxies.name_of(proxy)}) is down: {proxy.check_message}."
            f" {number} for it; nothing goes another way."
        ),
        details={
            "since": proxy.down_since.isoformat() if proxy.down_since else None,
            "accounts": waiting,
        },
    )


def _flapping(proxy: Proxy) -> Incident:
    return Incident(
        key=f"proxy-flapping:{proxy.id}",
        kind=AlertKind.proxy_flapping,
        severity=Severity.warning,
        subject=("proxy", str(proxy.id)),
        message=(
            f"Proxy {proxy.id} ({proxies.name_of(proxy)}) comes and goes: it has changed between working"
            " and not working three times within an hour."
        ),
        details={"changes": proxy.turns[-3:]},
    )


def _new_exit(proxy: Proxy) -> Incident:
    changed = proxy.exit_changed_at
    return Incident(
        # Each change is news of its own, also where the one before has been read.
        key=f"proxy-exit:{proxy.id}:{proxy.exit_address}"[:190],
        kind=AlertKind.proxy_exit_changed,
        severity=Severity.info,
        subject=("proxy", str(proxy.id)),
        message=(
            f"Proxy {proxy.id} ({proxies.name_of(proxy)}) leads out at {proxy.exit_address} now,"
            f" and did at {proxy.previous_exit} before. Networks may ask its accounts who is there."
        ),
        details={"changed_at": changed.isoformat() if changed else None},
    )
