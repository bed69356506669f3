"""What each role may do, which passwords will do, and when the next log-in attempt counts."""

from __future__ import annotations

import functools
import ipaddress
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from retinue.capabilities.access.models import Role
from retinue.foundation.http.origins import is_same_origin, may_be_own_page
from retinue.foundation.http.principals import Scope

_VIEWER = frozenset(
    {
        Scope.own,
        Scope.accounts_read,
        Scope.sessions_read,
        Scope.interactions_read,
        Scope.tasks_read,
        Scope.monitors_read,
        Scope.content_read,
        Scope.warmup_read,
        Scope.inbox_read,
        Scope.alerts_read,
        Scope.settings_read,
        Scope.health_read,
    }
)
_OPERATOR = _VIEWER | {
    Scope.accounts_write,
    Scope.sessions_control,
    Scope.interactions_write,
    Scope.tasks_write,
    Scope.monitors_write,
    Scope.content_write,
    Scope.warmup_write,
    Scope.inbox_write,
    Scope.alerts_write,
}
_SECRETS = frozenset({Scope.secrets_reveal, Scope.secrets_export})

SCOPES: Mapping[Role, frozenset[Scope]] = {
    Role.viewer: _VIEWER,
    Role.operator: _OPERATOR,
    Role.admin: frozenset(Scope),
    Role.bot: frozenset({Scope.own, Scope.bot}),
}
LOCAL_SCOPES = frozenset(Scope) - _SECRETS
"""The local operator of demo mode: an admin that is never shown a secret."""

LOGIN_LASTS = timedelta(days=7)
TOKEN_PREFIX = "rt_"  # noqa: S105 - how a token begins, not one
SHOWN_OF_TOKEN = 10

SHORTEST_PASSWORD = 12
_LOWEST_SCORE = 3
# zxcvbn grows with the square of the length, and what comes after this adds nothing to its verdict.
_LONGEST_SCORED = 72

_PER_USERNAME = 5
_PER_ADDRESS = 20
_MINUTE = timedelta(minutes=1)
FAILURES_COUNT_FOR = timedelta(minutes=30)
_LONGEST_DELAY = timedelta(minutes=5)


def scopes_of(role: Role, narrowed_to: Collection[str] | None = None) -> frozenset[Scope]:
    """The role's scopes, or those of them that were picked. A name that is no scope any more gives nothing."""
    allowed = SCOPES[role]
    if narrowed_to is None:
        return allowed
    return frozenset(scope for scope in allowed if scope.value in narrowed_to) | {Scope.own}


def password_problem(password: str, *, username: str) -> str | None:
    """Why a password will not do, or None."""
    if len(password) < SHORTEST_PASSWORD:
        return f"has {len(password)} characters; it needs at least {SHORTEST_PASSWORD}"
    if username and username in password.casefold():
        return "contains the user name; choose one that does not"
    # Its word lists take 13 MB of memory, and most servers never hear a new password.
    from zxcvbn import zxcvbn  # noqa: PLC0415

    verdict = zxcvbn(password[:_LONGEST_SCORED], user_inputs=[username, "retinue", "sandgram"])
    if verdict["score"] >= _LOWEST_SCORE:
        return None
    feedback = verdict["feedback"]
    hints = [text for text in (feedback["warning"], *feedback["suggestions"]) if text]
    advice = " ".join(hint if hint.endswith(".") else f"{hint}." for hint in hints)
    return f"is too easy to guess. {advice or 'Four or more unrelated words are a good one.'}"


def next_attempt_at(
    of_username: Sequence[datetime], of_address: Sequence[datetime], *, now: datetime
) -> datetime | None:
    """
    When the next attempt counts, None for now. Both lists are failures, oldest first.

    Delays grow and end: nobody is locked out for good.
    """
    ends = [
        _window_opens(of_username, _PER_USERNAME),
        _window_opens(of_address, _PER_ADDRESS),
    ]
    if len(of_username) >= _PER_USERNAME:
        seconds = 2 ** min(len(of_username) - 3, 16)
        ends.append(of_username[-1] + min(timedelta(seconds=seconds), _LONGEST_DELAY))
    later = [end for end in ends if end is not None and end > now]
    return max(later, default=None)


def _window_opens(failures: Sequence[datetime], allowed: int) -> datetime | None:
    return failures[-allowed] + _MINUTE if len(failures) >= allowed else None


@functools.lru_cache(maxsize=1024)
def is_loopback(address: str | None) -> bool:
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    return parsed.is_loopback


_LOOPBACK_HOST = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?", re.IGNORECASE)
_PROXY_HEADERS = ("forwarded", "via")


def is_plain_local_request(headers: Mapping[str, str], *, peer: str | None) -> bool:
    """
    Whether a request was made on this machine by a person or a program of it.

    A page of another site that is open in a local browser is not; nor is what a
    proxy passes on. Header names are in lower case.
    """
    host = headers.get("host", "")
    if not is_loopback(peer) or not _LOOPBACK_HOST.fullmatch(host):
        return False
    if any(name in _PROXY_HEADERS or name.startswith("x-forwarded") for name in headers):
        return False
    if not may_be_own_page(headers.get("sec-fetch-site")):
        return False
    return "origin" not in headers or is_same_origin(headers["origin"], host)
