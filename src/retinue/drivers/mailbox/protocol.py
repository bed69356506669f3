"""
What Retinue asks of a mailbox: the one code that somebody has just had sent.

Reading leaves no trace in the mailbox. A code belongs to the attempt that asked for it: mails from
before `since`, from other senders and to other addresses are not looked into.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from retinue.drivers.errors import CallPhase, DriverError, FailureClass, FailureSource
from retinue.foundation.clock import Clock

EARLIER = timedelta(seconds=60)
"""So much before `since` may a mail be dated: the clock of its sender is another one."""


class Security(StrEnum):
    tls = "tls"
    """From the first byte on; port 993 unless told otherwise."""
    starttls = "starttls"
    plain = "plain"
    """Nothing but loopback is reached without TLS."""


@dataclass(frozen=True, slots=True)
class MailServer:
    host: str
    port: int | None = None
    """993 with `tls`, 143 otherwise."""
    security: Security = Security.tls
    is_authenticating: bool = True
    """
    The server writes what it has found of a sender's signature (`Authentication-Results`), and a
    mail without a passed DKIM signature of its sender's domain is not looked into.
    """


@dataclass(frozen=True, slots=True)
class MailCode:
    code: str = field(repr=False)
    message_id: str
    received_at: datetime
    """When the mail server took it in, where it says so; the mail's own date otherwise."""


class MailboxFailed(DriverError):
    """The mailbox did not open or did not answer. It says nothing about the account on its network."""

    source = FailureSource.mailbox

    def __init__(
        self,
        failure: FailureClass,
        *,
        message: str,
        phase: CallPhase = CallPhase.answered,
        is_refusal: bool = False,
    ) -> None:
        super().__init__(failure, phase=phase, message=message, is_refusal=is_refusal)


class NoCodeCame(MailboxFailed):
    """No mail with a code arrived in time from whom it may come."""

    def __init__(self, message: str) -> None:
        super().__init__(FailureClass.no_content, message=message)


class Mailbox(Protocol):
    """One mailbox, used by one thread."""

    def wait_for_code(
        self,
        *,
        address: str,
        since: datetime,
        senders: tuple[str, ...],
        timeout: float,
        clock: Clock,
        used: Collection[str] = (),
    ) -> MailCode:
        """
        The code of the newest mail to `address` from one of `senders` (`name@domain`, or a domain
        with all its mailboxes), dated `since` less a minute or later. A mail is given out once by
        this mailbox; those whose Message-ID is among `used` never. `timeout` is in seconds.

        Raises:
            NoCodeCame: nothing such has arrived in time.
            MailboxFailed: `auth_expired` where the password is refused, `transient` where the
                server cannot be reached or does not answer, `invalid_input` where it is not usable.
        """
        ...

    def close(self) -> None: ...


class Mailboxes(Protocol):
    def open(self, server: MailServer, *, login: str, password: str) -> Mailbox:
        """Reaches nothing; the first wait does."""
        ...
