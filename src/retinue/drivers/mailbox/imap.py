"""
Mailboxes over IMAP4rev1.

The mailbox is opened with EXAMINE and read with PEEK, so that no mail is marked by it. Mails are
known by UIDVALIDITY and UID.
"""

from __future__ import annotations

import contextlib
import imaplib
import ipaddress
import re
import ssl
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from retinue.drivers.errors import CallPhase, FailureClass
from retinue.drivers.mailbox.letters import Head, Letter, code_of, is_from, read_head
from retinue.drivers.mailbox.protocol import (
    EARLIER,
    MailboxFailed,
    MailCode,
    MailServer,
    NoCodeCame,
    Security,
)
from retinue.foundation.clock import Clock

_ANSWER_SECONDS = 15.0
_PAUSES = (1.0, 1.0, 2.0, 2.0, 3.0, 5.0)
"""Between looks, in seconds; the last for all further ones."""
_MOST_LETTERS = 50
_LARGEST_LETTER = 200_000
_FALLS = 3
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NOT_NOW = re.compile(r"\[(UNAVAILABLE|LIMIT|INUSE|SERVERBUG|CONTACTADMIN)\]", re.IGNORECASE)
_UID = re.compile(rb"\bUID (\d+)")


class ImapMailboxes:
    """`trust` says whom to believe where TLS is spoken; the usual authorities unless given."""

    def __init__(
        self, *, trust: ssl.SSLContext | None = None, seconds: float | None = None
    ) -> None:
        self._trust = trust
        self._seconds = seconds or _ANSWER_SECONDS

    def open(self, server: MailServer, *, login: str, password: str) -> ImapMailbox:
        return ImapMailbox(
            server, login=login, password=password, trust=self._trust, seconds=self._seconds
        )


class ImapMailbox:
    def __init__(
        self,
        server: MailServer,
        *,
        login: str,
        password: str,
        trust: ssl.SSLContext | None,
        seconds: float,
    ) -> None:
        self._server = server
        self._login = login
        self._password = password
        self._trust = trust
        self._seconds = seconds
        self._line: imaplib.IMAP4 | None = None
        self._validity = 0
        self._given: set[tuple[int, int]] = set()

    def __repr__(self) -> str:
        return f"ImapMailbox(login={self._login!r}, host={self._server.host!r})"

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
        deadline = clock.monotonic() + timeout
        falls = 0
        pauses = iter(_PAUSES)
        while True:
            try:
                found = self._look(address=address, since=since, senders=senders, used=used)
                falls = 0
            except MailboxFailed as error:
                self.close()
                falls += 1
                is_passing = error.failure is FailureClass.transient and falls < _FALLS
                if not is_passing or clock.monotonic() >= deadline:
                    raise
                found = None
            if found is not None:
                return found
            left = deadline - clock.monotonic()
            if left <= 0:
                raise NoCodeCame(f"no mail with a code came within {timeout:.0f} s")
            clock.sleep(min(next(pauses, _PAUSES[-1]), left))

    def close(self) -> None:
        line, self._line = self._line, None
        if line is None:
            return
        try:
            line.logout()
        except (imaplib.IMAP4.error, OSError):
            # What cannot say goodbye any more still holds a socket.
            with contextlib.suppress(OSError):
                line.shutdown()

    def _look(
        self, *, address: str, since: datetime, senders: tuple[str, ...], used: Collection[str]
    ) -> MailCode | None:
        line = self._opened()
        try:
            letters = self._letters(line, since=since)
            for letter in sorted(letters, key=lambda one: (one.received_at, one.uid), reverse=True):
                head = letter.head
                if (
                    (self._validity, letter.uid) in self._given
                    or head.message_id in used
                    or address.casefold() not in head.recipients
                    or not is_from(head.sender, senders)
                    or not self._is_in_time(head, since)
                    or (self._server.is_authenticating and not head.is_signed)
                ):
                    continue
                code = code_of(self._whole(line, letter.uid))
                if code is not None:
                    self._given.add((self._validity, letter.uid))
                    return MailCode(code, head.message_id, letter.received_at)
        except (imaplib.IMAP4.error, OSError, ValueError, IndexError) as error:
            raise _transient(f"the mail server does not answer ({type(error).__name__})") from error
        return None

    @staticmethod
    def _is_in_time(head: Head, since: datetime) -> bool:
        return head.written_at is not None and head.written_at >= since - EARLIER

    def _letters(self, line: imaplib.IMAP4, *, since: datetime) -> list[Letter]:
        """The newest that may have come since; a day more, for the days of the server's time zone."""
        day = (since - EARLIER).astimezone(UTC) - timedelta(days=1)
        line.noop()
        kind, found = line.uid(
            "SEARCH", "SINCE", f"{day.day:02d}-{_MONTHS[day.month - 1]}-{day.year:04d}"
        )
        _check(kind)
        uids = sorted(int(one) for one in (found[-1] or b"").split())[-_MOST_LETTERS:]
        if not uids:
            return []
        wanted = ",".join(map(str, uids))
        kind, answer = line.uid("FETCH", wanted, "(UID INTERNALDATE BODY.PEEK[HEADER])")
        _check(kind)
        letters = []
        for part in answer:
            if not isinstance(part, tuple):
                continue
            uid, head = _UID.search(part[0]), read_head(part[1])
            if uid is None or head is None:
                continue
            if not head.message_id:
                # A name of its own, so that whoever remembers what was used can do that.
                head = replace(
                    head, message_id=f"<{self._validity}.{int(uid[1])}@{self._server.host}>"
                )
            received = _received(part[0]) or head.written_at or since
            letters.append(Letter(int(uid[1]), received, head, part[1]))
        return letters

    def _whole(self, line: imaplib.IMAP4, uid: int) -> bytes:
        kind, found = line.uid("FETCH", str(uid), f"(UID BODY.PEEK[]<0.{_LARGEST_LETTER}>)")
        _check(kind)
        return next((bytes(part[1]) for part in found if isinstance(part, tuple)), b"")

    def _opened(self) -> imaplib.IMAP4:
        if self._line is None:
            self._line = self._connected()
            try:
                self._log_in(self._line)
                kind, _ = self._line.select("INBOX", readonly=True)
                _check(kind)
                said = self._line.response("UIDVALIDITY")[1]
                self._validity = int(said[0]) if said and said[0] else 0
            except (imaplib.IMAP4.error, OSError, ValueError) as error:
                raise _transient(
                    f"the mail server does not open the mailbox ({type(error).__name__})"
                ) from error
        return self._line

    def _connected(self) -> imaplib.IMAP4:
        server = self._server
        port = server.port or (993 if server.security is Security.tls else 143)
        try:
            if server.security is Security.tls:
                return imaplib.IMAP4_SSL(
                    server.host, port, ssl_context=self._whom_to_trust(), timeout=self._seconds
                )
            if server.security is Security.plain and not _is_loopback(server.host):
                raise MailboxFailed(
                    FailureClass.invalid_input,
                    message=f"{server.host} is not on this machine: set its security to tls or starttls",
                    phase=CallPhase.not_sent,
                )
            line = imaplib.IMAP4(server.host, port, timeout=self._seconds)
            if server.security is Security.starttls:
                line.starttls(self._whom_to_trust())
        except ssl.SSLCertVerificationError as error:
            raise MailboxFailed(
                FailureClass.invalid_input,
                message=f"the certificate of {server.host} is not valid: {error.verify_message}",
                phase=CallPhase.not_sent,
            ) from error
        except (imaplib.IMAP4.error, OSError, ValueError) as error:
            raise _transient(
                f"the mail server {server.host}:{port} cannot be reached ({type(error).__name__})",
                phase=CallPhase.not_sent,
            ) from error
        return line

    def _log_in(self, line: imaplib.IMAP4) -> None:
        try:
            if f"{self._login}{self._password}".isascii():
                line.login(self._login, self._password)
            else:
                words = f"\0{self._login}\0{self._password}".encode()
                line.authenticate("PLAIN", lambda _: words)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            # `from None`: some servers repeat what they were told.
            if _NOT_NOW.search(str(error)):
                raise _transient("the mail server takes no log-ins at the moment") from None
            raise MailboxFailed(
                FailureClass.auth_expired,
                message="the mail server refused the password",
                is_refusal=True,
            ) from None

    def _whom_to_trust(self) -> ssl.SSLContext:
        return self._trust or ssl.create_default_context()


def _check(kind: str) -> None:
    if kind != "OK":
        raise ValueError("the mail server said no")


def _received(said: bytes) -> datetime | None:
    # Not by the library's own reading of it, which answers in this machine's local time.
    text = re.search(rb'INTERNALDATE "([^"]+)"', said)
    if text is None:
        return None
    day, month, rest = text[1].decode("ascii").strip().split("-", 2)
    number = _MONTHS.index(month.title()) + 1
    return datetime.strptime(f"{day.strip()} {number} {rest}", "%d %m %Y %H:%M:%S %z")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _transient(message: str, *, phase: CallPhase = CallPhase.sent) -> MailboxFailed:
    return MailboxFailed(FailureClass.transient, message=message, phase=phase)
