"""Which browser there is, and how it is started so that it reaches nothing by itself."""

from __future__ import annotations

import importlib.util
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from retinue.drivers.browser.protocol import BrowserUnavailable

if TYPE_CHECKING:
    # Playwright is read by the process that drives a browser, and by no other.
    from playwright.sync_api import Browser, Playwright

CANDIDATES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chromium-headless-shell",
)
# Whatever the browser does for itself, outside of a visit, ends here.
_NOWHERE = "socks5://127.0.0.1:1"
_ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-quic",
    "--disable-sync",
    "--dns-prefetch-disable",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    # Names are resolved by the proxy. Nobody near us is asked for them.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--no-pings",
    "--disable-gpu",
    "--disk-cache-size=33554432",
)
_STARTING_MS = 60_000
_PACKAGE = (
    "the package `playwright` is missing: install Retinue with the extra `browser` "
    "(pip install 'retinue[browser]')"
)
_NO_BROWSER = (
    "there is no Chromium on this machine: install the package `chromium`, or name a browser "
    "by RETINUE_BROWSER_PATH"
)


def find(named: Path | None) -> Path:
    """
    Raises:
        BrowserUnavailable: Playwright or the browser is missing; the message says what to install.
    """
    if importlib.util.find_spec("playwright") is None:
        raise BrowserUnavailable(_PACKAGE)
    if named is not None:
        if not os.access(named, os.X_OK) or named.is_dir():
            raise BrowserUnavailable(
                f"RETINUE_BROWSER_PATH names {named}, and that is no program that may be started"
            )
        return named
    found = next((path for name in CANDIDATES if (path := shutil.which(name))), None)
    if found is None:
        raise BrowserUnavailable(_NO_BROWSER)
    return Path(found)


def launch(playwright: Playwright, executable: Path, *, folder: Path, has_sandbox: bool) -> Browser:
    """
    For root never with a sandbox: Chromium has none for it.

    Raises:
        playwright.sync_api.Error: it does not start; see `why_not`.
    """
    return playwright.chromium.launch(
        executable_path=executable,
        headless=True,
        args=list(_ARGUMENTS),
        chromium_sandbox=has_sandbox and os.geteuid() != 0,
        proxy={"server": _NOWHERE},
        downloads_path=folder,
        artifacts_dir=folder,
        timeout=_STARTING_MS,
        env={**os.environ, "TMPDIR": _short(folder)},
        # The process that drives it is ended by its own rules.
        handle_sigint=False,
        handle_sigterm=False,
        handle_sighup=False,
    )


def _short(folder: Path) -> str:
    """
    Chromium makes a socket among its temporary files, and the name of one has at most 107 characters.
    The folder of an installation may be longer than that; whoever works in it has a short name for it.
    """
    here = Path("/proc/self/cwd")
    return str(here) if here.exists() and here.resolve() == folder.resolve() else str(folder)


def why_not(error: str, executable: Path) -> str:
    """What a person can do about a browser that does not start, in one sentence."""
    lowered = error.lower()
    if "sandbox" in lowered and "usable" in lowered:
        return (
            f"{executable} finds no sandbox: let its user make user namespaces (sysctl "
            "kernel.unprivileged_userns_clone=1), or, in a container, set RETINUE_BROWSER_SANDBOX=false"
        )
    if "shared libraries" in lowered:
        return f"{executable} misses libraries of the system: install it as a package of the system"
    return f"{executable} does not start: see that `{executable} --version` works for this user"


def surroundings(folder: Path) -> dict[str, str]:
    """The environment of the process that drives a browser: no proxies, and one place for all files."""
    kept = ("PATH", "LANG", "LC_ALL", "TZ", "FONTCONFIG_PATH", "FONTCONFIG_FILE")
    home = str(folder)
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "HOME": home,
        "TMPDIR": home,
        "XDG_CACHE_HOME": home,
        "XDG_CONFIG_HOME": home,
        "XDG_RUNTIME_DIR": home,
    }
