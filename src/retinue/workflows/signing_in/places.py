"""The browsers and mailboxes of one process: opened when the first page is needed, closed with the worker."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable
from pathlib import Path

from retinue.drivers.browser import launching
from retinue.drivers.browser.opening import open_browser
from retinue.drivers.browser.pool import BrowserPool, Limits
from retinue.drivers.browser.protocol import Browser, BrowserUnavailable
from retinue.drivers.mailbox.imap import ImapMailboxes
from retinue.foundation.clock import SystemClock
from retinue.foundation.runtime import Runtime
from retinue.workflows.connecting import service as connecting
from retinue.workflows.signing_in.schemas import Station


class _Places:
    """One pool for each data directory, of which a process has one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pools: dict[Path, BrowserPool] = {}

    def browser(self, runtime: Runtime) -> Browser:
        folder = runtime.configuration.data_dir
        with self._lock:
            if folder not in self._pools:
                self._pools[folder] = open_browser(
                    _sites(runtime),
                    data_dir=folder,
                    # Real time: how long a page may take does not change with a rehearsal.
                    clock=SystemClock(),
                    path=runtime.configuration.browser_path,
                    has_sandbox=runtime.configuration.browser_sandbox,
                )
            return self._pools[folder]

    def close(self) -> None:
        with self._lock:
            pools = list(self._pools.values())
            self._pools.clear()
        for pool in pools:
            pool.close()


_places = _Places()
atexit.register(_places.close)


def station_of(runtime: Runtime) -> Station:
    return Station(
        runtime=runtime,
        open_network=connecting.opener(runtime),
        browser=_opener(runtime),
        mailboxes=ImapMailboxes(),
        clock=runtime.clock,
    )


def close_browsers(_: Runtime) -> None:
    """What this process has open. The next page opens a browser again."""
    _places.close()


def at_once(_: Runtime) -> int:
    """As many tasks of a type as there are browsers: more would only wait for one."""
    return Limits().browsers


def can_browse(runtime: Runtime) -> bool:
    """Whether this installation has a browser; one that does not start is found out later."""
    try:
        launching.find(runtime.configuration.browser_path)
    except BrowserUnavailable:
        return False
    return True


def has_site(runtime: Runtime, network: str) -> bool:
    """Whether it is known how the network's web site is used, and where that is."""
    return network in _sites(runtime)


def _opener(runtime: Runtime) -> Callable[[], Browser]:
    return lambda: _places.browser(runtime)


def _sites(runtime: Runtime) -> dict[str, str]:
    url = runtime.configuration.sandgram_url
    return {} if url is None else {"sandgram": url}
