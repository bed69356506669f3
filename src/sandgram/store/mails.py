"""Mails of the accounts. A mail gets its number in the mailbox when it arrives, not when it is sent."""

from dataclasses import dataclass
from typing import Any

from sandgram.store.database import Database

_VALIDITY = "mail_validity"


@dataclass(frozen=True, slots=True)
class MailRow:
    due: str
    sender: str
    subject: str
    message: bytes

    def __repr__(self) -> str:
        return f"MailRow(due={self.due!r}, sender={self.sender!r})"


def add(db: Database, number: int, mail: MailRow) -> int:
    return db.insert(
        "INSERT INTO mails (number, due, sender, subject, message) VALUES (?, ?, ?, ?, ?)",
        (number, mail.due, mail.sender, mail.subject, mail.message),
    )


def arrived(db: Database, number: int, *, now: str) -> list[dict[str, Any]]:
    """What is in the mailbox, without the messages; what is due by now arrives first."""
    waiting = (
        "SELECT seq FROM mails WHERE number = ? AND uid IS NULL AND due <= ? ORDER BY due, seq"
    )
    if db.row(waiting, (number, now)) is not None:
        with db.transaction():
            last = db.count("SELECT coalesce(max(uid), 0) FROM mails WHERE number = ?", (number,))
            for uid, row in enumerate(db.rows(waiting, (number, now)), start=last + 1):
                db.change("UPDATE mails SET uid = ? WHERE seq = ?", (uid, row["seq"]))
    found = db.rows(
        "SELECT uid, due, sender, subject, length(message) AS size, is_seen FROM mails "
        "WHERE number = ? AND uid IS NOT NULL ORDER BY uid",
        (number,),
    )
    return [dict(row) for row in found]


def message(db: Database, number: int, uid: int) -> bytes:
    found = db.row("SELECT message FROM mails WHERE number = ? AND uid = ?", (number, uid))
    return bytes(found[0]) if found else b""


def mark_seen(db: Database, number: int, uid: int, *, is_seen: bool) -> None:
    db.change(
        "UPDATE mails SET is_seen = ? WHERE number = ? AND uid = ?", (int(is_seen), number, uid)
    )


def validity(db: Database) -> int:
    """Numbers of mails are good as long as this one stays."""
    return int(db.meta(_VALIDITY) or 1)


def renew_validity(db: Database) -> None:
    db.set_meta(_VALIDITY, str(validity(db) + 1))
