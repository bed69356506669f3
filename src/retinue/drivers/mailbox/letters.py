"""One mail: whom it is from and to, whether that is proved, and the code in it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import getaddresses, parsedate_to_datetime

_CODE = re.compile(r"(?<![\w./:#-])(\d{6,8})(?![\w/:-])")
_COMMENT = re.compile(r"\([^()]*\)")
_SIGNED = re.compile(r"^\s*dkim\s*=\s*pass\b", re.IGNORECASE)
_SIGNER = re.compile(r"\bheader\.(?:d|i)\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)
_TAG = re.compile(r"<(style|script|head)\b.*?</\1\s*>|<[^>]*>", re.IGNORECASE | re.DOTALL)
_LONGEST_TEXT = 20_000


@dataclass(frozen=True, slots=True)
class Head:
    sender: str
    """One address, without case; empty where there is none, or more than one."""
    recipients: frozenset[str]
    signers: frozenset[str]
    """Domains that the receiving server has found a good signature of."""
    written_at: datetime | None
    message_id: str

    @property
    def is_signed(self) -> bool:
        domain = self.sender.rpartition("@")[2]
        return any(one == domain or domain.endswith(f".{one}") for one in self.signers if one)


@dataclass(frozen=True, slots=True)
class Letter:
    uid: int
    received_at: datetime
    head: Head
    raw: bytes = field(repr=False)


def read_head(raw: bytes) -> Head | None:
    """None for what is so broken that nobody can say whom it is from."""
    try:
        mail = message_from_bytes(raw, policy=default)
        senders = _addresses(mail, "From")
        return Head(
            sender=next(iter(senders)) if len(senders) == 1 else "",
            recipients=frozenset(_addresses(mail, "To")),
            signers=frozenset(_signers(mail)),
            written_at=_moment(str(mail["Date"] or "")),
            message_id=str(mail["Message-ID"] or "").strip()[:255],
        )
    except (ValueError, LookupError, TypeError, AttributeError):
        # The library's parser of headers fails on some that no honest sender writes.
        return None


def code_of(raw: bytes) -> str | None:
    """Six to eight digits that stand alone, in the subject or else in the text."""
    try:
        mail = message_from_bytes(raw, policy=default)
        found = _CODE.search(str(mail["Subject"] or "")) or _CODE.search(_text(mail))
    except (ValueError, LookupError, TypeError, AttributeError):
        return None
    return found[1] if found else None


def is_from(sender: str, senders: Iterable[str]) -> bool:
    """`senders` are addresses, or domains with all their mailboxes; compared without case."""
    domain = sender.rpartition("@")[2]
    return bool(domain) and any(
        one == sender or one.removeprefix("@") == domain for one in map(str.casefold, senders)
    )


def _addresses(mail: EmailMessage, name: str) -> list[str]:
    found = getaddresses([str(value) for value in mail.get_all(name, [])])
    return sorted({address.strip().casefold() for _, address in found if "@" in address})


def _signers(mail: EmailMessage) -> set[str]:
    # The topmost is the receiving server's own; those below came with the mail, from anybody.
    first = next(iter(mail.get_all("Authentication-Results", [])), None)
    if first is None:
        return set()
    results = _COMMENT.sub(" ", str(first)).split(";")[1:]
    signed = (_SIGNER.search(one) for one in results if _SIGNED.match(one))
    return {one[1].rpartition("@")[2].casefold() for one in signed if one}


def _moment(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


def _text(mail: EmailMessage) -> str:
    part = mail.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    content = str(part.get_content())
    if part.get_content_type() == "text/html":
        content = html.unescape(_TAG.sub(" ", content))
    return content[:_LONGEST_TEXT]
