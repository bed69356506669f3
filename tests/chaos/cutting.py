"""A wire to a database server that a test can cut and mend, so that the server itself can be shared."""

from __future__ import annotations

import contextlib
import socket
import threading

from sqlalchemy.engine import URL, make_url


class Wire:
    """`url` leads through it. While it is cut, open connections die and new ones are closed at once."""

    def __init__(self, url: str) -> None:
        target = make_url(url)
        self._target = (str(target.host), int(target.port or 0))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._ends: list[socket.socket] = []
        self._lock = threading.Lock()
        self._is_cut = False
        port = self._listener.getsockname()[1]
        self.url = _with_port(target, port)
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        with self._lock:
            self._is_cut = True
            ends, self._ends = self._ends, []
        for one in ends:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def mend(self) -> None:
        with self._lock:
            self._is_cut = False

    def close(self) -> None:
        self.cut()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                if self._is_cut:
                    near.close()
                    continue
                far = socket.create_connection(self._target)
                self._ends += [near, far]
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=_carry, args=(one, other), daemon=True).start()


def _carry(one: socket.socket, other: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := one.recv(65_536):
            other.sendall(data)
    with contextlib.suppress(OSError):
        other.shutdown(socket.SHUT_RDWR)


def _with_port(target: URL, port: int) -> str:
    return target.set(host="127.0.0.1", port=port).render_as_string(hide_password=False)
