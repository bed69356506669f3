"""Whether a page asks that was served from here."""

from __future__ import annotations


def is_same_origin(origin: str, host: str) -> bool:
    """Whether a page of `origin` was served under `host`. `null` never was."""
    scheme, separator, name = origin.lower().partition("://")
    return bool(separator) and scheme in {"http", "https"} and name == host.lower()


def may_be_own_page(sec_fetch_site: str | None) -> bool:
    """By what browsers say of it; other programs say nothing."""
    return sec_fetch_site in {None, "none", "same-origin"}
