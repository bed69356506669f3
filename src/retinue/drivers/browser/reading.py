"""Which of a site's pages is in front of us, and what it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

from retinue.drivers.browser.protocol import PageState
from retinue.drivers.browser.sites.profile import SiteProfile

_READ = """([text, error, marks]) => {
  const words = (selector) => document.querySelector(selector)?.innerText ?? '';
  return {
    mark: marks.findIndex((selector) => document.querySelector(selector)),
    error: words(error), text: words(text) || (document.body?.innerText ?? ''),
  };
}"""


@dataclass(frozen=True, slots=True)
class Reading:
    state: PageState
    error: str
    text: str


def read(page: Page, profile: SiteProfile) -> Reading:
    """
    Raises:
        playwright.sync_api.Error: the page cannot be asked any more.
    """
    marks = [one.selector for one in profile.marks]
    found: Any = page.evaluate(_READ, [profile.text, profile.error, marks])
    state = profile.marks[found["mark"]].state if found["mark"] >= 0 else PageState.unknown
    words = found["error"].lower()
    if state is PageState.wrong_password and any(one in words for one in profile.wrong_code):
        state = PageState.wrong_code
    return Reading(state, found["error"], found["text"])
