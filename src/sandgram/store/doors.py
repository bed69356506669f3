"""Rows of the web site: pairs of cookies, log-ins under way, challenges, backup codes."""

from dataclasses import dataclass
from typing import Any

from sandgram.store.database import Database
from sandgram.store.logins import digest


@dataclass(frozen=True, slots=True)
class PairRow:
    """A pair as it is handed out; kept as digests only."""

    auth_token: str
    ct0: str
    at: str
    until: str

    def __repr__(self) -> str:
        return f"PairRow(at={self.at!r})"


# Pairs of cookies


def add_pair(db: Database, number: int, pair: PairRow) -> None:
    """Pairs of the account whose time is over go at the same time."""
    db.change("DELETE FROM pairs WHERE number = ? AND until <= ?", (number, pair.at))
    db.change(
        "INSERT INTO pairs VALUES (?, ?, ?, ?, ?)",
        (digest(pair.auth_token), digest(pair.ct0), number, pair.at, pair.until),
    )


def number_of_pair(db: Database, *, auth_token: str, ct0: str | None, now: str) -> int | None:
    """`ct0` of None asks for nothing but whose the token is."""
    found = db.row(
        "SELECT number FROM pairs WHERE digest = ?1 AND until > ?2 AND (?3 IS NULL OR ct0 = ?3)",
        (digest(auth_token), now, None if ct0 is None else digest(ct0)),
    )
    return int(found[0]) if found else None


def drop_pair(db: Database, auth_token: str) -> None:
    db.change("DELETE FROM pairs WHERE digest = ?", (digest(auth_token),))


def drop_pairs(db: Database, number: int, *, at: str) -> int:
    """End all pairs of an account, the one that its seed makes too."""
    db.change("INSERT OR REPLACE INTO seed_pairs_ended VALUES (?, ?)", (number, at))
    return db.change("DELETE FROM pairs WHERE number = ?", (number,))


def is_seed_pair_ended(db: Database, number: int) -> bool:
    return db.row("SELECT 1 FROM seed_pairs_ended WHERE number = ?", (number,)) is not None


# Log-ins under way


def add_step(db: Database, number: int, *, token: str, at: str, since: str) -> None:
    """Begin a log-in; those of the account that were begun before `since` are forgotten."""
    db.change("DELETE FROM steps WHERE number = ? AND at < ?", (number, since))
    db.change(
        "INSERT INTO steps (digest, number, at) VALUES (?, ?, ?)", (digest(token), number, at)
    )


def step(db: Database, token: str) -> dict[str, Any] | None:
    found = db.row("SELECT * FROM steps WHERE digest = ?", (digest(token),))
    return dict(found) if found else None


def count_wrong_code(db: Database, token: str) -> None:
    db.change("UPDATE steps SET wrong = wrong + 1 WHERE digest = ?", (digest(token),))


def drop_step(db: Database, token: str) -> None:
    db.change("DELETE FROM steps WHERE digest = ?", (digest(token),))


# Challenges


def add_challenge(db: Database, number: int, *, ticket: str, at: str) -> None:
    db.change("INSERT INTO challenges (ticket, number, at) VALUES (?, ?, ?)", (ticket, number, at))


def challenge(db: Database, ticket: str) -> dict[str, Any] | None:
    found = db.row("SELECT * FROM challenges WHERE ticket = ?", (ticket,))
    return dict(found) if found else None


def open_challenge(db: Database, number: int, *, since: str) -> dict[str, Any] | None:
    found = db.row(
        "SELECT * FROM challenges WHERE number = ? AND passed_at IS NULL AND at >= ? "
        "ORDER BY at DESC LIMIT 1",
        (number, since),
    )
    return dict(found) if found else None


def challenges(db: Database, *, limit: int) -> list[dict[str, Any]]:
    """Newest first, passed ones too."""
    found = db.rows("SELECT * FROM challenges ORDER BY at DESC, ticket LIMIT ?", (limit,))
    return [dict(row) for row in found]


def next_puzzle(db: Database, ticket: str) -> None:
    db.change("UPDATE challenges SET puzzle = puzzle + 1 WHERE ticket = ?", (ticket,))


def pass_challenge(db: Database, ticket: str, *, at: str) -> bool:
    """True for whoever passed it first."""
    return bool(
        db.change(
            "UPDATE challenges SET passed_at = ? WHERE ticket = ? AND passed_at IS NULL",
            (at, ticket),
        )
    )


# Backup codes


def add_backup_codes(db: Database, number: int, codes: list[str], *, at: str) -> None:
    for code in codes:
        db.change(
            "INSERT INTO codes (number, kind, code, at) VALUES (?, 'backup', ?, ?)",
            (number, code, at),
        )


def backup_codes(db: Database, number: int) -> list[dict[str, Any]]:
    found = db.rows(
        "SELECT code, used FROM codes WHERE number = ? AND kind = 'backup' ORDER BY seq", (number,)
    )
    return [{"code": row["code"], "is_used": bool(row["used"])} for row in found]
