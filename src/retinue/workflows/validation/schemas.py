from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import Field

from retinue.capabilities.accounts.models import Health
from retinue.capabilities.accounts.schemas import LogInWish
from retinue.capabilities.proxies.schemas import ProxyRead
from retinue.drivers.network.protocol import Credentials, Egress
from retinue.workflows.engagement.service import AccountDoor

Tell = Callable[[int, str], object]
"""Percent, and what is being done."""


class StepName(StrEnum):
    credentials = "credentials"
    proxy = "proxy"
    log_in = "log_in"
    second_factor = "second_factor"
    status = "status"
    read = "read"
    """Of worker accounts only: they are for reading."""
    database = "database"
    broadcast = "broadcast"


@dataclass(frozen=True, slots=True)
class Step:
    name: StepName
    ok: bool
    message: str

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name.value, "ok": self.ok, "message": self.message}


class Source(StrEnum):
    """Whose word the finding is."""

    network = "network"
    proxy = "proxy"
    retinue = "retinue"


@dataclass(frozen=True, slots=True)
class Finding:
    """
    What one validation has come to. `health` is what the evidence speaks for; none leaves the
    account's as it is. Without a verdict it is worth another try.
    """

    passed: bool
    message: str
    evidence_class: str
    source: Source = Source.network
    health: Health | None = None
    has_verdict: bool = True
    code: str | None = None


@dataclass(slots=True)
class Subject:
    """An account as a validation works with it."""

    account_id: int
    account_no: str
    login: str
    network: str
    user_agent: str | None
    is_worker: bool
    proxy_id: int | None
    credentials: Credentials = field(repr=False)
    egress: Egress | None = field(repr=False)
    refused_on: str | None = None
    """The day on which the network refused the stored password, which is therefore left out."""
    is_proxy_fresh: bool = False
    """It worked a moment ago, for another account."""
    pending: str | None = field(default=None, repr=False)
    """A new password of which nobody knows whether it holds; tried where the present one does not."""
    door: AccountDoor | None = field(default=None, repr=False)
    """What the passwords go through, each by itself."""


@dataclass(frozen=True, slots=True)
class Asked:
    """
    In whose name a log-in is tried, and whether that is a person's wish: of `asked_at`, so that a run
    that is lost and made again is not wished a second time; of now, unless given.
    """

    by: str = "validation"
    is_person: bool = True
    asked_at: datetime | None = None

    def wish(self, now: datetime) -> LogInWish:
        return LogInWish(self.by, (self.asked_at or now) if self.is_person else None)


class LogInsSpent(Exception):
    """Two were tried within a day without a person, and nothing but another one would tell."""

    def __init__(self, message: str, until: datetime | None) -> None:
        super().__init__(message)
        self.until = until


class ProxyChecked(ProxyRead):
    """The proxy as it is now, and how long the way out and back took."""

    milliseconds: int | None = Field(description="Null where it did not let us out.")
