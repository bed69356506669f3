"""
What can go wrong, one class for each thing that a bot does about it.

    BotError
    |-- Unreachable       nobody answers, or the server is in trouble: try later
    `-- Refused           the server has answered no; `code`, `detail` and `next` say why and what instead
        |-- NotAllowed    401, 403: the token is wrong, expired, or not for this account
        |-- NotFound      404: no such account, no warm-up yet
        |   `-- NoContentLeft  the persona has nothing for this phase; a person has been asked for it
        |-- NotYet        409: the phase is not available; `at` where that is known
        |-- Held          409: another bot has the account, until `at`
        `-- OnHold        409: a pause or an incident keeps the account still
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from retinue.client.answers import Next, read


class BotError(Exception):
    """Anything that this library raises."""


class Unreachable(BotError):
    """There is no answer, or none that says whether something was done. Every call may be made again."""


class Refused(BotError):
    """The server has refused, and nothing was changed."""

    def __init__(self, problem: Mapping[str, Any], *, status: int) -> None:
        self.status = status
        self.code = str(problem.get("code", f"http_{status}"))
        self.detail = str(problem.get("detail") or problem.get("title") or f"HTTP {status}")
        self.problem = dict(problem)
        """All members of the problem+json."""
        self.next = _next_of(problem)
        self.at = _moment(problem, "available_at", "until")
        """When it may go, where the server knows."""
        super().__init__(f"{self.detail} ({self.code})")


class NotAllowed(Refused):
    """The token does not open this."""


class NotFound(Refused):
    """There is no such account for this bot, or no warm-up yet."""


class NoContentLeft(NotFound):
    """The persona's pool is empty for this phase."""


class NotYet(Refused):
    """Its turn or its time has not come."""


class Held(Refused):
    """Another bot works with the account."""


class OnHold(Refused):
    """The account is kept still."""


_BY_CODE: dict[str, type[Refused]] = {
    "no_content_left": NoContentLeft,
    "phase_not_available": NotYet,
    "account_held": Held,
    "on_hold": OnHold,
}
_BY_STATUS: dict[int, type[Refused]] = {401: NotAllowed, 403: NotAllowed, 404: NotFound}


def refusal_of(problem: Mapping[str, Any], *, status: int) -> Refused:
    kind = _BY_CODE.get(str(problem.get("code"))) or _BY_STATUS.get(status) or Refused
    return kind(problem, status=status)


def _next_of(problem: Mapping[str, Any]) -> Next | None:
    try:
        return read(Next, problem["next"])
    except (KeyError, ValueError):
        return None


def _moment(problem: Mapping[str, Any], *names: str) -> datetime | None:
    for name in names:
        if isinstance(problem.get(name), str):
            try:
                return datetime.fromisoformat(problem[name])
            except ValueError:
                continue
    return None
