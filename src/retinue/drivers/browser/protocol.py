"""
What Retinue asks of a network's web site, whoever it is.

A `Browser` opens a `Visit` for one account: a profile of its own, gone with the visit. A visit is
used by one thread. Nothing is tried twice by itself, and no call leaves by another way than the
account's proxy.
"""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from retinue.drivers.errors import CallPhase, DriverError, FailureClass, FailureSource
from retinue.drivers.network.protocol import Egress

__all__ = [
    "Browser",
    "BrowserUnavailable",
    "Egress",
    "Evidence",
    "Jar",
    "PageNotUnderstood",
    "PageState",
    "Seen",
    "Visit",
]

_LARGEST_JAR = 1_000_000


class PageState(StrEnum):
    """What the page in front of us asks for."""

    signed_out = "signed_out"
    signed_in = "signed_in"
    second_factor = "second_factor"
    """A code of the authenticator, or a backup code."""
    email_code = "email_code"
    challenge = "challenge"
    """A puzzle that only a person may solve."""
    challenge_passed = "challenge_passed"
    """The puzzle at this address was solved; the log-in is what comes next."""
    challenge_over = "challenge_over"
    """The address of the puzzle is no longer good, solved or not."""
    locked = "locked"
    suspended = "suspended"
    wrong_password = "wrong_password"  # noqa: S105 - a word, not one
    wrong_code = "wrong_code"
    unknown = "unknown"


@dataclass(frozen=True, slots=True)
class Seen:
    """`text` is what the page says to people, shortened and without secrets."""

    state: PageState
    text: str


class Jar:
    """A site's cookies. Nothing of them is shown by `repr`."""

    def __init__(self, cookies: list[dict[str, Any]]) -> None:
        self._cookies = cookies

    def __repr__(self) -> str:
        return f"Jar({len(self._cookies)} cookies)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Jar) and other._cookies == self._cookies

    def __hash__(self) -> int:
        return hash(self.to_text())

    def to_text(self) -> str:
        """JSON: a list of cookies as the browser names their parts."""
        return json.dumps(self._cookies, ensure_ascii=False, separators=(",", ":"))

    @staticmethod
    def from_text(text: str) -> Jar:
        """
        Raises:
            ValueError: it is no jar. The message repeats nothing of it.
        """
        if len(text) > _LARGEST_JAR:
            raise ValueError("a cookie jar of more than 1 MB")
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            # `from None`: the original error may carry a piece of a cookie.
            raise ValueError("a cookie jar is JSON") from None
        if not isinstance(found, list) or not all(_is_cookie(one) for one in found):
            raise ValueError("a cookie jar is a list of cookies with name, value, domain and path")
        return Jar(found)

    def value(self, name: str) -> str | None:
        found = [one["value"] for one in self._cookies if one["name"] == name]
        return found[0] if found else None

    def cookies(self) -> list[dict[str, Any]]:
        return [dict(one) for one in self._cookies]


@dataclass(frozen=True, slots=True)
class Evidence:
    """
    A page as a person saw it. Inputs are covered in the picture and empty in the page, and whatever
    was typed in this visit is masked in both.
    """

    picture: bytes = field(repr=False)
    """PNG; empty where the page could not be pictured any more."""
    page: str = field(repr=False)
    """HTML without scripts."""
    title: str
    address: str
    """Without its query."""


class PageNotUnderstood(DriverError):
    """The site shows a page that nobody here knows. The evidence is for a person to look at."""

    def __init__(self, message: str, *, evidence: Evidence, phase: CallPhase) -> None:
        super().__init__(FailureClass.unknown, phase=phase, message=message)
        self.evidence = evidence


class BrowserUnavailable(DriverError):
    """There is no browser to use; the message says how to mend that. Nothing was sent."""

    source = FailureSource.machine

    def __init__(self, message: str) -> None:
        super().__init__(FailureClass.transient, phase=CallPhase.not_sent, message=message)


class Visit(Protocol):
    """
    One account on one site. Every call may raise `DriverError` with the phase it had reached, and
    `PageNotUnderstood` where the page is none that the site's profile knows.
    """

    def look(self, at: str | None = None) -> Seen:
        """
        What the page in front of us asks for; the site's start page where none was opened yet. `at`
        opens another page of the site: the address of a challenge, to see whether it was passed or has
        run out.
        """
        ...

    def log_in(self, login: str, password: str) -> Seen:
        """Open with this password, even where the jar would open by itself."""
        ...

    def ask_for_email_code(self) -> None:
        """
        Have a new code sent. The page must ask for one.

        Raises:
            DriverError: `invalid_input`, not sent, where it does not.
        """
        ...

    def give_code(self, code: str) -> Seen:
        """
        Answer the page that asks for a code: of the authenticator, a backup code or one from a mail.

        Raises:
            DriverError: `invalid_input`, not sent, where the page asks for none.
        """
        ...

    def change_password(self, old: str, new: str) -> Seen:
        """
        `signed_in`: the site has said that the new one holds. `wrong_password`: it has refused the
        old one. Whatever is not one of the two is raised, with a phase: `sent` and `answered` leave
        open which password holds.
        """
        ...

    def jar(self) -> Jar: ...

    def evidence(self) -> Evidence:
        """The page in front of us. Works whatever the page is, and leaves it as it was."""
        ...


class Browser(Protocol):
    def visit(
        self,
        network: str,
        *,
        egress: Egress | None = None,
        user_agent: str | None = None,
        jar: Jar | None = None,
    ) -> AbstractContextManager[Visit]:
        """
        Wait for a free browser and open a fresh profile in it. Reaches nothing by itself.

        Raises:
            BrowserUnavailable: there is none, and the message says how to get one.
            DriverError: `invalid_input`, not sent: no site of the network is known, or the jar cannot be used.
        """
        ...

    def close(self) -> None:
        """End every browser; a visit that is open fails. Doing it twice is nothing."""
        ...


def _is_cookie(found: object) -> bool:
    return isinstance(found, dict) and all(
        isinstance(found.get(part), str) for part in ("name", "value", "domain", "path")
    )
