from __future__ import annotations

import hashlib
import ipaddress
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from retinue.capabilities.proxies.models import Proxy, ProxyState
from retinue.capabilities.proxies.schemas import SCHEMES, Address
from retinue.foundation.clock import real

_HOST_LABEL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")
_URL = re.compile(
    r"(?:(?P<scheme>[A-Za-z0-9+.-]+)://)?(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s/:@\[\]]+)(?::(?P<port>\d{1,5}))?/?"
)


class BadAddress(Exception):
    """`part` is `url`, `port` or `username`; `fix` how to mend it. None of them holds the value."""

    def __init__(self, part: str, reason: str, fix: str) -> None:
        super().__init__(reason)
        self.part = part
        self.reason = reason
        self.fix = fix


def address_of(url: str, port: str, username: str | None) -> Address:
    """
    A proxy as people write it: `host`, `http://host`, `socks5://host:1080`, the port beside it.

    Raises:
        BadAddress: it names the part that is wrong.
    """
    match = _URL.fullmatch(url.strip())
    if match is None:
        fix = "write host or http://host, without user name, password or path"
        raise BadAddress("url", "is not a proxy's address", fix)
    scheme = (match["scheme"] or "http").lower()
    if scheme == "socks5h":
        scheme = "socks5"
    if scheme not in SCHEMES:
        raise BadAddress("url", "has a scheme we do not speak", f"use one of {', '.join(SCHEMES)}")
    number = port_of(port)
    if match["port"] is not None and int(match["port"]) != number:
        raise BadAddress(
            "port", "differs from the port in the address", "give the port once, or the same twice"
        )
    return Address(scheme, host_of(match["host"].strip("[]")), number, checked_username(username))


def port_of(text: str) -> int:
    text = text.strip()
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 1 <= int(text) <= 65535:
        raise BadAddress("port", "is not a port", "use a number from 1 to 65535")
    return int(text)


def host_of(text: str) -> str:
    """Lower case; an IP address in its shortest form."""
    host = text.strip().lower()
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    labels = host.split(".")
    if len(host) > 253 or not all(_HOST_LABEL.fullmatch(label) for label in labels):
        raise BadAddress(
            "url", "has a host that is not a host name", "use a host name or an IP address"
        )
    return host


def checked_username(text: str | None) -> str | None:
    if text is None:
        return None
    if not 0 < len(text) <= 255 or not text.isprintable():
        raise BadAddress("username", "is not a user name", "use 1 to 255 printable characters")
    return text


def identity_of(address: Address) -> str:
    parts = (address.scheme, address.host, str(address.port), address.username or "")
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()


FAILURES = 3
"""So many in a row open the circuit."""
_IN_A_ROW = timedelta(minutes=10)
_STEPS = tuple(timedelta(seconds=seconds) for seconds in (10, 20, 40, 60, 120, 300))


def failures_after(failures: int, failed_at: datetime | None, *, now: datetime) -> int:
    """One more. A failure of long ago says nothing of now: nobody notes each time that all went well."""
    is_in_a_row = failed_at is not None and now - failed_at <= real(_IN_A_ROW)
    return failures + 1 if is_in_a_row else 1


def next_check(failures: int, *, now: datetime) -> datetime:
    """When the one check of an open circuit is made after so many failures."""
    return now + real(_STEPS[min(max(failures - FAILURES, 1), len(_STEPS)) - 1])


def state_of(proxy: Proxy) -> ProxyState:
    if proxy.down_since is not None:
        return ProxyState.down
    if proxy.check_ok is None:
        return ProxyState.unchecked
    return ProxyState.up if proxy.check_ok else ProxyState.failing


FLAPPING_TURNS = 3
FLAPPING_WITHIN = timedelta(hours=1)
_TURNS_KEPT = 10


def turn(proxy: Proxy, *, now: datetime) -> None:
    """It has gone from working to not working, or back. Three times within an hour is flapping."""
    proxy.turns = [*proxy.turns, now.isoformat()][-_TURNS_KEPT:]
    if len(proxy.turns) >= FLAPPING_TURNS:
        last_but_two = datetime.fromisoformat(proxy.turns[-FLAPPING_TURNS])
        proxy.flapping_until = last_but_two + real(FLAPPING_WITHIN)


def is_flapping(proxy: Proxy, *, now: datetime) -> bool:
    return proxy.flapping_until is not None and proxy.flapping_until > now


EXIT_NEWS = timedelta(hours=24)
"""So long a change of the exit address is news."""


def first_check(uid: str, every: timedelta, *, now: datetime) -> datetime:
    """Each proxy at its own moment of the interval, so that a thousand are not tried at once."""
    share = int(hashlib.sha256(uid.encode()).hexdigest()[:8], 16) / 0xFFFFFFFF
    return now + real(every * share)


def best_of(
    candidates: Sequence[Proxy], bound: Mapping[int, int], *, besides: int | None = None
) -> Proxy | None:
    """
    The one with the fewest accounts, of those that work and have room. One that was never tried is
    taken after all others.
    """

    def rank(proxy: Proxy) -> tuple[bool, int, int]:
        return (proxy.check_ok is None, bound.get(proxy.id, 0), proxy.id)

    fit = [
        proxy
        for proxy in candidates
        if proxy.id != besides
        and state_of(proxy) in {ProxyState.up, ProxyState.unchecked}
        and has_room(proxy, bound.get(proxy.id, 0))
    ]
    return min(fit, key=rank, default=None)


def has_room(proxy: Proxy, used: int) -> bool:
    return proxy.max_accounts is None or used < proxy.max_accounts
