"""Which networks there are, how each stands, and what each lets software do."""

from __future__ import annotations

from sqlalchemy.orm import Session

from retinue.capabilities.accounts.schemas import NetworkName
from retinue.foundation.errors import Invalid
from retinue.foundation.runtime import Runtime
from retinue.workflows.connecting import repository
from retinue.workflows.connecting.models import GrantState, NetworkConnection, Tier
from retinue.workflows.connecting.rules import addresses, of_instagram, of_sandgram, of_x
from retinue.workflows.connecting.schemas import (
    Ability,
    AccountsThere,
    CapabilityRead,
    ConnectionState,
    Level,
    NetworkRead,
    XConnection,
)

SANDGRAM: NetworkName = "sandgram"
INSTAGRAM: NetworkName = "instagram"
X: NetworkName = "x"
TABLE = "network_connections"
_TITLES = {SANDGRAM: "Sandgram", INSTAGRAM: "Instagram", X: "X"}
_NO_SANDGRAM = "start it and set RETINUE_SANDGRAM_URL, or use `retinue up --demo`"
_NO_INSTAGRAM = (
    "this version has no adapter for its official interfaces; the table says what they would allow"
)
_NO_X = "an admin connects it: POST /api/networks/x/connect, or `retinue networks connect x`"


def networks(db: Session, runtime: Runtime) -> list[NetworkRead]:
    """All of them, with their tables of capabilities."""
    rows = repository.connections(db)
    totals = repository.accounts_by_network(db)
    grants = repository.grants_by_state(db)
    found = []
    for name in (SANDGRAM, INSTAGRAM, X):
        there = AccountsThere(
            total=totals.get(name, 0),
            authorised=sum(
                count
                for (network, state), count in grants.items()
                if network == name and state is not GrantState.ended
            ),
            needs_person=grants.get((name, GrantState.ended), 0),
        )
        found.append(_read(runtime, name, rows.get(name), there))
    return found


def named(text: str) -> NetworkName:
    """
    Raises:
        Invalid: there is no such network.
    """
    for name in (SANDGRAM, INSTAGRAM, X):
        if name == text:
            return name
    raise Invalid.field("network", f"is not known; choose {SANDGRAM}, {INSTAGRAM} or {X}")


def shown(db: Session, runtime: Runtime, name: NetworkName) -> NetworkRead:
    return next(one for one in networks(db, runtime) if one.name == name)


def is_connected(db: Session, runtime: Runtime, name: str) -> bool:
    return problem_of(db, runtime, name) is None


def problem_of(db: Session, runtime: Runtime, name: str) -> str | None:
    """What keeps a network from being used, and how to mend it; None where nothing does."""
    return _problem(runtime, name, repository.connection(db, name))


def level_of(db: Session, name: str, ability: Ability) -> Level:
    """How far a network lets software do something, as it is connected now."""
    row = repository.connection(db, name)
    return next(one.level for one in _table(name, row) if one.name is ability)


def x_connection(db: Session, runtime: Runtime) -> XConnection | None:
    """
    X as it may be called now; None where it is not connected, or would leave this machine and may not.

    Raises:
        SealBroken: the app's secret was not sealed here.
    """
    row = repository.connection(db, X)
    if row is None or _problem(runtime, X, row) is not None:
        return None
    secret = None
    if row.client_secret is not None:
        secret = runtime.sealer.open(row.client_secret, table=TABLE, row=X, column="client_secret")
    return XConnection(row.base_url, row.tier, row.client_id, secret)


def _problem(runtime: Runtime, name: str, row: NetworkConnection | None) -> str | None:
    if name == SANDGRAM:
        return None if runtime.configuration.sandgram_url else _NO_SANDGRAM
    if name == INSTAGRAM:
        return _NO_INSTAGRAM
    if row is None or not row.is_connected:
        return _NO_X
    problem = addresses.problem_of(row.base_url, may_leave=runtime.configuration.live_networks)
    return None if problem is None else f"base_url {problem}"


def _read(
    runtime: Runtime, name: NetworkName, row: NetworkConnection | None, there: AccountsThere
) -> NetworkRead:
    is_on = row is not None and row.is_connected
    url = runtime.configuration.sandgram_url if name == SANDGRAM else row.base_url if row else None
    if name == INSTAGRAM:
        state = ConnectionState.not_connectable
    elif is_on or (name == SANDGRAM and url):
        state = ConnectionState.connected
    else:
        state = ConnectionState.disconnected
    return NetworkRead(
        name=name,
        title=_TITLES[name],
        state=state,
        # Sandgram is invented wherever it stands.
        is_live=name != SANDGRAM and url is not None and addresses.is_live(url),
        base_url=url,
        tier=row.tier if row else None,
        client_id=row.client_id if row else None,
        has_client_secret=row is not None and row.client_secret is not None,
        takes_tokens=name == X,
        problem=_problem(runtime, name, row),
        reason=row.reason if row else None,
        changed_by=row.changed_by if row else None,
        changed_at=row.changed_at if row else None,
        accounts=there,
        capabilities=_table(name, row),
    )


def _table(name: str, row: NetworkConnection | None) -> list[CapabilityRead]:
    if name == SANDGRAM:
        return of_sandgram.table()
    if name == INSTAGRAM:
        return of_instagram.table()
    return of_x.table(row.tier if row else Tier.self_serve)
