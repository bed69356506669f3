"""What every mailbox must do, asked of the fake and of Sandgram's over IMAP."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from retinue.drivers.errors import FailureClass, FailureSource
from retinue.drivers.mailbox.protocol import Mailbox, MailboxFailed, MailCode, NoCodeCame
from retinue.foundation.clock import SystemClock
from tests.retinue.drivers.mailbox.conftest import SENDERS, Post


def wait(
    mailbox: Mailbox,
    post: Post,
    *,
    since: datetime | None = None,
    senders: tuple[str, ...] = SENDERS,
    timeout: float = 0,
    used: tuple[str, ...] = (),
) -> MailCode:
    return mailbox.wait_for_code(
        address=post.address,
        since=since or datetime.now(UTC) - timedelta(seconds=1),
        senders=senders,
        timeout=timeout,
        clock=SystemClock(),
        used=used,
    )


class Delivering(SystemClock):
    """Something happens in the first pause, which takes no time."""

    def __init__(self, deliver: Callable[[], None]) -> None:
        self._waiting = [deliver]

    def sleep(self, seconds: float, *, until: threading.Event | None = None) -> bool:
        while self._waiting:
            self._waiting.pop()()
        return False


class TestWaitForCode:
    def test_the_newest_code_is_found(self, post: Post) -> None:
        post.mail("111111", age=30)
        post.mail("222222", age=2)
        with closing(post.open()) as mailbox:
            found = wait(mailbox, post)
        assert found.code == "222222"
        assert found.message_id.startswith("<")
        assert abs((found.received_at - datetime.now(UTC)).total_seconds()) < 60
        assert "222222" not in repr(found)

    def test_it_is_waited_for(self, post: Post) -> None:
        with closing(post.open()) as mailbox:
            found = mailbox.wait_for_code(
                address=post.address,
                since=datetime.now(UTC),
                senders=SENDERS,
                timeout=10,
                clock=Delivering(lambda: post.mail("333333")),
            )
        assert found.code == "333333"

    def test_a_mail_gives_its_code_once(self, post: Post) -> None:
        post.mail("111111", age=2)
        with closing(post.open()) as mailbox:
            found = wait(mailbox, post)
            with pytest.raises(NoCodeCame) as caught:
                wait(mailbox, post)
        assert caught.value.failure is FailureClass.no_content
        with closing(post.open()) as mailbox:
            assert wait(mailbox, post).code == "111111"
        with closing(post.open()) as mailbox, pytest.raises(NoCodeCame):
            wait(mailbox, post, used=(found.message_id,))

    @pytest.mark.parametrize(
        ("sender", "to", "age"),
        [
            ("news@letters.sandgram.test", "", 0),
            ("security@sandgram.test.example.org", "", 0),
            ("security@other.test", "", 0),
            ("security@sandgram.test", "somebody_else@mail.sandgram.test", 0),
            ("security@sandgram.test", "", 120),
        ],
    )
    def test_no_other_mail_is_looked_into(
        self, post: Post, sender: str, to: str, age: float
    ) -> None:
        post.mail("999999", sender=sender, to=to, age=age)
        with closing(post.open()) as mailbox, pytest.raises(NoCodeCame):
            wait(mailbox, post)

    def test_a_sender_may_be_named_by_domain(self, post: Post) -> None:
        post.mail("111111")
        for senders in (("Sandgram.test",), ("@sandgram.test",), ("SECURITY@sandgram.test",)):
            with closing(post.open()) as mailbox:
                assert wait(mailbox, post, senders=senders).code == "111111"

    def test_a_wrong_password_is_the_mailboxes_failure(self, post: Post) -> None:
        with (
            closing(post.open(password="not-the-password")) as mailbox,
            pytest.raises(MailboxFailed) as caught,
        ):
            wait(mailbox, post)
        assert caught.value.failure is FailureClass.auth_expired
        assert caught.value.source is FailureSource.mailbox
        assert caught.value.had_no_effect
        assert "not-the-password" not in f"{caught.value!r} {mailbox!r}"
