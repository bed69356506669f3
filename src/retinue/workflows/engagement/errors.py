"""What ends a session, or one look at a person, from the inside."""

from __future__ import annotations

from retinue.capabilities.sessions.models import SessionStatus
from retinue.capabilities.sessions.schemas import Ending
from retinue.foundation.errors import Conflict


class EngagementEnds(Exception):
    """The session is over, as `ending` says."""

    def __init__(self, ending: Ending) -> None:
        super().__init__(f"{ending.status}: {ending.reason}")
        self.ending = ending

    @classmethod
    def completed(cls, reason: str) -> EngagementEnds:
        return cls(Ending(SessionStatus.completed, reason))

    @classmethod
    def stopped(cls, reason: str) -> EngagementEnds:
        return cls(Ending(SessionStatus.stopped, reason))

    @classmethod
    def lost(cls, reason: str) -> EngagementEnds:
        return cls(Ending(SessionStatus.lost, reason))

    @classmethod
    def failed(cls, reason: str, *, error: str | None = None) -> EngagementEnds:
        return cls(Ending(SessionStatus.failed, reason, error or reason))


class Unseen(Exception):
    """A person, post or list cannot be looked at; the next one may be."""

    def __init__(self, reason: str, *, message: str, is_gone: bool = False) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.is_gone = is_gone


class NetworkNotConnected(Conflict):
    """No adapter of this network is connected to the installation."""

    code = "network_not_connected"
