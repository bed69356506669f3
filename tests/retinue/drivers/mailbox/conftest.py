from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import pytest

from retinue.drivers.mailbox.fake import FakeMailboxes
from retinue.drivers.mailbox.imap import ImapMailboxes
from retinue.drivers.mailbox.protocol import Mailbox, Mailboxes, MailServer, Security
from tests.fixtures.sandgram import RunningSandgram

SENDER = "security@sandgram.test"
SENDERS = (SENDER,)


class Post(Protocol):
    """One mailbox, and whoever writes to it."""

    address: str

    def open(self, *, password: str | None = None) -> Mailbox: ...

    def mail(self, code: str, *, sender: str = SENDER, to: str = "", age: float = 0) -> None: ...


class FakePost:
    address = "ava@mail.sandgram.test"

    def __init__(self) -> None:
        self._mailboxes = FakeMailboxes()
        self._mailboxes.passwords[self.address] = "opens-7-doors"

    def open(self, *, password: str | None = None) -> Mailbox:
        server = MailServer("mail.test")
        return self._mailboxes.open(
            server, login=self.address, password=password or "opens-7-doors"
        )

    def mail(self, code: str, *, sender: str = SENDER, to: str = "", age: float = 0) -> None:
        at = datetime.now(UTC) - timedelta(seconds=age)
        self._mailboxes.deliver(to or self.address, code, at=at, sender=sender)


class SandgramPost:
    def __init__(self, sandgram: RunningSandgram, mailboxes: Mailboxes | None = None) -> None:
        self.sandgram = sandgram
        self.made = sandgram.credentials()
        self.address = self.made["email"]
        host, _, port = sandgram.imap.rpartition(":")
        self.server = MailServer(host, int(port), Security.plain)
        self._mailboxes = mailboxes or ImapMailboxes(seconds=2.0)

    def open(self, *, password: str | None = None) -> Mailbox:
        return self._mailboxes.open(
            self.server, login=self.address, password=password or self.made["email_password"]
        )

    def mail(self, code: str, *, sender: str = SENDER, to: str = "", age: float = 0) -> None:
        fields: dict[str, Any] = {"recipient": to} if to else {}
        self.send(
            sender=sender, subject=f"{code} is your code", text="Welcome.\n", age=age, **fields
        )

    def send(self, **fields: Any) -> None:
        answer = self.sandgram.control.post(f"/accounts/{self.made['login']}/mails", json=fields)
        assert answer.status_code == 201, answer.text


@pytest.fixture
def letterbox(sandgram: RunningSandgram) -> SandgramPost:
    return SandgramPost(sandgram)


@pytest.fixture(params=["fake", "sandgram"])
def post(request: pytest.FixtureRequest) -> Post:
    return FakePost() if request.param == "fake" else request.getfixturevalue("letterbox")
