"""Who or what is watched, as people write it and as it is kept."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

_USERNAME = re.compile(r"[A-Za-z0-9._]{1,30}")
_SHORTCODE = re.compile(r"[A-Za-z0-9_-]{5,64}")
_POST_PATHS = {"p", "reel", "reels", "tv"}
_INSTAGRAM = ("instagram.com", "www.instagram.com", "m.instagram.com")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def username_of(text: str) -> str | None:
    """A user name in lower case, or None where it cannot be one."""
    name = text.strip().removeprefix("@").lower()
    return name if _USERNAME.fullmatch(name) else None


def shortcode_of(text: str, *, hosts: Iterable[str] = ()) -> str | None:
    """
    The shortcode in a post's URL, or the text itself where it is a bare one; None for anything else.

    `hosts` are further names under which posts are found: those of Sandgram.
    """
    text = text.strip()
    if _SHORTCODE.fullmatch(text):
        return text
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or host not in {*_INSTAGRAM, *_LOOPBACK, *hosts}:
        return None
    steps = [step for step in parts.path.split("/") if step]
    for kind, code in itertools.pairwise(steps):
        # A profile may stand before it: instagram.com/somebody/p/CODE.
        if kind in _POST_PATHS and _SHORTCODE.fullmatch(code):
            return code
    return None
