from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from retinue.drivers.errors import CallPhase, FailureClass
from retinue.drivers.mailbox.imap import ImapMailboxes
from retinue.drivers.mailbox.protocol import MailboxFailed, MailServer, NoCodeCame, Security
from retinue.foundation.clock import SystemClock
from tests.retinue.drivers.mailbox.conftest import SENDER, SandgramPost
from tests.retinue.drivers.mailbox.test_contract import wait


class TestReading:
    def test_it_leaves_no_trace(self, letterbox: SandgramPost) -> None:
        letterbox.mail("111111")
        with closing(letterbox.open()) as mailbox:
            wait(mailbox, letterbox)
        login = letterbox.made["login"]
        mails = letterbox.sandgram.control.get(f"/accounts/{login}/mails").json()["items"]
        assert [one["is_seen"] for one in mails] == [False]

    def test_who_only_claims_to_be_the_sender_is_not_believed(
        self, letterbox: SandgramPost
    ) -> None:
        letterbox.send(sender=f"Sandgram <{SENDER}>", subject="999999", is_authentic=False)
        with closing(letterbox.open()) as mailbox, pytest.raises(NoCodeCame):
            wait(mailbox, letterbox)
        letterbox.server = replace(letterbox.server, is_authenticating=False)
        with closing(letterbox.open()) as mailbox:
            assert wait(mailbox, letterbox).code == "999999"

    def test_a_code_may_stand_in_the_text(self, letterbox: SandgramPost) -> None:
        letterbox.send(
            sender=SENDER,
            subject="Your Sandgram code",
            text="Mail no. 12345 of 2026-11-21:\nyour code is 87654321.\nRef #1234567\n",
        )
        with closing(letterbox.open()) as mailbox:
            assert wait(mailbox, letterbox).code == "87654321"

    def test_a_mail_without_a_code_is_passed_over(self, letterbox: SandgramPost) -> None:
        letterbox.mail("111111", age=20)
        letterbox.send(sender=SENDER, subject="A new log-in", text="Was it you?\n")
        with closing(letterbox.open()) as mailbox:
            assert wait(mailbox, letterbox).code == "111111"


class TestTrouble:
    @pytest.mark.parametrize("kind", ["reset", "truncated", "server_error"])
    def test_a_line_that_is_cut_once_is_made_again(
        self, letterbox: SandgramPost, kind: str
    ) -> None:
        letterbox.mail("111111")
        letterbox.sandgram.fault(
            kind, surface="imap", action="fetch", account=letterbox.made["login"], count=1
        )
        with closing(letterbox.open()) as mailbox:
            assert wait(mailbox, letterbox, timeout=20).code == "111111"

    @pytest.mark.parametrize("kind", ["server_error", "rate_limit_429"])
    def test_one_that_takes_no_log_ins_now_says_nothing_about_the_password(
        self, letterbox: SandgramPost, kind: str
    ) -> None:
        letterbox.sandgram.fault(
            kind, surface="imap", action="login", account=letterbox.made["login"]
        )
        with closing(letterbox.open()) as mailbox, pytest.raises(MailboxFailed) as caught:
            wait(mailbox, letterbox)
        assert caught.value.failure is FailureClass.transient

    def test_a_server_that_is_down_is_said(self, letterbox: SandgramPost) -> None:
        letterbox.sandgram.control.patch("/imap", json={"is_up": False})
        with closing(letterbox.open()) as mailbox, pytest.raises(MailboxFailed) as caught:
            wait(mailbox, letterbox)
        letterbox.sandgram.control.patch("/imap", json={"is_up": True})
        assert caught.value.failure is FailureClass.transient
        assert caught.value.phase is CallPhase.not_sent
        assert "cannot be reached" in caught.value.message

    def test_one_that_is_silent_is_given_up(self, letterbox: SandgramPost) -> None:
        letterbox.sandgram.fault("stall_before", surface="imap", action="connect", count=1)
        with closing(letterbox.open()) as mailbox, pytest.raises(MailboxFailed) as caught:
            wait(mailbox, letterbox)
        assert caught.value.failure is FailureClass.transient

    def test_without_tls_nothing_beyond_this_machine_is_reached(self) -> None:
        server = MailServer("mail.example.org", security=Security.plain)
        mailbox = ImapMailboxes().open(server, login="a", password="b")
        with pytest.raises(MailboxFailed, match="set its security to tls") as caught:
            mailbox.wait_for_code(
                address="a@b",
                since=datetime.now(UTC),
                senders=(SENDER,),
                timeout=0,
                clock=SystemClock(),
            )
        assert caught.value.failure is FailureClass.invalid_input


class TestTls:
    def test_it_is_spoken_with_whom_is_trusted_and_with_nobody_else(
        self, letterbox: SandgramPost, tmp_path: Path
    ) -> None:
        letterbox.mail("111111")
        certificate = _certificate(tmp_path)
        trust = ssl.create_default_context(cafile=str(certificate))
        with _behind_tls(certificate, letterbox.server) as port:
            server = MailServer("127.0.0.1", port, Security.tls)
            login, password = letterbox.address, letterbox.made["email_password"]
            trusting = ImapMailboxes(trust=trust, seconds=5).open(
                server, login=login, password=password
            )
            with closing(trusting) as mailbox:
                assert wait(mailbox, letterbox).code == "111111"
            doubting = ImapMailboxes(seconds=5).open(server, login=login, password=password)
            refused = pytest.raises(MailboxFailed, match="certificate of")
            with closing(doubting) as mailbox, refused:
                wait(mailbox, letterbox)


def _certificate(folder: Path) -> Path:
    """A key and a certificate of its own for 127.0.0.1, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True,
                key_cert_sign=True,
                crl_sign=True,
                content_commitment=False,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .sign(key, hashes.SHA256())
    )
    path = folder / "mail.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@contextmanager
def _behind_tls(certificate: Path, server: MailServer) -> Iterator[int]:
    """Sandgram's mail server, with TLS before it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def copy(source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                target.sendall(data)
        for one in (source, target):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    opened: list[socket.socket] = []

    def serve(listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                raw, _ = listening.accept()
                opened.append(raw)
                with suppress(OSError):
                    near = context.wrap_socket(raw, server_side=True)
                    opened.append(near)
                    far = socket.create_connection((server.host, server.port or 0))
                    opened.append(far)
                    for pair in ((near, far), (far, near)):
                        threading.Thread(target=copy, args=pair, daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=(listening,), daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        thread.join(timeout=5)
        for one in opened:
            one.close()
