"""Who may see which event, and what a client's message means."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from retinue.capabilities.realtime.errors import MessageNotUnderstood, TypeNotAllowed, UnknownType
from retinue.capabilities.realtime.schemas import Message, Ping, Subscribe
from retinue.foundation.http.principals import Principal, Scope

SCOPES: Mapping[str, Scope] = {
    "account_update": Scope.accounts_read,
    "import_update": Scope.accounts_read,
    "validation_update": Scope.accounts_read,
    "warmup_update": Scope.warmup_read,
    "error": Scope.accounts_read,
    "rate_limit": Scope.accounts_read,
    "session_update": Scope.sessions_read,
    "task_update": Scope.sessions_read,
    "pause_update": Scope.sessions_read,
    "inbox_update": Scope.inbox_read,
    "monitor_update": Scope.monitors_read,
    "metrics_update": Scope.monitors_read,
    "alert_update": Scope.alerts_read,
    "settings_update": Scope.settings_read,
    "network_update": Scope.settings_read,
    "clock_jump": Scope.health_read,
}
"""What each type of event asks of its hearer. A type that is not in it is heard by nobody."""

MESSAGES_PER_SECOND = 20
_LONGEST_PING = 100
_LONGEST_NAME = 60
_UNDERSTOOD = 'send {"subscribe": ["session_update", ...]} or {"ping": "..."}'


@dataclass(frozen=True, slots=True, eq=False)
class Audience:
    """Everybody who hears the same: told apart by identity, so that looking one up costs nothing."""

    types: frozenset[str]
    account_ids: frozenset[int] | None

    def hears(self, message: Message) -> bool:
        if message.type not in self.types:
            return False
        # What concerns no single account is not for a caller that is restricted to some.
        return self.account_ids is None or message.account_id in self.account_ids


def visible_types(scopes: frozenset[Scope]) -> frozenset[str]:
    return frozenset(name for name, scope in SCOPES.items() if scope in scopes)


def understood(text: str | None) -> Subscribe | Ping:
    """
    Raises:
        MessageNotUnderstood: with what is read here.
        UnknownType: a subscription names a type that does not exist.
    """
    if text is None:
        raise MessageNotUnderstood(f"Only text is read here: {_UNDERSTOOD}.")
    try:
        found = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise MessageNotUnderstood(f"This is not JSON: {_UNDERSTOOD}.") from error
    if not isinstance(found, dict) or len(found) != 1:
        raise MessageNotUnderstood(f"This is no message with one member: {_UNDERSTOOD}.")
    ((name, value),) = found.items()
    if name == "subscribe":
        return _subscription(value)
    if name == "ping":
        return _ping(value)
    raise MessageNotUnderstood(f"{name[:_LONGEST_NAME]}: not known here; {_UNDERSTOOD}.")


def check_visible(wanted: frozenset[str] | None, principal: Principal) -> None:
    """
    Raises:
        TypeNotAllowed: the caller would never hear of one of these types.
    """
    for name in sorted(wanted or ()):
        if SCOPES[name] not in principal.scopes:
            message = (
                f"subscribe: {name} needs the scope {SCOPES[name]}, which"
                f" {principal.actor} does not have."
            )
            raise TypeNotAllowed(message, type=name, scope=SCOPES[name].value)


def _no_number(name: str) -> None:
    raise ValueError(name)


def _subscription(value: Any) -> Subscribe:
    if value is None:
        return Subscribe(None)
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise MessageNotUnderstood("subscribe: must be a list of types, or null for all of them.")
    for name in value:
        if name not in SCOPES:
            shown = name[:_LONGEST_NAME]
            message = f"subscribe: there is no type {shown!r}; there are {', '.join(SCOPES)}."
            raise UnknownType(message, type=shown)
    return Subscribe(frozenset(value))


def _ping(value: Any) -> Ping:
    is_short_text = isinstance(value, str) and len(value) <= _LONGEST_PING
    is_number = isinstance(value, int | float) and len(str(value)) <= _LONGEST_PING
    if value is None or is_short_text or is_number:
        return Ping(value)
    raise MessageNotUnderstood(
        f"ping: must be a number, null, or a text of {_LONGEST_PING} characters at most."
    )


@dataclass(slots=True)
class Pace:
    """So many messages a second, as many at once, and no more."""

    per_second: float = MESSAGES_PER_SECOND
    _left: float = MESSAGES_PER_SECOND
    _at: float = field(default=float("-inf"))

    def allows(self, now: float) -> bool:
        """`now` is monotonic. Counts one message."""
        self._left = min(self.per_second, self._left + (now - self._at) * self.per_second)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
