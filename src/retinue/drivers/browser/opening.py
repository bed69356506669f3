"""The browsers of a process, as it opens them: by its data directory and the sites that it may visit."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from retinue.drivers.browser.folders import NAME, sweep
from retinue.drivers.browser.pool import BrowserPool, Limits
from retinue.foundation.clock import Clock


def open_browser(
    sites: Mapping[str, str],
    *,
    data_dir: Path,
    clock: Clock,
    path: Path | None = None,
    has_sandbox: bool = True,
    limits: Limits | None = None,
) -> BrowserPool:
    """
    One for the process; close it when the process ends. What an earlier process has left behind is
    cleared away at once, a browser is started by the first visit. `sites` has the address of each
    network's site, `path` is the browser where it is not on the PATH.
    """
    folder = data_dir / NAME
    sweep(folder)
    return BrowserPool(
        sites,
        folder=folder,
        clock=clock,
        limits=limits,
        executable=path,
        has_sandbox=has_sandbox,
    )
