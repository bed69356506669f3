"""Connecting a network and disconnecting it: an admin's decision, with a reason, on record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.access import service as access
from retinue.capabilities.accounts.schemas import NetworkName
from retinue.capabilities.audit import service as audit
from retinue.foundation.errors import Invalid
from retinue.foundation.events import service as events
from retinue.foundation.runtime import Runtime
from retinue.foundation.sealing import Sealer
from retinue.workflows.connecting import repository
from retinue.workflows.connecting.errors import NotConnectable
from retinue.workflows.connecting.models import NetworkConnection, Tier
from retinue.workflows.connecting.rules import addresses
from retinue.workflows.connecting.schemas import ConnectWanted, NetworkRead
from retinue.workflows.connecting.service.showing import INSTAGRAM, SANDGRAM, TABLE, X, shown

X_URL = "https://api.x.com"
SANDGRAM_APP = ("sandgram-x-app", "sandgram-x-secret")
"""What Sandgram knows from the start: no secret of anyone's."""
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class By:
    actor: str
    request_id: str | None = None
    address: str | None = None


def connect(
    db: Session, runtime: Runtime, name: NetworkName, wanted: ConnectWanted, *, by: By
) -> NetworkRead:
    """
    Connect X, or change how it is connected. One that leads out of this machine ends demo mode.

    Raises:
        NotConnectable: the network is another one.
        Invalid: the address may not be called, or the app is not named.
    """
    _check_is_x(name)
    row = repository.connection_for_change(db, X)
    before = None if row is None else _told(runtime.sealer, row)
    base_url = (wanted.base_url or (row.base_url if row else _usual_url(runtime))).rstrip("/")
    problem = addresses.problem_of(base_url, may_leave=runtime.configuration.live_networks)
    if problem is not None:
        raise Invalid.field("base_url", problem)
    client_id, secret = _app(runtime, wanted, row, base_url)
    now = runtime.clock.now()
    if row is None:
        row = NetworkConnection(network=X)
        db.add(row)
    row.is_connected, row.base_url, row.client_id = True, base_url, client_id
    row.tier = wanted.tier or row.tier or Tier.self_serve
    row.client_secret = secret
    row.reason, row.changed_by, row.changed_at = wanted.reason, by.actor[:190], now
    db.flush()
    if addresses.is_live(base_url):
        access.end_demo(db, by=by.actor, now=now)
    after = _told(runtime.sealer, row)
    _record(db, "connected", row, by=by, before=before, after=after)
    return shown(db, runtime, name)


def disconnect(
    db: Session, runtime: Runtime, name: NetworkName, reason: str, *, by: By
) -> NetworkRead:
    """
    Call it no more. The app and the accounts' tokens stay, sealed, for the next connection.

    Raises:
        NotConnectable: the network is another one.
    """
    _check_is_x(name)
    row = repository.connection_for_change(db, X)
    if row is None or not row.is_connected:
        return shown(db, runtime, name)
    now = runtime.clock.now()
    before = _told(runtime.sealer, row)
    row.is_connected = False
    row.reason, row.changed_by, row.changed_at = reason, by.actor[:190], now
    db.flush()
    after = _told(runtime.sealer, row)
    _record(db, "disconnected", row, by=by, before=before, after=after)
    return shown(db, runtime, name)


def _check_is_x(name: NetworkName) -> None:
    if name == SANDGRAM:
        raise NotConnectable(
            "sandgram: it is connected where RETINUE_SANDGRAM_URL names it at the start, and nowhere else.",
            network=name,
        )
    if name == INSTAGRAM:
        raise NotConnectable(
            "instagram: this version has no adapter for it; GET /api/networks says what there would be.",
            network=name,
        )


def _usual_url(runtime: Runtime) -> str:
    sandgram = runtime.configuration.sandgram_url
    return f"{sandgram.rstrip('/')}/x" if sandgram else X_URL


def _app(
    runtime: Runtime, wanted: ConnectWanted, row: NetworkConnection | None, base_url: str
) -> tuple[str, bytes | None]:
    """The app's id and its sealed secret, as they are from now on."""
    client_id = wanted.client_id or (row.client_id if row else None)
    secret = None if wanted.client_secret is None else wanted.client_secret.get_secret_value()
    if client_id is None and base_url == _usual_url(runtime) and base_url != X_URL:
        client_id, secret = SANDGRAM_APP[0], secret or SANDGRAM_APP[1]
    if client_id is None:
        raise Invalid.field("client_id", "is missing; give the app's id", kind="missing")
    if secret is not None:
        return client_id, runtime.sealer.seal(secret, table=TABLE, row=X, column="client_secret")
    # A secret belongs to its app, and goes to the address that it was meant for.
    is_same = row is not None and row.client_id == client_id and row.base_url == base_url
    return client_id, row.client_secret if row is not None and is_same else None


def _told(sealer: Sealer, row: NetworkConnection) -> dict[str, Any]:
    fingerprint = None
    if row.client_secret is not None:
        text = sealer.open(row.client_secret, table=TABLE, row=X, column="client_secret")
        fingerprint = sealer.digest(TABLE, X, text)[:_SHOWN]
    return {
        "connected": row.is_connected,
        "base_url": row.base_url,
        "tier": row.tier.value,
        "client_id": row.client_id,
        "client_secret": fingerprint,
    }


def _record(
    db: Session,
    verb: str,
    row: NetworkConnection,
    *,
    by: By,
    before: dict[str, Any] | None,
    after: dict[str, Any],
) -> None:
    """It was changed just now."""
    now = row.changed_at
    told = {"network": row.network, "connected": row.is_connected}
    events.publish(db, "network_update", told, now=now)
    audit.record(
        db,
        actor=by.actor,
        action=f"networks.{verb}",
        subject=("network", row.network),
        now=now,
        reason=row.reason,
        before=before,
        after=after,
        request_id=by.request_id,
        address=by.address,
    )
