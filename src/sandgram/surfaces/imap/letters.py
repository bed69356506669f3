"""One mail as a mailbox shows it, read from its bytes when somebody looks inside."""

from dataclasses import dataclass, replace
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from email.policy import default as modern
from email.utils import getaddresses, parsedate_to_datetime
from functools import cached_property
from typing import Any

from sandgram.clock import from_text
from sandgram.store import mails
from sandgram.store.database import Database
from sandgram.surfaces.imap.parsing import quoted


@dataclass(frozen=True)
class Letter:
    db: Database
    number: int
    """The account's."""
    uid: int
    arrived_at: datetime
    size: int
    is_seen: bool

    @classmethod
    def of(cls, db: Database, number: int, row: dict[str, Any]) -> "Letter":
        return cls(
            db, number, int(row["uid"]), from_text(row["due"]), int(row["size"]),
            bool(row["is_seen"]),
        )  # fmt: skip

    def marked(self, *, is_seen: bool) -> "Letter":
        return replace(self, is_seen=is_seen)

    @cached_property
    def raw(self) -> bytes:
        return mails.message(self.db, self.number, self.uid)

    @cached_property
    def parsed(self) -> Message:
        return message_from_bytes(self.raw, policy=modern)

    @property
    def head(self) -> bytes:
        return self.raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"

    @property
    def body(self) -> bytes:
        return self.raw.partition(b"\r\n\r\n")[2]

    @property
    def flags(self) -> str:
        return "(\\Seen)" if self.is_seen else "()"

    @property
    def written_at(self) -> datetime:
        return parsedate_to_datetime(str(self.parsed["Date"]))

    def header(self, name: str) -> str:
        return " ".join(str(value) for value in self.parsed.get_all(name, []))

    def fields(self, names: set[str], *, is_without: bool = False) -> bytes:
        """The header's lines of these names, or all the others."""
        kept: list[bytes] = []
        is_kept = False
        for line in self.head.split(b"\r\n"):
            if not line:
                break
            if not line[:1].isspace():
                name = line.partition(b":")[0].decode("ascii", errors="replace").lower()
                is_kept = (name in names) is not is_without
            if is_kept:
                kept.append(line)
        return b"".join(line + b"\r\n" for line in kept) + b"\r\n"

    def internal_date(self) -> str:
        return f'"{self.arrived_at:%d-%b-%Y %H:%M:%S} +0000"'

    def envelope(self) -> str:
        sender = self._addresses("From")
        parts = [
            quoted(self.header("Date")), quoted(self.header("Subject")),
            sender, sender, sender,
            self._addresses("To"), "NIL", "NIL", "NIL",
            quoted(self.header("Message-ID")),
        ]  # fmt: skip
        return f"({' '.join(parts)})"

    def structure(self) -> str:
        lines = self.body.count(b"\n")
        charset = self.parsed.get_content_charset() or "us-ascii"
        encoding = self.header("Content-Transfer-Encoding") or "7bit"
        return f'("text" "plain" ("charset" "{charset}") NIL NIL "{encoding}" {len(self.body)} {lines})'

    def _addresses(self, name: str) -> str:
        found = getaddresses([self.header(name)])
        parts = []
        for shown, address in found:
            local, _, domain = address.rpartition("@")
            parts.append(f"({quoted(shown or None)} NIL {quoted(local)} {quoted(domain)})")
        return f"({''.join(parts)})" if parts else "NIL"
