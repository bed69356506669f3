"""Which addresses lead out of this machine, and which of them may be used."""

from __future__ import annotations

from urllib.parse import urlsplit

from retinue.foundation.configuration import LOOPBACK_HOSTS


def is_live(base_url: str) -> bool:
    """Whether it leads out of this machine. What cannot be read as an address does."""
    try:
        host = urlsplit(base_url).hostname or ""
    except ValueError:
        return True
    return host not in {name.strip("[]") for name in LOOPBACK_HOSTS}


def problem_of(base_url: str, *, may_leave: bool) -> str | None:
    """Why it may not be called, or None."""
    try:
        parts = urlsplit(base_url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "is no URL; write it as in https://api.x.com"
    if not host:
        return "is no URL; write it as in https://api.x.com"
    if not is_live(base_url):
        return None
    if not may_leave:
        return (
            "leads out of this machine, and live networks are switched off: "
            "start with RETINUE_LIVE_NETWORKS=true"
        )
    if parts.scheme != "https":
        return "must begin with https://, or tokens would be read on their way"
    return None
