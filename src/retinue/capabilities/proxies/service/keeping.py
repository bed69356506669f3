from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from retinue.capabilities.audit import service as audit
from retinue.capabilities.proxies import repository, rules
from retinue.capabilities.proxies.errors import (
    ProxyExists,
    ProxyFull,
    ProxyInUse,
    ProxyNotFound,
)
from retinue.capabilities.proxies.models import Proxy
from retinue.capabilities.proxies.schemas import (
    Address,
    OpenProxy,
    ProxyChange,
    ProxyCreate,
)
from retinue.capabilities.settings import service as settings
from retinue.foundation.errors import Invalid, Problem
from retinue.foundation.randomness import new_id
from retinue.foundation.sealing import Sealer

_TABLE = "proxies"
_COLUMN = "password"
_EVERY_WITHOUT = 15
"""Minutes to the first look at a proxy where checks are switched off."""


def get(db: Session, proxy_id: int) -> Proxy:
    """
    Raises:
        ProxyNotFound: there is none of this id.
    """
    proxy = repository.get(db, proxy_id)
    if proxy is None:
        raise ProxyNotFound(f"proxy: there is no proxy {proxy_id}; `GET /api/proxies` lists them.")
    return proxy


def check_has_room(proxy: Proxy, used: int) -> None:
    """
    Raises:
        ProxyFull: no account more is to be bound to it.
    """
    if not rules.has_room(proxy, used):
        raise ProxyFull(
            f"proxy: {proxy.max_accounts} accounts go out through proxy {proxy.id}, as many as it is good for;"
            " choose another one, or raise its `max_accounts`.",
            proxy_id=proxy.id,
        )


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
    proxy = _made(db, sealer, address, password=password, now=now)
    proxy.name, proxy.provider, proxy.pool = wanted.name, wanted.provider, wanted.pool
    proxy.labels, proxy.max_accounts = _labels(wanted.labels), wanted.max_accounts
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
        _made(db, sealer, address, password=password, now=now)
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
    before, sent = _facts(proxy), wanted.model_fields_set
    if "password" in sent:
        password = wanted.password.get_secret_value() if wanted.password else None
        _set_password(sealer, proxy, password)
    for field in sent & {"name", "provider", "pool", "max_accounts"}:
        setattr(proxy, field, getattr(wanted, field))
    if wanted.labels is not None:
        proxy.labels = _labels(wanted.labels)
    db.flush()
    _record(db, proxy, "changed", actor=actor, now=now, before=before)
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
    except rules.BadAddress as error:
        field = "host" if error.part == "url" else error.part
        message = f"{error.reason}; {error.fix}"
        raise Invalid(
            f"{field}: {message}", problems=[Problem(("body", field), message)]
        ) from error
    return address, wanted.password.get_secret_value() if wanted.password else None


def _made(
    db: Session, sealer: Sealer, address: Address, *, password: str | None, now: datetime
) -> Proxy:
    uid = new_id()
    minutes = settings.current(db).proxies.check_minutes or _EVERY_WITHOUT
    proxy = Proxy(
        uid=uid,
        check_due_at=rules.first_check(uid, timedelta(minutes=minutes), now=now),
        labels=[],
        turns=[],
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


def _labels(labels: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(label.strip() for label in labels if label.strip()))


def _facts(proxy: Proxy) -> dict[str, object]:
    return {
        "scheme": proxy.scheme,
        "host": proxy.host,
        "port": proxy.port,
        "username": proxy.username,
        "name": proxy.name,
        "provider": proxy.provider,
        "pool": proxy.pool,
        "labels": list(proxy.labels),
        "max_accounts": proxy.max_accounts,
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
