"""
Writes docs/screenshots/<page>-<light|dark>-<wide|narrow>.png from a demo of its own: `screenshots.py [PAGE ...]`.

The pictures have a palette of 256 colours, so that all of them together stay small.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from PIL import Image  # noqa: E402 - the path comes first
from playwright.sync_api import Browser, sync_playwright  # noqa: E402

from scripts.lively import make_lively  # noqa: E402
from tests.acceptance.product import Product, start  # noqa: E402
from tests.e2e.browsers import ARGUMENTS, chromium  # noqa: E402

PLACE = ROOT / "docs" / "screenshots"
# The name of the file, and the address of the page below /ui/.
PAGES = {
    "overview": "overview",
    "accounts": "accounts",
    "account": "accounts/{account}",
    "upkeep": "accounts/{stuck}?tab=operations",
    "import": "accounts/import",
    "sessions": "sessions",
    "session": "sessions/{session}",
    "tasks": "tasks",
    "batches": "tasks/batches",
    "batch": "tasks/batches/{batch}",
    "queue": "queue",
    "interactions": "interactions",
    "unknown": "interactions/unknown",
    "sources": "interactions/sources",
    "do-not-contact": "interactions/do-not-contact",
    "states": "states",
    "monitors": "monitors",
    "monitor": "monitors/{monitor}",
    "compare": "monitors/compare?ids={monitor},{other}&as=percent",
    "spend": "monitors/sources",
    "warm-up": "warmup",
    "warm-up-account": "warmup?open={warming}",
    "bots": "warmup/bots",
    "content": "content",
    "forecast": "content/forecast",
    "inbox": "inbox?kind=challenge",
    "proxies": "proxies",
    "proxy": "proxies?open=1",
    "pools": "proxies/pools",
    "networks": "networks",
    "network": "networks?network=x",
    "alerts": "alerts",
    "channels": "alerts/channels",
    "settings": "settings",
    "audit": "audit",
    "health": "health",
    "access": "access",
    "welcome": "welcome",
}
SIZES = {"wide": (1280, 800), "narrow": (390, 844)}
SCHEMES = ("light", "dark")
_SOME_WORK = 60.0


def main(arguments: list[str]) -> int:
    wanted = arguments or list(PAGES)
    unknown = [name for name in wanted if name not in PAGES]
    path = chromium()
    if unknown or path is None:
        print(f"Pages are {', '.join(PAGES)}; a Chromium is needed (RETINUE_CHROMIUM names one).")
        return 2
    PLACE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as directory:
        product = start(Path(directory) / "data")
        try:
            make_lively(product, seconds=_SOME_WORK)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
                for size in SIZES:
                    for scheme in SCHEMES:
                        take(browser, product, wanted, size=size, scheme=scheme)
                browser.close()
        finally:
            product.end()
    return 0


def take(browser: Browser, product: Product, pages: list[str], *, size: str, scheme: Any) -> None:
    width, height = SIZES[size]
    context = browser.new_context(
        base_url=f"{product.url}/ui/",
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        reduced_motion="reduce",
        timezone_id="Europe/Madrid",
    )
    page = context.new_page()
    (session, *_) = product.http.get("/sessions", params={"status": "running"}).json()["items"]
    (batch, *_) = product.http.get("/api/batches").json()["items"]
    person = {"kind": "influencer", "sort_by": "created", "sort_order": "asc"}
    (monitor, other, *_) = product.http.get("/api/monitors", params=person).json()["items"]
    begun = {"lifecycle": "warming_up"}
    (warming, *_) = product.http.get("/api/warmup", params=begun).json()["items"]
    asked = product.http.get("/api/inbox", params={"kind": "challenge"}).json()["items"]
    stuck = [one["account_id"] for one in asked if one["evidence"]]
    ids = {
        "stuck": stuck[0] if stuck else session["account_id"],
        "session": session["id"],
        "account": session["account_id"],
        "batch": batch["id"],
        "monitor": monitor["id"],
        "other": other["id"],
        "warming": warming["account_id"],
    }
    for name in pages:
        page.goto(PAGES[name].format(**ids))
        # What is open beside a list hides its heading from the roles.
        page.locator("h1").first.wait_for(state="attached")
        # The live connection never rests, so the network is no sign; what is asked for is there by now.
        page.wait_for_timeout(1200)
        keep(page.screenshot(), PLACE / f"{name}-{scheme}-{size}.png")
        print(f"{name}-{scheme}-{size}")
    context.close()


def keep(picture: bytes, path: Path) -> None:
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    few = image.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
