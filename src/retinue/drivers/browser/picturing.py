"""A page as evidence: pictured with its inputs covered, and written down without what was typed."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit, urlunsplit

from playwright.sync_api import Error, Page

from retinue.drivers.browser.protocol import Evidence
from retinue.foundation.redaction import MASK, Redactor

_PICTURE_MS = 10_000
_LOAD_MS = 3_000
_LARGEST_PAGE = 500_000
_LONGEST_TITLE = 200
_INPUTS = "input:not([type=checkbox]):not([type=radio]):not([type=submit]), textarea, select"
_COVER = "#b0b0b0"

# Without scripts, values and queries: where a link leads is worth knowing, what it carries is not.
_WRITE_DOWN = """() => {
  const page = document.documentElement.cloneNode(true);
  for (const gone of page.querySelectorAll('script, noscript, iframe, object, embed')) gone.remove();
  for (const field of page.querySelectorAll('input')) {
    if (!['submit', 'button', 'reset'].includes(field.type)) field.removeAttribute('value');
  }
  for (const field of page.querySelectorAll('textarea')) field.textContent = '';
  for (const meta of page.querySelectorAll('meta[name*=csrf i], meta[name*=token i]')) meta.remove();
  for (const one of page.querySelectorAll('*')) {
    for (const { name, value } of [...one.attributes]) {
      if (name.startsWith('on') || name.startsWith('data-')) one.removeAttribute(name);
      else if (['href', 'src', 'action'].includes(name)) one.setAttribute(name, value.split(/[?#]/)[0]);
    }
  }
  return '<!doctype html>' + page.outerHTML;
}"""
# Text that was typed and is shown by the page as well: masked while the picture is taken.
_MASK_TEXT = """([secrets, mask]) => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const before = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.data;
    let masked = text;
    for (const secret of secrets) masked = masked.split(secret).join(mask);
    if (masked !== text) { before.push([node, text]); node.data = masked; }
  }
  window.__before = before;
}"""
_UNMASK_TEXT = """() => {
  for (const [node, text] of window.__before ?? []) node.data = text;
  delete window.__before;
}"""


def take(page: Page, *, redactor: Redactor, typed: set[str]) -> Evidence:
    """Of whatever page there is; what cannot be had of it stays empty."""
    # A puzzle with half of its pictures helps nobody.
    _try(lambda: page.wait_for_load_state("load", timeout=_LOAD_MS))
    written = _try(lambda: page.evaluate(_WRITE_DOWN)) or ""
    title = _try(page.title) or ""
    return Evidence(
        picture=_picture(page, typed=typed),
        page=redactor.redact(str(written)[:_LARGEST_PAGE]),
        title=redactor.redact(str(title))[:_LONGEST_TITLE],
        address=redactor.redact(address_of(page.url)),
    )


def address_of(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        return "about:blank"
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, "", ""))


def _picture(page: Page, *, typed: set[str]) -> bytes:
    """None of a page that shows what was typed where it could not be masked, or does not say what it shows."""
    shown = _shown(page, typed)
    if not shown:
        return b"" if shown is None else _photograph(page)
    _try(lambda: page.evaluate(_MASK_TEXT, [shown, MASK]))
    # What stands in two pieces side by side is read as one, and neither piece is it.
    found = _photograph(page) if _shown(page, typed) == [] else b""
    _try(lambda: page.evaluate(_UNMASK_TEXT))
    return found


def _shown(page: Page, typed: set[str]) -> list[str] | None:
    """What of this stands on the page, the longest first; None where it does not say what it shows."""
    if not typed:
        return []
    text = _try(lambda: page.evaluate("() => document.body?.innerText ?? ''"))
    if text is None:
        return None
    return sorted((one for one in typed if one in str(text)), key=len, reverse=True)


def _photograph(page: Page) -> bytes:
    found = _try(
        lambda: page.screenshot(
            mask=[page.locator(_INPUTS)],
            mask_color=_COVER,
            animations="disabled",
            timeout=_PICTURE_MS,
        )
    )
    return bytes(found or b"")


def _try(ask: Any) -> Any:
    try:
        return ask()
    except Error:
        # A page that has just crashed, or never stops loading. The rest of the evidence counts, too.
        return None
