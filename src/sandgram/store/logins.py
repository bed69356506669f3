"""Account rows, session tokens, log-in history and mailed codes."""

import hashlib
from typing import Any

from sandgram.store.database import Database

PROFILE_FIELDS = ("name", "bio", "link", "location", "lang", "avatar", "banner")


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def account(db: Database, number: int) -> dict[str, Any] | None:
    """What differs from the account that the seed makes; None if nothing does."""
    found = db.row("SELECT * FROM accounts WHERE number = ?", (number,))
    return dict(found) if found else None


def account_by_login(db: Database, login: str) -> dict[str, Any] | None:
    found = db.row("SELECT * FROM accounts WHERE login = ?", (login,))
    return dict(found) if found else None


def add_account(db: Database, *, login: str, first_number: int) -> int:
    """The number given. A taken login raises sqlite3.IntegrityError."""
    number = 1 + db.count(
        "SELECT coalesce(max(number), ?) FROM accounts WHERE number >= ?",
        (first_number - 1, first_number),
    )
    db.change("INSERT INTO accounts (number, login) VALUES (?, ?)", (number, login))
    return number


def update_account(db: Database, number: int, *, login: str, values: dict[str, str | None]) -> None:
    db.change("INSERT OR IGNORE INTO accounts (number, login) VALUES (?, ?)", (number, login))
    for name, value in values.items():
        if name not in (*PROFILE_FIELDS, "password", "status"):
            raise KeyError(name)
        db.change(
            f"UPDATE accounts SET {name} = ? WHERE number = ?",  # noqa: S608 - checked above
            (value, number),
        )


def add_token(db: Database, number: int, *, token: str, at: str) -> None:
    db.change("INSERT INTO tokens VALUES (?, ?, ?)", (digest(token), number, at))


def number_of_token(db: Database, token: str) -> int | None:
    found = db.row("SELECT number FROM tokens WHERE digest = ?", (digest(token),))
    return int(found[0]) if found else None


def drop_token(db: Database, token: str) -> None:
    db.change("DELETE FROM tokens WHERE digest = ?", (digest(token),))


def drop_tokens(db: Database, number: int, *, keep: str | None = None) -> int:
    """End the sessions of an account, all but the one of the token `keep`."""
    return db.change(
        "DELETE FROM tokens WHERE number = ? AND digest <> ?",
        (number, digest(keep) if keep else ""),
    )


def record_login(
    db: Database, *, login: str, outcome: str, at: str, source: str, surface: str
) -> None:
    db.change(
        "INSERT INTO logins (login, outcome, at, source, surface) VALUES (?, ?, ?, ?, ?)",
        (login, outcome, at, source, surface),
    )


def login_history(db: Database, *, login: str | None, limit: int) -> list[dict[str, Any]]:
    found = db.rows(
        "SELECT * FROM logins WHERE (?1 IS NULL OR login = ?1) ORDER BY seq DESC LIMIT ?2",
        (login, limit),
    )
    return [dict(row) for row in found]


def add_code(db: Database, number: int, *, kind: str, code: str, at: str) -> None:
    db.change(
        "INSERT INTO codes (number, kind, code, at) VALUES (?, ?, ?, ?)", (number, kind, code, at)
    )


def use_code(db: Database, number: int, *, kind: str, code: str, since: str) -> bool:
    """Spend a code: true once, for a code that was made at `since` or later."""
    return bool(
        db.change(
            "UPDATE codes SET used = 1 WHERE seq = (SELECT seq FROM codes WHERE number = ? "
            "AND kind = ? AND code = ? AND at >= ? AND used = 0 ORDER BY seq DESC LIMIT 1)",
            (number, kind, code, since),
        )
    )


def has_code(db: Database, number: int, *, kind: str) -> bool:
    return bool(db.row("SELECT 1 FROM codes WHERE number = ? AND kind = ? LIMIT 1", (number, kind)))


def was_spent(db: Database, number: int, *, kind: str, code: str) -> bool:
    return bool(
        db.row(
            "SELECT 1 FROM codes WHERE number = ? AND kind = ? AND code = ? AND used = 1",
            (number, kind, code),
        )
    )


def spend_new(db: Database, number: int, *, kind: str, code: str, at: str) -> None:
    db.change(
        "INSERT INTO codes (number, kind, code, at, used) VALUES (?, ?, ?, ?, 1)",
        (number, kind, code, at),
    )


def mailed_codes(db: Database, number: int) -> list[dict[str, Any]]:
    found = db.rows(
        "SELECT code, at, used FROM codes WHERE number = ? AND kind = 'email' ORDER BY seq DESC",
        (number,),
    )
    return [dict(row) for row in found]


def rename(db: Database, *, person_id: str, handle: str) -> None:
    db.change(
        "INSERT INTO renames VALUES (?, ?) "
        "ON CONFLICT (person_id) DO UPDATE SET handle = excluded.handle",
        (person_id, handle),
    )


def renames(db: Database) -> dict[str, str]:
    """Person id to handle, for the few that were renamed."""
    return {str(row[0]): str(row[1]) for row in db.rows("SELECT person_id, handle FROM renames")}
