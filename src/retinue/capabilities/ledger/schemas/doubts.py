"""What is handed around about attempts whose outcome nobody knows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from retinue.capabilities.ledger.models import AttemptState
from retinue.drivers.network.protocol import Person


@dataclass(frozen=True, slots=True)
class AttemptFilter:
    state: AttemptState | None = None
    account_id: int | None = None
    account_ids: frozenset[int] | None = None
    action: str | None = None
    session_id: str | None = None
    task_id: str | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """One unknown outcome that is to be looked at now. `probes` counts this look too."""

    attempt_id: str
    account_id: int
    network: str
    action: str
    object_id: str | None
    text_hash: str | None
    target: Person
    """By today's handle and the number that stays; either may be empty."""
    own_id: str | None
    """The account's own number on its network."""
    started_at: datetime
    unknown_since: datetime
    probes: int


class Sight(StrEnum):
    present = "present"
    missing = "missing"
    unreadable = "unreadable"
    """The look failed. That says nothing about the effect."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look at the network has shown. `facts` never hold a secret."""

    sight: Sight
    facts: dict[str, Any] = field(default_factory=dict)
