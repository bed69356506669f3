"""
Mailboxes in memory, for tests of what stands above the driver.

They keep the promises of the protocol: one mail gives its code once, and only to whom it was sent.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime

from retinue.drivers.errors import FailureClass
from retinue.drivers.mailbox.letters import is_from
from retinue.drivers.mailbox.protocol import (
    EARLIER,
    MailboxFailed,
    MailCode,
    MailServer,
    NoCodeCame,
)
from retinue.foundation.clock import Clock

_PAUSE = 1.0


@dataclass(frozen=True, slots=True)
class FakeMail:
    address: str
    sender: str
    code: str = field(repr=False)
    at: datetime
    message_id: str


class FakeMailboxes:
    """`deliver` puts a mail into the mailbox of an address; `passwords` names which may be opened."""

    def __init__(self) -> None:
        self.passwords: dict[str, str] = {}
        self.mails: list[FakeMail] = []
        self.waits = 0
        self._failures: deque[MailboxFailed] = deque()
        self._when_waiting: deque[Callable[[], None]] = deque()

    def open(self, server: MailServer, *, login: str, password: str) -> FakeMailbox:
        return FakeMailbox(self, login=login, password=password)

    def deliver(
        self,
        address: str,
        code: str,
        *,
        at: datetime,
        sender: str = "security@sandgram.test",
    ) -> str:
        """The mail's Message-ID."""
        message_id = f"<{len(self.mails) + 1}@fake.test>"
        self.mails.append(FakeMail(address, sender, code, at, message_id))
        return message_id

    def when_waiting(self, deliver: Callable[[], None]) -> None:
        """Run once, after the next look has found nothing."""
        self._when_waiting.append(deliver)

    def fail_next(self, error: MailboxFailed) -> None:
        self._failures.append(error)

    def meet(self, login: str, password: str) -> None:
        self.waits += 1
        if self._failures:
            raise self._failures.popleft()
        if self.passwords.get(login, password) != password:
            raise MailboxFailed(
                FailureClass.auth_expired,
                message="the mail server refused the password",
                is_refusal=True,
            )

    def pass_time(self) -> None:
        if self._when_waiting:
            self._when_waiting.popleft()()


class FakeMailbox:
    def __init__(self, mailboxes: FakeMailboxes, *, login: str, password: str) -> None:
        self._mailboxes = mailboxes
        self._login = login
        self._password = password
        self._given: set[str] = set()

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
        self._mailboxes.meet(self._login, self._password)
        deadline = clock.monotonic() + timeout
        while True:
            for mail in sorted(self._mailboxes.mails, key=lambda one: one.at, reverse=True):
                if mail.message_id in self._given or mail.message_id in used:
                    continue
                if (
                    mail.address.casefold() == address.casefold()
                    and mail.at >= since - EARLIER
                    and is_from(mail.sender.casefold(), senders)
                ):
                    self._given.add(mail.message_id)
                    return MailCode(mail.code, mail.message_id, mail.at)
            if clock.monotonic() >= deadline:
                raise NoCodeCame(f"no mail with a code came within {timeout:.0f} s")
            self._mailboxes.pass_time()
            clock.sleep(min(_PAUSE, timeout))

    def close(self) -> None:
        self._given.clear()
