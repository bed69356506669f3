from __future__ import annotations

import pytest

from retinue.drivers.mailbox.letters import code_of, is_from, read_head

HEAD = (
    "Authentication-Results: mx.test; spf=fail; dkim=pass (good; key) header.d=sandgram.test\r\n"
    "Authentication-Results: evil.test; dkim=pass header.d=example.org\r\n"
    "From: Sandgram <Security@Sandgram.test>\r\nTo: ava@mail.test, bea@mail.test\r\n"
    "Date: Sat, 21 Nov 2026 12:00:00 +0100\r\nMessage-ID: <a@b>\r\n"
)


def mail(*, subject: str = "Hello", text: str = "", kind: str = "text/plain") -> bytes:
    return f"Subject: {subject}\r\nContent-Type: {kind}; charset=utf-8\r\n\r\n{text}".encode()


class TestReadHead:
    def test_all_of_it(self) -> None:
        head = read_head(HEAD.encode())
        assert head is not None
        assert head.sender == "security@sandgram.test"
        assert head.recipients == {"ava@mail.test", "bea@mail.test"}
        assert head.signers == {"sandgram.test"}
        assert head.is_signed
        assert head.written_at is not None
        assert head.written_at.isoformat() == "2026-11-21T12:00:00+01:00"

    @pytest.mark.parametrize(
        "result",
        [
            "mx.test; dkim=fail header.d=sandgram.test",
            "mx.test; dkim=pass header.d=other.test",
            "mx.test; dkim=pass header.d=ram.test",
            "mx.test; dkim=pass",
            "mx.test; spf=pass smtp.mailfrom=sandgram.test; x=dkim=pass header.d=sandgram.test",
            "dkim=pass header.d=sandgram.test",
            "none",
        ],
    )
    def test_what_is_no_signature_of_the_sender(self, result: str) -> None:
        head = read_head(f"Authentication-Results: {result}\r\nFrom: a@sandgram.test\r\n".encode())
        assert head is not None
        assert not head.is_signed

    def test_the_domain_above_may_have_signed(self) -> None:
        head = read_head(
            b"Authentication-Results: mx; dkim=pass header.i=@sandgram.test\r\n"
            b"From: a@mail.sandgram.test\r\n"
        )
        assert head is not None
        assert head.is_signed

    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"\xff\xfe\x00",
            b"From: a@b.test, c@d.test\r\n",
            b"From: a@b.test\r\nFrom: c@d.test\r\n",
            b"From: nobody\r\n",
            b"From: =?utf-8?q?=\r\n",
        ],
    )
    def test_one_sender_or_none(self, raw: bytes) -> None:
        head = read_head(raw)
        assert head is None or head.sender == ""


class TestCodeOf:
    @pytest.mark.parametrize(
        ("raw", "code"),
        [
            (mail(subject="123456 is your code"), "123456"),
            (mail(subject="Your code", text="Code: 12345678."), "12345678"),
            (
                mail(text="<style>.x{color:#123456}</style><b>765432</b>", kind="text/html"),
                "765432",
            ),
            (mail(text="On 2026-11-21 at 12:00:00, order 12345"), None),
            (mail(text="https://a.test/123456 and #123456 and 123456789"), None),
            (mail(subject="=?utf-8?q?=31=32=33=34=35=36?="), "123456"),
            (b"Content-Type: text/plain; charset=nonsense\r\n\r\n123456", None),
            (b"", None),
        ],
    )
    def test_it_stands_alone(self, raw: bytes, code: str | None) -> None:
        assert code_of(raw) == code


class TestIsFrom:
    @pytest.mark.parametrize(
        ("sender", "is_one"),
        [
            ("security@sandgram.test", True),
            ("news@sandgram.test", False),
            ("anybody@alerts.test", True),
            ("anybody@x.alerts.test", False),
            ("", False),
        ],
    )
    def test_addresses_and_domains(self, sender: str, is_one: bool) -> None:
        assert is_from(sender, ("Security@Sandgram.test", "alerts.test")) is is_one
