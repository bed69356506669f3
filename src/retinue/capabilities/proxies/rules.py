from __future__ import annotations

import hashlib
import ipaddress
import re

from retinue.capabilities.proxies.schemas import SCHEMES, Address

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
