"""
What the adapter is given: an app, and somebody who keeps the accounts' tokens.

A refresh token dies with its use. So whoever keeps tokens writes down that they are being renewed before
the old one is sent, and the new ones before either of them is used.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from retinue.drivers.errors import CallPhase, DriverError, FailureClass


@dataclass(frozen=True, slots=True)
class XApp:
    """`repr` shows no secret. An app without a secret is a public one."""

    base_url: str
    client_id: str
    client_secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Tokens:
    """A pair as it is kept; `generation` tells it from the pairs before and after it."""

    generation: int
    access_token: str | None = field(repr=False)
    refresh_token: str | None = field(repr=False)
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewTokens:
    """As the network has just handed them out. Without a refresh token they cannot be renewed."""

    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    expires_at: datetime
    scope: str


@dataclass(frozen=True, slots=True)
class Consent:
    """What came back when an account's owner let the app in."""

    code: str = field(repr=False)
    redirect_uri: str
    verifier: str = field(repr=False)


Exchange = Callable[[str], NewTokens]
"""Sends a refresh token. Raises `GrantEnded` where it is no good, `DriverError` with the phase otherwise."""


class TokenKeeper(Protocol):
    def current(self, login: str) -> Tokens:
        """
        Raises:
            GrantEnded: there are none, or none that are any good.
        """
        ...

    def renew(self, login: str, *, stale: Tokens, exchange: Exchange) -> Tokens:
        """
        New tokens in place of the stale ones, durable before they are answered. Where somebody else has
        renewed them meanwhile, theirs.

        Raises:
            GrantEnded: only a person can get new ones.
            DriverError: not now.
        """
        ...


class GrantEnded(DriverError):
    """The account's owner must authorise the app anew."""

    def __init__(self, message: str, *, phase: CallPhase = CallPhase.answered) -> None:
        super().__init__(
            FailureClass.challenge,
            phase=phase,
            message=message,
            is_refusal=True,
        )
        self.code = "authorisation_ended"
