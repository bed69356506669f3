"""
The process that drives one browser: commands come in by standard input, answers go out by standard
output, a line each.

Playwright lives here and nowhere else: what it and the browser take is gone with this process, all
their files lie in one folder, and no secret is an argument of a program. Standard input is the life
line: when it closes, everything below this process is ended and the folder removed.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import shutil
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
from playwright.sync_api import Browser, BrowserContext, Error, sync_playwright

from retinue.drivers.browser import folders, launching, wire
from retinue.drivers.browser.pages import PageVisit, Patience
from retinue.drivers.browser.protocol import BrowserUnavailable, Jar
from retinue.drivers.browser.relay import Relay, Target
from retinue.drivers.browser.sites.profile import SiteProfile
from retinue.drivers.browser.sites.sandgram import SANDGRAM
from retinue.drivers.errors import CallPhase, DriverError, FailureClass
from retinue.foundation.clock import SystemClock

PROFILES: dict[str, SiteProfile] = {"sandgram": SANDGRAM}
VERBS = frozenset(
    {
        *("look", "log_in", "ask_for_email_code", "give_code"),
        *("change_password", "jar", "evidence"),
    }
)

_VIEWPORT = {"width": 1280, "height": 800}
_DEFAULT_PORTS = {"http": 80, "https": 443}
_COOKIE_PARTS = {
    *("name", "value", "domain", "path", "expires", "httpOnly", "secure", "sameSite"),
}


class Host:
    """One browser, and at most one visit at a time."""

    def __init__(self, browser: Browser, *, tell: Callable[[dict[str, Any]], None]) -> None:
        self._browser = browser
        self._tell = tell
        self._context: BrowserContext | None = None
        self._relay: Relay | None = None
        self._visit: PageVisit | None = None

    def perform(self, name: str, arguments: dict[str, Any]) -> Any:
        if name == "begin":
            return self._begin(**arguments)
        if name == "finish":
            return self._finish()
        if self._visit is None or name not in VERBS:
            raise BrowserUnavailable("no visit is open")
        return getattr(self._visit, name)(**arguments)

    def _begin(
        self,
        *,
        network: str,
        site: str,
        egress: dict[str, Any] | None,
        user_agent: str | None,
        jar: str | None,
        patience: dict[str, float],
    ) -> None:
        self._finish()
        parts = urlsplit(site)
        port = parts.port or _DEFAULT_PORTS[parts.scheme]
        waiting = Patience(**patience)
        relay = self._relay = Relay(
            Target(parts.hostname or "", port),
            egress=wire.unpack_egress(egress),
            clock=SystemClock(),
            connect_seconds=min(10.0, waiting.page),
        )
        context = self._context = self._browser.new_context(
            proxy={"server": f"socks5://127.0.0.1:{relay.port}"},
            user_agent=user_agent,
            viewport=_VIEWPORT,  # type: ignore[arg-type]
            accept_downloads=False,
            service_workers="block",
            reduced_motion="reduce",
        )
        if jar is not None:
            _put(context, Jar.from_text(jar))
        page = context.new_page()
        page.on("dialog", lambda dialog: dialog.dismiss())
        # The page in front of us is the only one; whatever it opens besides is closed again.
        context.on("page", lambda other: other.close())
        self._visit = PageVisit(
            page,
            profile=PROFILES[network],
            site=site,
            relay=relay,
            tell=lambda phase: self._tell({"phase": phase.value}),
            patience=waiting,
        )

    def _finish(self) -> list[str]:
        """Hosts besides the site that the page has asked for, none of which was reached."""
        relay, context = self._relay, self._context
        self._relay = self._context = self._visit = None
        if relay is not None:
            relay.close()
        if context is not None:
            context.close()
        return [] if relay is None else relay.refused


def _put(context: BrowserContext, jar: Jar) -> None:
    cookies: list[Any] = [
        {name: value for name, value in one.items() if name in _COOKIE_PARTS}
        for one in jar.cookies()
    ]
    try:
        context.add_cookies(cookies)
    except Error:
        # `from None`: the original error repeats the cookie.
        raise DriverError(
            FailureClass.invalid_input,
            phase=CallPhase.not_sent,
            message="the stored cookies are not usable",
        ) from None


def main() -> None:
    folder, executable, has_sandbox = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] == "on"
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    # What else writes to standard output must not be taken for an answer.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    commands: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(commands, folder), daemon=True).start()

    def tell(message: dict[str, Any]) -> None:
        with contextlib.suppress(BrokenPipeError):
            answers.write(wire.line(message))

    with sync_playwright() as playwright:
        try:
            browser = launching.launch(
                playwright, executable, folder=folder, has_sandbox=has_sandbox
            )
        except Error as error:
            why = BrowserUnavailable(launching.why_not(error.message, executable))
            tell({"error": wire.pack_error(why)})
            return
        tell({"value": browser.version})
        host = Host(browser, tell=tell)
        while (command := commands.get()) is not None:
            tell(_answer(host, command))
        browser.close()


def _answer(host: Host, command: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"value": wire.pack(host.perform(command["call"], command["arguments"]))}
    except DriverError as error:
        return {"error": wire.pack_error(error)}
    except Error as error:
        # Of what the browser does besides a page: opening a profile, reading its cookies.
        lost = BrowserUnavailable(f"the browser has failed ({type(error).__name__})")
        return {"error": wire.pack_error(lost), "is_broken": True}


def _listen(commands: queue.SimpleQueue[dict[str, Any] | None], folder: Path) -> None:
    for line in sys.stdin.buffer:
        command = json.loads(line)
        commands.put(None if command["call"] == "end" else command)
    # Nobody is left to ask anything. A call that is under way is not waited for.
    folders.end(psutil.Process().children(recursive=True))
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


if __name__ == "__main__":
    main()
