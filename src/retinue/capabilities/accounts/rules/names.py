"""How the names that operators give are checked. Each check answers the clean value or raises `BadValue`."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from typing import TypeVar

from retinue.capabilities.accounts.schemas import NETWORKS
from retinue.foundation.errors import Invalid, Problem

T = TypeVar("T")

# ASCII only: a name that looks like another one is how accounts are mixed up.
_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]|\.(?!\.)){0,63}")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,189}")
# Control characters, line separators and the marks that turn the direction of text.
UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_LABEL_SPLIT = re.compile(r"[;|]")

NAME_FIX = "use 1 to 64 letters, digits, `_`, `-` or single dots, not starting with `-` or a dot"
MOST_LABELS = 50
LONGEST_LABEL = 50
LONGEST_PERSONA = 100


# The same few values stand in thousands of rows.
_repeated = lru_cache(maxsize=1024)


class BadValue(Exception):
    """`reason` says what is wrong, `fix` how to mend it. Neither holds the value."""

    def __init__(self, reason: str, fix: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.fix = fix


def account_no(text: str) -> str:
    text = text.strip()
    if not _NAME.fullmatch(text):
        raise BadValue("is not an account number", NAME_FIX)
    return text


def login(text: str) -> str:
    """Without the `@` that people write before it."""
    text = text.strip().removeprefix("@")
    if not _NAME.fullmatch(text):
        raise BadValue("is not a login", NAME_FIX)
    return text


@_repeated
def network(text: str) -> str:
    text = text.strip().lower()
    if text not in NETWORKS:
        raise BadValue("is not a network we know", f"use one of {', '.join(NETWORKS)}")
    return text


def email(text: str) -> str:
    text = text.strip()
    if len(text) > 254 or not _EMAIL.fullmatch(text) or UNPRINTABLE.search(text):
        raise BadValue(
            "is not an e-mail address", "write it as name@example.com, at most 254 characters"
        )
    return text


@_repeated
def timezone(text: str) -> str:
    text = text.strip()
    if text not in _zones():
        raise BadValue("is not an IANA time zone", "use a name such as Europe/Berlin or UTC")
    return text


@_repeated
def persona(text: str) -> str:
    text = text.strip()
    if not 0 < len(text) <= LONGEST_PERSONA or UNPRINTABLE.search(text):
        raise BadValue(
            "is not a persona's name", f"use 1 to {LONGEST_PERSONA} printable characters"
        )
    return text


@_repeated
def user_agent(text: str) -> str:
    text = text.strip()
    # It becomes a header, where anything beyond ASCII and any line break is trouble.
    if not 0 < len(text) <= 500 or not text.isascii() or not text.isprintable():
        raise BadValue("is not a user agent", "use 1 to 500 printable ASCII characters")
    return text


def labels(texts: Iterable[str]) -> list[str]:
    """Trimmed, without repetition, in the order given."""
    kept = list(dict.fromkeys(label for text in texts if (label := text.strip())))
    if len(kept) > MOST_LABELS:
        raise BadValue(f"has more than {MOST_LABELS} labels", "give fewer labels")
    if any(len(label) > LONGEST_LABEL or UNPRINTABLE.search(label) for label in kept):
        raise BadValue(
            "has a label that cannot be stored",
            f"use 1 to {LONGEST_LABEL} printable characters each",
        )
    return kept


@_repeated
def labels_of_cell(text: str) -> tuple[str, ...]:
    return tuple(labels(_LABEL_SPLIT.split(text)))


def checked(field: str, check: Callable[[T], T], value: T) -> T:
    """
    The clean value of a request's field.

    Raises:
        Invalid: it names the field and the fix.
    """
    try:
        return check(value)
    except BadValue as error:
        message = f"{error.reason}; {error.fix}"
        raise Invalid(
            f"{field}: {message}", problems=[Problem(("body", field), message)]
        ) from error


def optional(field: str, check: Callable[[str], str], value: str | None) -> str | None:
    return None if value is None else checked(field, check, value)


@cache
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())
