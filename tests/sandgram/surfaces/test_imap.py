from __future__ import annotations

import email
import imaplib
import re
import socket
import time
from collections.abc import Iterator
from email.policy import default as modern
from typing import Any

import pytest

from tests.fixtures.sandgram import RunningSandgram


class Reader:
    """A mailbox of one new account, read as a program would."""

    def __init__(self, sandgram: RunningSandgram) -> None:
        self.sandgram = sandgram
        self.made = sandgram.credentials()

    def connect(self, *, timeout: float = 10) -> imaplib.IMAP4:
        host, _, port = self.sandgram.imap.partition(":")
        return imaplib.IMAP4(host, int(port), timeout=timeout)

    def opened(self, *, is_read_only: bool = True) -> imaplib.IMAP4:
        box = self.connect()
        box.login(self.made["email"], self.made["email_password"])
        box.select("INBOX", readonly=is_read_only)
        return box

    def mail(self, **fields: Any) -> bool:
        answer = self.sandgram.control.post(f"/accounts/{self.made['login']}/mails", json=fields)
        assert answer.status_code == 201, answer.text
        found: bool = answer.json()["sent"]
        return found

    def code(self) -> str:
        """Have a code mailed; answers it."""
        self.sandgram.control.patch(
            f"/accounts/{self.made['login']}", json={"status": "email_code"}
        )  # fmt: skip
        body = {"login": self.made["login"], "password": self.made["password"]}
        answer = self.sandgram.control.post(
            self.sandgram.url + "/sg/v1/login", json=body
        )  # fmt: skip
        assert answer.json()["error"]["code"] == "email_code_required"
        mailbox = self.sandgram.control.get(f"/accounts/{self.made['login']}/mailbox").json()
        found: str = mailbox["items"][0]["code"]
        return found


@pytest.fixture
def reader(sandgram: RunningSandgram) -> Iterator[Reader]:
    made = Reader(sandgram)
    yield made
    sandgram.control.patch("/imap", json={"is_up": True})


def uids(box: imaplib.IMAP4, *keys: str) -> list[bytes]:
    kind, found = box.uid("SEARCH", *keys)
    assert kind == "OK"
    last: list[bytes] = found[-1].split()
    return last


def fetched(box: imaplib.IMAP4, uid: bytes, what: str) -> bytes:
    kind, found = box.uid("FETCH", uid.decode(), what)
    assert kind == "OK"
    one = found[0]
    assert isinstance(one, tuple)
    content: bytes = one[1]
    return content


class TestMailbox:
    def test_a_mailed_code_is_read_without_a_trace(self, reader: Reader) -> None:
        code = reader.code()
        box = reader.opened()
        found = uids(box, "FROM", '"security@sandgram.test"', "TO", f'"{reader.made["email"]}"')
        message = email.message_from_bytes(fetched(box, found[0], "(BODY.PEEK[])"), policy=modern)
        assert code in message["Subject"]
        assert code in message.get_content()
        assert message["To"] == reader.made["email"]
        assert "dkim=pass header.d=sandgram.test" in message["Authentication-Results"]
        assert message["Message-ID"].endswith("@sandgram.test>")
        assert message["Date"].datetime.tzinfo is not None
        fetched(box, found[0], "(BODY[])")
        box.logout()
        later = reader.opened()
        assert uids(later, "UNSEEN") == found
        later.logout()

    def test_a_mailbox_open_for_writing_remembers_what_was_read(self, reader: Reader) -> None:
        reader.mail()
        box = reader.opened(is_read_only=False)
        fetched(box, b"1", "(RFC822)")
        assert uids(box, "UNSEEN") == []
        box.uid("STORE", "1", "-FLAGS", r"(\Seen)")
        assert uids(box, "UNSEEN") == [b"1"]
        box.logout()

    def test_numbers_stay_and_the_mailbox_says_which_world_they_are_of(
        self, reader: Reader
    ) -> None:
        reader.mail()
        reader.mail()
        first = reader.opened()
        validity = first.response("UIDVALIDITY")
        assert uids(first, "ALL") == [b"1", b"2"]
        reader.mail()
        assert uids(first, "UID", "3:*") == [b"3"]
        second = reader.opened()
        assert second.response("UIDVALIDITY") == validity
        first.logout()
        second.logout()

    @pytest.mark.parametrize(
        ("keys", "expected"),
        [
            (("ALL",), [b"1", b"2", b"3"]),
            (("FROM", '"letters"'), [b"1", b"3"]),
            (("SUBJECT", '"888"'), [b"2"]),
            (("NOT", "SUBJECT", '"888"'), [b"1", b"3"]),
            (("OR", "UID", "1", "SUBJECT", '"888"'), [b"1", b"2"]),
            (("(FROM", '"fraud"', "UNSEEN)"), [b"2"]),
            (("SENTBEFORE", "01-Jan-2020"), []),
            (("SENTSINCE", "01-Jan-2020"), [b"1", b"2", b"3"]),
            (("HEADER", "Authentication-Results", '"dkim=fail"'), [b"2"]),
            (("TO", '"somebody.else"'), [b"3"]),
            (("TEXT", '"people were here"'), [b"1", b"3"]),
            (("CHARSET", "UTF-8", "BODY", '"hurry"'), [b"2"]),
            (("2:*",), [b"2", b"3"]),
        ],
    )
    def test_mails_are_found(
        self, reader: Reader, keys: tuple[str, ...], expected: list[bytes]
    ) -> None:
        reader.mail()
        reader.mail(
            sender="Sandgram <help@fraud.test>", subject="888888 is your code", text="Hurry!\n",
            is_authentic=False,
        )  # fmt: skip
        reader.mail(recipient="somebody.else@mail.sandgram.test")
        box = reader.opened()
        assert uids(box, *keys) == expected
        box.logout()

    @pytest.mark.parametrize(
        ("what", "wanted"),
        [
            ("(BODY.PEEK[HEADER.FIELDS (SUBJECT)])", rb"Subject: This week on Sandgram\r\n\r\n\Z"),
            ("(BODY.PEEK[TEXT])", rb"123456 people"),
            ("(BODY.PEEK[]<0.11>)", rb"\AReturn-Path\Z"),
            ("(RFC822.HEADER)", rb"Message-ID: <"),
        ],
    )
    def test_parts_of_a_mail_are_given(self, reader: Reader, what: str, wanted: bytes) -> None:
        reader.mail()
        box = reader.opened()
        assert re.search(wanted, fetched(box, b"1", what))
        box.logout()

    def test_its_outside_is_given_too(self, reader: Reader) -> None:
        reader.mail()
        box = reader.opened()
        _, found = box.fetch("1", "(UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)")
        line = found[0]
        assert isinstance(line, bytes)
        for part in (b"UID 1", b"FLAGS ()", b"INTERNALDATE", b'"news" "letters.sandgram.test"'):
            assert part in line
        assert imaplib.Internaldate2tuple(line) is not None
        box.logout()

    def test_a_waiting_reader_is_told_of_a_new_mail(self, reader: Reader) -> None:
        box = reader.opened()
        box.send(b"W1 IDLE\r\n")
        assert box.readline().startswith(b"+")
        reader.mail()
        assert box.readline() == b"* 1 EXISTS\r\n"
        assert box.readline() == b"* 0 RECENT\r\n"
        box.send(b"DONE\r\n")
        assert box.readline() == b"W1 OK done\r\n"
        box.logout()

    def test_it_opens_by_sasl_and_with_literals(self, reader: Reader) -> None:
        box = reader.connect()
        secret = f"\0{reader.made['email']}\0{reader.made['email_password']}"
        assert box.authenticate("PLAIN", lambda _: secret.encode())[0] == "OK"
        assert box.status("INBOX", "(MESSAGES UIDNEXT)")[1] == [b"INBOX (MESSAGES 0 UIDNEXT 1)"]
        box.logout()
        other = reader.connect()
        address, password = reader.made["email"].encode(), reader.made["email_password"].encode()
        other.send(b"L1 LOGIN {%d}\r\n" % len(address))
        assert other.readline().startswith(b"+")
        other.send(address + b" {%d+}\r\n" % len(password) + password + b"\r\n")
        assert other.readline().startswith(b"L1 OK")
        other.shutdown()

    def test_a_wrong_password_opens_nothing(self, reader: Reader) -> None:
        box = reader.connect()
        for _ in range(3):
            with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
                box.login(reader.made["email"], "not this one")
        with pytest.raises(imaplib.IMAP4.abort):
            box.noop()
        box.shutdown()

    def test_what_it_does_not_know_is_told(self, reader: Reader) -> None:
        box = reader.opened()
        with pytest.raises(imaplib.IMAP4.error, match="no set of messages"):
            box.search(None, "RAINBOW")
        for keys in (
            "NOT " * 500 + "ALL",
            "(" * 500 + "ALL" + ")" * 500,
            "LARGER much",
            "SINCE 1-2-3",
        ):
            with pytest.raises(imaplib.IMAP4.error, match=r"nested|no size|no date"):
                box.search(None, keys)
        assert box.select("Drafts")[0] == "NO"
        box.send(b"nonsense\r\n")
        assert box.readline().startswith(b"* BAD")
        box.logout()


class TestFaults:
    def test_a_mail_can_come_late_or_never(self, reader: Reader) -> None:
        login = reader.made["login"]
        reader.sandgram.fault(
            "slow", surface="imap", action="deliver", account=login, seconds=1, count=1
        )
        reader.sandgram.fault(
            "server_error", surface="imap", action="deliver", account=login, count=1
        )
        assert reader.mail(subject="late")
        assert not reader.mail(subject="lost")
        assert reader.mail(subject="in time")
        box = reader.opened()
        assert uids(box, "ALL") == [b"1"]
        deadline = time.monotonic() + 10
        while len(uids(box, "ALL")) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert b"late" in fetched(box, b"2", "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
        box.logout()

    @pytest.mark.parametrize(
        ("kind", "wanted"),
        [
            ("wrong_password", "AUTHENTICATIONFAILED"),
            ("server_error", "UNAVAILABLE"),
            ("rate_limit_429", "LIMIT"),
        ],
    )
    def test_the_log_in_is_refused(self, reader: Reader, kind: str, wanted: str) -> None:
        reader.sandgram.fault(kind, surface="imap", action="login", account=reader.made["login"])
        box = reader.connect()
        with pytest.raises(imaplib.IMAP4.error, match=wanted):
            box.login(reader.made["email"], reader.made["email_password"])
        box.logout()

    @pytest.mark.parametrize("kind", ["reset", "reset_after", "truncated"])
    def test_the_line_is_cut(self, reader: Reader, kind: str) -> None:
        reader.mail()
        box = reader.opened()
        reader.sandgram.fault(kind, surface="imap", action="fetch", account=reader.made["login"])
        with pytest.raises((imaplib.IMAP4.abort, OSError)):
            fetched(box, b"1", "(BODY.PEEK[])")
        box.shutdown()

    def test_silence_lasts_until_the_reader_goes(self, reader: Reader) -> None:
        reader.sandgram.fault("stall_before", surface="imap", action="connect", count=1)
        with pytest.raises(TimeoutError):
            reader.connect(timeout=0.3)

    def test_nobody_listens_while_it_is_down(self, reader: Reader) -> None:
        box = reader.opened()
        down = reader.sandgram.control.patch("/imap", json={"is_up": False}).json()
        assert down == {"address": reader.sandgram.imap, "is_up": False}
        with pytest.raises(OSError):
            reader.connect()
        with pytest.raises((imaplib.IMAP4.abort, OSError)):
            box.noop()
        box.shutdown()
        reader.sandgram.control.patch("/imap", json={"is_up": True})
        reader.opened().logout()


class TestServing:
    def test_health_and_the_ready_line_tell_its_address(self, sandgram: RunningSandgram) -> None:
        health = sandgram.control.get(sandgram.url + "/sg/health").json()
        assert health["imap"] == sandgram.imap
        host, _, port = sandgram.imap.partition(":")
        with socket.create_connection((host, int(port)), timeout=5) as line:
            assert line.recv(100).startswith(b"* OK")
