"""
The only way out of a browser: a SOCKS5 server on loopback, one for each visit.

Chromium cannot log in to a SOCKS proxy and does not say why a proxy has failed. So it is given this
one, which makes the tunnel itself, lets through what goes to the site and nothing else, and knows
afterwards whether the proxy was at fault and whether anything had left.
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
import selectors
import socket
import ssl
import threading
from dataclasses import dataclass
from pathlib import Path

from retinue.drivers.errors import FailureClass
from retinue.drivers.network.protocol import Egress
from retinue.drivers.network.tunnel import WayOutFailed, open_tunnel
from retinue.foundation.clock import Clock

_CHUNK = 65_536
_HANDSHAKE_SECONDS = 10.0
_STUCK_SECONDS = 60.0
_MOST_KEPT = 20
_LOOPBACK = "127.0.0.1"
_GRANTED, _FAILED, _NOT_ALLOWED = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Target:
    host: str
    port: int


@dataclass(slots=True)
class Passage:
    """What has gone through since the last `Relay.begin`."""

    sent: int = 0
    """Bytes on their way to the site."""
    cut: int = 0
    """Connections that ended at the far side with a request that had no answer yet."""
    failure: WayOutFailed | None = None
    """Why the last tunnel was not made. Of the proxy's doing only where there is one."""


class Relay:
    """Runs in threads of its own until it is closed; then every connection through it is cut."""

    def __init__(
        self, target: Target, *, egress: Egress | None, clock: Clock, connect_seconds: float = 10.0
    ) -> None:
        self.refused: list[str] = []
        """Hosts that the browser wanted to reach besides the site."""
        self._target = target
        self._egress = egress
        self._clock = clock
        self._connect_seconds = connect_seconds
        self._lock = threading.Lock()
        self._passage = Passage()
        self._open: set[socket.socket] = set()
        self._is_closed = False
        self._listening = socket.create_server((_LOOPBACK, 0))
        self.port = int(self._listening.getsockname()[1])
        threading.Thread(target=self._accept, name="relay", daemon=True).start()

    def begin(self) -> None:
        with self._lock:
            self._passage = Passage()

    @property
    def passage(self) -> Passage:
        with self._lock:
            return self._passage

    @property
    def has_proxy(self) -> bool:
        return self._egress is not None

    def examine(self) -> WayOutFailed | None:
        """Make a tunnel and end it again: why that fails now, or None."""
        try:
            self._reach().close()
        except WayOutFailed as error:
            return error
        return None

    def close(self) -> None:
        with self._lock:
            self._is_closed = True
            ending = [self._listening, *self._open]
        for one in ending:
            # A thread that waits in accept or select is woken by the shutdown, not by the close.
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            with contextlib.suppress(OSError):
                one.close()

    def _accept(self) -> None:
        while True:
            try:
                near, peer = self._listening.accept()
            except OSError:
                return
            if not _is_ours(peer[1]):
                near.close()
                continue
            threading.Thread(target=self._serve, args=(near,), name="relay", daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        far: socket.socket | None = None
        try:
            self._keep(near)
            near.settimeout(_HANDSHAKE_SECONDS)
            target = _asked_for(near)
            if target != self._target:
                self._refuse(target)
                near.sendall(_reply(_NOT_ALLOWED))
                return
            far = self._connect(near)
            if far is not None:
                self._keep(far)
                near.sendall(_reply(_GRANTED))
                self._pump(near, far)
        except (OSError, ValueError, LookupError):
            # The browser has hung up, or says what is no SOCKS5. Nothing has left.
            return
        finally:
            for one in (near, far):
                if one is not None:
                    self._forget(one)

    def _connect(self, near: socket.socket) -> socket.socket | None:
        try:
            return self._reach()
        except WayOutFailed as error:
            with self._lock:
                self._passage.failure = error
        near.sendall(_reply(_FAILED))
        return None

    def _reach(self) -> socket.socket:
        host, port = self._target.host, self._target.port
        seconds = self._connect_seconds
        try:
            if self._egress is None:
                return socket.create_connection((host, port), timeout=seconds)
            return open_tunnel(
                self._egress, host=host, port=port, clock=self._clock, timeout=seconds
            )
        except ValueError as error:
            message = "the proxy is not usable: check its URL"
            raise WayOutFailed(FailureClass.invalid_input, message) from error
        except OSError as error:
            message = f"the site cannot be reached ({type(error).__name__})"
            raise WayOutFailed(FailureClass.transient, message) from error

    def _pump(self, near: socket.socket, far: socket.socket) -> None:
        is_unanswered = False
        for one in (near, far):
            one.settimeout(_STUCK_SECONDS)
        with selectors.DefaultSelector() as ready:
            ready.register(near, selectors.EVENT_READ)
            ready.register(far, selectors.EVENT_READ)
            while True:
                for key, _ in ready.select():
                    is_outward = key.fileobj is near
                    try:
                        data = _read(near if is_outward else far)
                        if data and is_outward:
                            # Counted first: what a failed write has sent is anybody's guess.
                            is_unanswered = True
                            self._count(sent=len(data))
                        if data:
                            (far if is_outward else near).sendall(data)
                    except OSError:
                        data = b""
                    if not data:
                        if is_unanswered and not is_outward:
                            self._count(cut=1)
                        return
                    is_unanswered = is_unanswered and is_outward

    def _count(self, *, sent: int = 0, cut: int = 0) -> None:
        with self._lock:
            self._passage.sent += sent
            self._passage.cut += cut

    def _refuse(self, target: Target) -> None:
        with self._lock:
            if target.host not in self.refused and len(self.refused) < _MOST_KEPT:
                self.refused.append(target.host)

    def _keep(self, one: socket.socket) -> None:
        with self._lock:
            if self._is_closed:
                raise OSError("closed")
            self._open.add(one)

    def _forget(self, one: socket.socket) -> None:
        with self._lock:
            self._open.discard(one)
        one.close()


def _asked_for(near: socket.socket) -> Target:
    """
    Raises:
        ValueError: it is no SOCKS5 request to connect.
    """
    version, methods = _exactly(near, 2)
    if version != 5 or 0 not in _exactly(near, methods):
        raise ValueError("not SOCKS5")
    near.sendall(b"\x05\x00")
    version, command, _, kind = _exactly(near, 4)
    if (version, command) != (5, 1):
        raise ValueError("not a request to connect")
    if kind == 3:
        host = _exactly(near, _exactly(near, 1)[0]).decode("ascii").lower()
    else:
        host = str(ipaddress.ip_address(_exactly(near, {1: 4, 4: 16}[kind])))
    return Target(host, int.from_bytes(_exactly(near, 2), "big"))


def _exactly(near: socket.socket, count: int) -> bytes:
    found = b""
    while len(found) < count:
        piece = near.recv(count - len(found))
        if not piece:
            raise ValueError("the end")
        found += piece
    return found


def _reply(code: int) -> bytes:
    return bytes([5, code, 0, 1, 0, 0, 0, 0, 0, 0])


def _read(one: socket.socket) -> bytes:
    data = one.recv(_CHUNK)
    # What TLS has decrypted already does not show in select.
    while data and isinstance(one, ssl.SSLSocket) and one.pending():
        data += one.recv(one.pending())
    return data


def _is_ours(port: int) -> bool:
    """
    Whether a caller on loopback runs as the user that we run as: the way out is an account's, and
    nobody else's on this machine. Where the system does not tell, every caller is let in.
    """
    table = Path("/proc/net/tcp")
    if not table.exists():
        return True
    wanted = f"0100007F:{port:04X}"
    for line in table.read_text(encoding="ascii").splitlines()[1:]:
        parts = line.split()
        if parts[1] == wanted:
            return int(parts[7]) == os.geteuid()
    return False
