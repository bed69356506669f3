from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.audit import service as audit
from retinue.capabilities.proxies import repository, rules
from retinue.capabilities.proxies.errors import ProxyExists, ProxyInUse, ProxyNotFound
from retinue.capabilities.proxies.models import Proxy
from retinue.capabilities.proxies.schemas import (
    Address,
    CheckedProxy,
    OpenProxy,
    ProxyChange,
    ProxyCreate,
)
from retinue.foundation.errors import Invalid, Problem
from retinue.foundation.randomness import new_id
from retinue.foundation.sealing import Sealer

BadAddress = rules.BadAddress
address_of = rules.address_of

_TABLE = "proxies"
_COLUMN = "password"
_LONGEST_MESSAGE = 300


def get(db: Session, proxy_id: int) -> Proxy:
    """
    Raises:
        ProxyNotFound: there is none of this id.
    """
    proxy = repository.get(db, proxy_id)
    if proxy is None:
        raise ProxyNotFound(f"proxy: there is no proxy {proxy_id}; `GET /api/proxies` lists them.")
    return proxy


def page(db: Session, *, after: int | None, limit: int) -> tuple[Sequence[Proxy], int]:
    """The proxies in the order of their ids, and how many there are in all."""
    return repository.page(db, after=after, limit=limit), repository.count(db)


def open(db: Session, sealer: Sealer, proxy_id: int) -> OpenProxy:  # noqa: A001 - the word of the contract
    """
    Raises:
        ProxyNotFound: there is none of this id.
        SealBroken: the stored password was not sealed for this row.
    """
    proxy = get(db, proxy_id)
    password = None
    if proxy.password_sealed is not None:
        password = sealer.open(proxy.password_sealed, table=_TABLE, row=proxy.uid, column=_COLUMN)
    address = Address(proxy.scheme, proxy.host, proxy.port, proxy.username)
    return OpenProxy(url=address.url, username=proxy.username, password=password)


def add(db: Session, sealer: Sealer, wanted: ProxyCreate, *, actor: str, now: datetime) -> Proxy:
    """
    Raises:
        ProxyExists: one of this address and user name is stored.
        Invalid: the host or the user name cannot be used.
    """
    address, password = _parts(wanted)
    proxy = _made(sealer, address, password=password, now=now)
    if not repository.add(db, proxy):
        raise ProxyExists(f"host: the proxy {address.url} with this user name exists already.")
    _record(db, proxy, "added", actor=actor, now=now)
    return proxy


def ensure(db: Session, sealer: Sealer, wanted: ProxyCreate, now: datetime) -> Proxy:
    """The proxy of this address, made where there is none; a new password replaces the stored one."""
    address, password = _parts(wanted)
    ids = ensure_many(db, sealer, {address: password}, now=now)
    return get(db, ids[address])


def ensure_many(
    db: Session, sealer: Sealer, wanted: Mapping[Address, str | None], *, now: datetime
) -> dict[Address, int]:
    """
    The ids of the proxies of these addresses, in one look; the missing ones are made.

    A password that is given and differs replaces the stored one. Not audited by itself:
    the act that needs the proxies is.
    """
    identities = {address: rules.identity_of(address) for address in wanted}
    stored = _stored(db, identities.values())
    missing = [
        _made(sealer, address, password=password, now=now)
        for address, password in wanted.items()
        if identities[address] not in stored
    ]
    if missing and not repository.add_all(db, missing):
        # Somebody else has made one of them meanwhile: take what there is now, make the rest singly.
        for proxy in missing:
            repository.add(db, proxy)
    if missing:
        stored = _stored(db, identities.values())
    for address, password in wanted.items():
        proxy = stored[identities[address]]
        if password is not None and proxy.password_digest != _digest(sealer, proxy, password):
            _set_password(sealer, proxy, password)
    db.flush()
    return {address: stored[identity].id for address, identity in identities.items()}


def change(
    db: Session, sealer: Sealer, proxy_id: int, wanted: ProxyChange, *, actor: str, now: datetime
) -> Proxy:
    """
    Raises:
        ProxyNotFound: there is none of this id.
    """
    proxy = get(db, proxy_id)
    before = _facts(proxy)
    _set_password(sealer, proxy, wanted.password.get_secret_value() if wanted.password else None)
    db.flush()
    _record(db, proxy, "changed", actor=actor, now=now, before=before)
    return proxy


def note_check(db: Session, proxy_id: int, found: CheckedProxy, *, now: datetime) -> Proxy:
    """
    Keep what a try has shown. It is no change of the proxy, so the audit log does not hear of it.

    Raises:
        ProxyNotFound: there is none of this id.
    """
    proxy = get(db, proxy_id)
    proxy.checked_at, proxy.check_ok = now, found.ok
    proxy.check_message = found.message[:_LONGEST_MESSAGE]
    if found.exit_address is not None:
        proxy.exit_address = found.exit_address
    db.flush()
    return proxy


def remove(db: Session, proxy_id: int, *, actor: str, now: datetime) -> None:
    """
    Raises:
        ProxyNotFound: there is none of this id.
        ProxyInUse: accounts are bound to it.
    """
    proxy = get(db, proxy_id)
    if not repository.remove(db, proxy):
        raise ProxyInUse(
            f"Accounts go out through proxy {proxy_id}; give them another one first "
            "(`PATCH /api/accounts/{id}` with `proxy`)."
        )
    _record(db, proxy, "removed", actor=actor, now=now, before=_facts(proxy))


def _stored(db: Session, identities: Collection[str]) -> dict[str, Proxy]:
    return {row.identity: row for row in repository.of_identities(db, set(identities))}


def _parts(wanted: ProxyCreate) -> tuple[Address, str | None]:
    try:
        address = Address(
            wanted.scheme,
            rules.host_of(wanted.host.strip("[]")),
            wanted.port,
            rules.checked_username(wanted.username),
        )
    except BadAddress as error:
        field = "host" if error.part == "url" else error.part
        message = f"{error.reason}; {error.fix}"
        raise Invalid(
            f"{field}: {message}", problems=[Problem(("body", field), message)]
        ) from error
    return address, wanted.password.get_secret_value() if wanted.password else None


def _made(sealer: Sealer, address: Address, *, password: str | None, now: datetime) -> Proxy:
    proxy = Proxy(
        uid=new_id(),
        identity=rules.identity_of(address),
        scheme=address.scheme,
        host=address.host,
        port=address.port,
        username=address.username,
        created_at=now,
    )
    _set_password(sealer, proxy, password)
    return proxy


def _set_password(sealer: Sealer, proxy: Proxy, password: str | None) -> None:
    if not password:
        proxy.password_sealed = proxy.password_digest = None
        return
    proxy.password_sealed = sealer.seal(password, table=_TABLE, row=proxy.uid, column=_COLUMN)
    proxy.password_digest = _digest(sealer, proxy, password)


def _digest(sealer: Sealer, proxy: Proxy, password: str) -> str:
    # The row is part of it, so that two proxies with one password do not look alike.
    return sealer.digest(_TABLE, proxy.uid, password)


def _facts(proxy: Proxy) -> dict[str, object]:
    return {
        "scheme": proxy.scheme,
        "host": proxy.host,
        "port": proxy.port,
        "username": proxy.username,
        "password": proxy.password_digest and proxy.password_digest[:12],
    }


def _record(
    db: Session,
    proxy: Proxy,
    verb: str,
    *,
    actor: str,
    now: datetime,
    before: dict[str, object] | None = None,
) -> None:
    audit.record(
        db,
        actor=actor,
        action=f"proxies.{verb}",
        subject=("proxy", str(proxy.id)),
        now=now,
        before=before,
        after=None if verb == "removed" else _facts(proxy),
    )
