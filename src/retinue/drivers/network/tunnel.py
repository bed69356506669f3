"""
The way through an account's proxy, and through nothing else.

A tunnel (CONNECT or SOCKS5) is made before a byte of a request leaves, also for plain HTTP. So
whatever fails up to there is the proxy's doing, and whatever answers after it is the network.
The proxy resolves names, so that nobody near us is asked for them.
"""

from __future__ import annotations

import base64
import ipaddress
import socket
import ssl
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import httpcore2
import httpx2

from retinue.drivers.errors import FailureClass
from retinue.drivers.network.protocol import Egress
from retinue.foundation.clock import Clock

SCHEMES = ("http", "https", "socks5")

_HEAD_LIMIT = 16_384
_REFUSING = {401, 403, 407}
_DEFAULT_PORTS = {"http": 80, "https": 443, "socks5": 1080}
_SOCKS_NOT_ALLOWED = 2
_SOCKS_NO_METHOD = 0xFF


class WayOutFailed(Exception):
    """The proxy is down, slow, unwilling or none at all. The message never holds its credentials."""

    def __init__(self, failure: FailureClass, message: str) -> None:
        super().__init__(message)
        self.failure = failure
        self.message = message


class TunnelTransport(httpx2.HTTPTransport):
    """httpx2's transport on connections that lead through one proxy."""

    def __init__(
        self, egress: Egress, *, trust: ssl.SSLContext, limits: httpx2.Limits, clock: Clock
    ) -> None:
        """
        Raises:
            ValueError: the proxy's address is not one.
        """
        super().__init__(verify=trust, trust_env=False, limits=limits)
        # httpx2 hands out no other place for a way of connecting of one's own.
        self._pool = httpcore2.ConnectionPool(
            ssl_context=trust,
            max_connections=limits.max_connections,
            keepalive_expiry=limits.keepalive_expiry,
            network_backend=_Tunnel(egress, trust=trust, clock=clock),
        )


def open_tunnel(
    egress: Egress, *, host: str, port: int, clock: Clock, timeout: float
) -> socket.socket:
    """
    One connection through the proxy, for a protocol of one's own.

    Raises:
        WayOutFailed: the proxy did not make it.
        ValueError: the proxy's address is not one.
    """
    # Reading the usual authorities takes longer than the connection: only where TLS is spoken to the proxy.
    is_tls = egress.url.startswith("https:")
    trust = (
        httpx2.create_ssl_context(trust_env=False)
        if is_tls
        else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    )
    stream = _Tunnel(egress, trust=trust, clock=clock).connect_tcp(host, port, timeout)
    found = stream.get_extra_info("socket")
    if not isinstance(found, socket.socket):
        stream.close()
        raise _transient("the proxy's connection cannot be used")
    return found


class _Tunnel(httpcore2.NetworkBackend):
    def __init__(self, egress: Egress, *, trust: ssl.SSLContext, clock: Clock) -> None:
        parts = urlsplit(egress.url)
        if parts.scheme not in SCHEMES or not parts.hostname:
            raise ValueError("not a proxy's address")
        self._scheme = parts.scheme
        self._host = parts.hostname
        self._port = parts.port or _DEFAULT_PORTS[parts.scheme]
        self._username = egress.username
        self._password = egress.password or ""
        self._trust = trust
        self._clock = clock
        self._sockets = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """
        Raises:
            WayOutFailed: always that, whatever it was.
        """
        talk = _Talk(self._clock, seconds=timeout or 10.0)
        try:
            talk.stream = self._sockets.connect_tcp(
                self._host, self._port, timeout=timeout, socket_options=socket_options
            )
        except (httpcore2.NetworkError, httpcore2.TimeoutException) as error:
            raise _transient(f"the proxy cannot be reached ({type(error).__name__})") from error
        try:
            if self._scheme == "https":
                talk.stream = talk.stream.start_tls(self._trust, self._host, timeout)
            if self._scheme == "socks5":
                self._ask_socks(talk, host, port)
            else:
                self._ask_http(talk, host, port)
        except httpcore2.TimeoutException as error:
            talk.stream.close()
            raise _transient(f"the proxy does not answer ({type(error).__name__})") from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError, ssl.SSLError) as error:
            talk.stream.close()
            raise _transient(f"the proxy ended the connection ({type(error).__name__})") from error
        except BaseException:
            talk.stream.close()
            raise
        return talk.stream

    def _ask_http(self, talk: _Talk, host: str, port: int) -> None:
        target = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}"]
        if self._username is not None:
            pair = base64.b64encode(f"{self._username}:{self._password}".encode()).decode()
            lines.append(f"Proxy-Authorization: Basic {pair}")
        talk.write("\r\n".join([*lines, "", ""]).encode())
        status = _status_of(talk.head())
        if status == 407:
            raise WayOutFailed(
                FailureClass.permission, "the proxy refused the user name or the password (407)"
            )
        if status in _REFUSING:
            raise WayOutFailed(FailureClass.permission, f"the proxy does not let us out ({status})")
        if not 200 <= status <= 299:
            raise _transient(f"the proxy cannot get through ({status})")

    def _ask_socks(self, talk: _Talk, host: str, port: int) -> None:
        wanted = 0 if self._username is None else 2
        talk.write(bytes([5, 1, wanted]))
        version, method = talk.exactly(2)
        if version != 5:
            raise _transient("what answers there is no SOCKS5 proxy")
        if method == _SOCKS_NO_METHOD or method != wanted:
            raise WayOutFailed(
                FailureClass.permission, "the proxy wants another way to log in than we have"
            )
        if self._username is not None:
            name, password = self._username.encode()[:255], self._password.encode()[:255]
            talk.write(b"\x01" + _counted(name) + _counted(password))
            if talk.exactly(2)[1] != 0:
                raise WayOutFailed(
                    FailureClass.permission, "the proxy refused the user name or the password"
                )
        talk.write(b"\x05\x01\x00" + _socks_host(host) + port.to_bytes(2, "big"))
        _, code, _, kind = talk.exactly(4)
        talk.exactly({1: 4, 4: 16}.get(kind) or talk.exactly(1)[0])
        talk.exactly(2)
        if code == _SOCKS_NOT_ALLOWED:
            raise WayOutFailed(FailureClass.permission, "the proxy does not let us out")
        if code != 0:
            raise _transient(f"the proxy cannot get through (SOCKS reply {code})")


class _Talk:
    """Words with the proxy, all of them within one span of time, however they trickle."""

    stream: httpcore2.NetworkStream

    def __init__(self, clock: Clock, *, seconds: float) -> None:
        self._clock = clock
        self._deadline = clock.monotonic() + seconds
        self._seconds = seconds

    def write(self, data: bytes) -> None:
        self.stream.write(data, timeout=self._left())

    def exactly(self, count: int) -> bytes:
        found = b""
        while len(found) < count:
            found += self._read(count - len(found))
        return found

    def head(self) -> bytes:
        # Byte by byte at its end only: what follows the head is not ours to read.
        found = b""
        while not found.endswith(b"\r\n\r\n"):
            found += self._read(1)
            if len(found) > _HEAD_LIMIT:
                raise _transient("what answers there is no proxy")
        return found

    def _read(self, count: int) -> bytes:
        piece = self.stream.read(count, timeout=self._left())
        if not piece:
            raise httpcore2.ReadError("the end")
        return piece

    def _left(self) -> float:
        left = self._deadline - self._clock.monotonic()
        if left <= 0:
            raise httpcore2.ReadTimeout
        return min(left, self._seconds)


def _status_of(head: bytes) -> int:
    line = head.split(b"\r\n", 1)[0].split(b" ", 2)
    if len(line) < 2 or not line[0].startswith(b"HTTP/1.") or not line[1].isdigit():
        raise _transient("what answers there is no proxy")
    return int(line[1])


def _socks_host(host: str) -> bytes:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return b"\x03" + _counted(host.encode("idna"))
    return (b"\x01" if address.version == 4 else b"\x04") + address.packed


def _counted(text: bytes) -> bytes:
    return bytes([len(text)]) + text


def _transient(message: str) -> WayOutFailed:
    return WayOutFailed(FailureClass.transient, message)
