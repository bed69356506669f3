"""Tokens of the X surface, kept as digests. A family is what came of one authorisation."""

import hashlib
from dataclasses import dataclass

from sandgram.store.database import Database

ACCESS, REFRESH = "access", "refresh"


@dataclass(frozen=True, slots=True)
class TokenRow:
    number: int
    family: str
    scope: str


def add(db: Database, token: str, row: TokenRow, *, kind: str, until: str) -> None:
    db.change(
        "INSERT INTO x_tokens VALUES (?, ?, ?, ?, ?, ?)",
        (_digest(token), row.number, kind, row.family, row.scope, until),
    )


def find(db: Database, token: str, *, kind: str, now: str) -> TokenRow | None:
    """None for a token that never was, has been used up or has run out."""
    found = db.row(
        "SELECT number, family, scope FROM x_tokens WHERE digest = ? AND kind = ? AND until > ?",
        (_digest(token), kind, now),
    )
    return TokenRow(int(found[0]), str(found[1]), str(found[2])) if found else None


def end_family(db: Database, family: str) -> int:
    return db.change("DELETE FROM x_tokens WHERE family = ?", (family,))


def end_access(db: Database, number: int, *, at: str) -> int:
    """Let an account's access tokens run out; its refresh tokens stay."""
    return db.change(
        "UPDATE x_tokens SET until = ? WHERE number = ? AND kind = ?", (at, number, ACCESS)
    )


def end_all(db: Database, number: int) -> int:
    return db.change("DELETE FROM x_tokens WHERE number = ?", (number,))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
