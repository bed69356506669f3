"""Which URLs are taken, what a message says, and when a failed delivery is tried again."""

from __future__ import annotations

import ipaddress
import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from retinue.capabilities.alerts.models import Alert, News

LOCAL_SERVICES = frozenset({"json", "jsons", "xml", "xmls", "form", "forms"})
"""Services that talk to the host in their URL and to nobody else."""

ATTEMPTS = 6
LEASE = timedelta(seconds=90)
_DELAYS = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 300, 1800, 7200))

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]{0,39}")
_OPTIONS = re.compile(r"(?i)(?:^|[?&])(redirect|attach|attachment|file)=")


def service_of(url: str) -> str | None:
    """The scheme of an Apprise URL; None where it is none."""
    scheme, sign, rest = url.partition("://")
    if not sign or not rest or not _SCHEME.fullmatch(scheme) or not url.isprintable():
        return None
    return None if " " in url else scheme.lower()


def is_local(url: str) -> bool:
    """Whether a message to it stays on this machine. A name is not looked up, so `localhost` is the only one."""
    service = service_of(url)
    if service not in LOCAL_SERVICES or _OPTIONS.search(url):
        return False
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def retry_at(attempts: int, *, now: datetime) -> datetime | None:
    """None after the last attempt."""
    return now + _DELAYS[attempts - 1] if attempts < ATTEMPTS else None


def title_of(alert: Alert, news: News) -> str:
    word = "Resolved" if news is News.resolved else alert.severity.value.capitalize()
    return f"{word}: {alert.kind.value.replace('_', ' ')}"


def body_of(alert: Alert, news: News) -> str:
    lines = [alert.message, f"About {alert.subject_kind} {alert.subject_id}."]
    opened = alert.opened_at.isoformat(" ", "seconds")
    if news is News.resolved and alert.resolved_at is not None:
        resolved = alert.resolved_at.isoformat(" ", "seconds")
        lines.append(f"It began at {opened} and was over at {resolved}.")
    else:
        lines.append(f"Since {opened}. Alert {alert.id}.")
    return "\n".join(lines)
