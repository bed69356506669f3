"""What is wrong with a page, by its own words: complaints, requests, accessibility, width, movement."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from playwright.sync_api import ConsoleMessage, Page, Request, WebSocketRoute

from tests.factories.staging import ROOT

Scheme = Literal["light", "dark"]
AXE = ROOT / "dashboard" / "node_modules" / "axe-core" / "axe.min.js"
# Cumulative layout shift that nobody sees; 0.1 is called good elsewhere.
STILL = 0.01

_OBSERVE = """
globalThis.movements = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    if (entry.hadRecentInput) continue;
    const what = entry.sources.map(({ node }) => {
      const element = node instanceof Element ? node : node?.parentElement;
      return element ? `${element.tagName} ${(element.textContent ?? '').slice(0, 40)}` : 'what is gone';
    });
    globalThis.movements.push({ value: entry.value, what });
  }
}).observe({ type: 'layout-shift', buffered: true });
"""
# The rules of axe whose answer depends on colours.
COLOUR_RULES = ("color-contrast", "link-in-text-block")
# What the server says of the connection itself, and not of the world.
_GREETINGS = {"hello", "subscribed", "pong"}
_AXE = """async (rules) => {
  const options = { resultTypes: ['violations'], ...(rules && { runOnly: rules }) };
  const found = await axe.run(document, options);
  return found.violations.flatMap(({ id, nodes }) => nodes.slice(0, 4).map(
    ({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`,
  ));
}"""
_SETTLED = """() => {
  const waits = '.MuiSkeleton-root, [role="progressbar"][aria-label="Loading the page"], [aria-busy="true"]';
  return document.querySelector('h1') !== null && document.querySelector(waits) === null
    && document.fonts.status === 'loaded';
}"""
_WIDTH = """() => {
  const main = document.querySelector('main') ?? document.body;
  const wide = (element) => element.scrollWidth - element.clientWidth;
  return Math.max(wide(document.documentElement), wide(main));
}"""


@dataclass
class Watched:
    """A page and what it, or its browser, has complained of. Watch before the first `goto`."""

    page: Page
    home: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(f"uncaught: {error}"))
        self.page.on("request", self._asked)

    def observe_movement(self) -> None:
        self.page.add_init_script(_OBSERVE)

    def open(self, address: str, *, scheme: Scheme | None = None) -> None:
        """Until all that the page asked for is there, and drawn; in these colours of the system."""
        if scheme is not None:
            self.page.emulate_media(color_scheme=scheme)
        self.page.goto(address)
        self.page.wait_for_function(_SETTLED)
        self.page.evaluate("new Promise((done) => requestIdleCallback(done, { timeout: 2000 }))")

    def hush(self) -> None:
        """From now on no news of the world reaches the page, whose connection stays: what comes would move it."""

        def relay(page: WebSocketRoute) -> None:
            server = page.connect_to_server()
            server.on_message(
                lambda text: page.send(text) if json.loads(text)["type"] in _GREETINGS else None
            )

        self.page.route_web_socket(re.compile("/api/ws"), relay)

    def turn(self, scheme: Scheme) -> None:
        """The system's colours, and so the page's."""
        self.page.emulate_media(color_scheme=scheme)
        self.page.locator(f"html[data-scheme={scheme}]").wait_for()

    def movements(self) -> list[str]:
        """What moved by itself; nothing while it is too little to be seen."""
        moved: list[dict[str, Any]] = self.page.evaluate("globalThis.movements")
        if sum(one["value"] for one in moved) <= STILL:
            return []
        return [f"moved by {one['value']:.3f}: {'; '.join(one['what'])}" for one in moved]

    def barriers(self, rules: Sequence[str] | None = None) -> list[str]:
        """What axe finds that keeps somebody out, by all of its rules or by these."""
        # By the debugger and not by a script element, which the page's policy would refuse.
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found: list[str] = self.page.evaluate(_AXE, rules)
        return found

    def overhang(self) -> int:
        """Pixels by which the page is wider than its window."""
        pixels: int = self.page.evaluate(_WIDTH)
        return pixels

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.type}: {message.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.home, "data:", "blob:")):
            self.complaints.append(f"a request to another host: {request.url}")
