"""What must be known of a site to use it: where its pages are and by what each is recognised."""

from __future__ import annotations

from dataclasses import dataclass

from retinue.drivers.browser.protocol import PageState
from retinue.drivers.errors import FailureClass


@dataclass(frozen=True, slots=True)
class Mark:
    """A page is this one where `selector` (CSS) finds something. The first mark that fits counts."""

    selector: str
    state: PageState


@dataclass(frozen=True, slots=True)
class Refusal:
    """A page that says no, and that nothing was done."""

    selector: str
    failure: FailureClass


@dataclass(frozen=True, slots=True)
class LogInForm:
    path: str
    login: str
    password: str
    submit: str


@dataclass(frozen=True, slots=True)
class CodeForm:
    code: str
    submit: str
    send_again: str | None = None


@dataclass(frozen=True, slots=True)
class PasswordForm:
    path: str
    old: str
    new: tuple[str, ...]
    """The field of the new one, and that for its repetition."""
    submit: str
    done: str
    """What the page shows when the new password holds."""
    old_refused: tuple[str, ...]
    """Words of `error` that say that the old one is wrong. Other words refuse the new one."""


@dataclass(frozen=True, slots=True)
class SiteProfile:
    """Paths begin at the site's address; the rest are CSS selectors."""

    home: str
    text: str
    """Where a page says what it wants of people."""
    error: str
    """Where it says what was wrong."""
    session_cookies: tuple[str, ...]
    marks: tuple[Mark, ...]
    refusals: tuple[Refusal, ...]
    log_in: LogInForm
    wrong_code: tuple[str, ...]
    """Words of `error`, on the page of the log-in, that are about a code and not about the password."""
    codes: tuple[CodeForm, ...]
    password: PasswordForm
