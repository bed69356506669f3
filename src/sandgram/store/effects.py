"""The oracle's table: every effect that reached the world, in order."""

# ruff: noqa: S608 - statements are put together from this file's own words; values are bound.

import json
from dataclasses import asdict, dataclass
from typing import Any

from sandgram.store.database import Database

_COLUMNS = (
    "account, action, object_kind, object_id, person_id, handle, at, source, request_id, details"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Effect:
    account: str
    action: str
    object_kind: str
    object_id: str
    person_id: str
    handle: str
    at: str
    source: str
    request_id: str | None
    details: str | None = None
    """JSON: what was written and shown, where that is the account's own."""


@dataclass(frozen=True, slots=True)
class Question:
    """Which effects to look at; None means all."""

    account: str | None = None
    action: str | None = None
    person: str | None = None
    object_id: str | None = None
    since: str | None = None
    after_seq: int = 0


def record(db: Database, effect: Effect) -> int:
    return _insert(db, "effects", effect)


def record_repeat(db: Database, effect: Effect) -> int:
    """Remember that something was asked for a second time and had no effect."""
    return _insert(db, "repeats", effect)


def query(
    db: Database, question: Question, *, limit: int, table: str = "effects"
) -> list[dict[str, Any]]:
    where, values = _where(question)
    found = db.rows(f"SELECT * FROM {table} WHERE {where} ORDER BY seq LIMIT ?", (*values, limit))
    return [{**dict(row), "details": json.loads(row["details"] or "null")} for row in found]


def count(db: Database, question: Question, *, table: str = "effects") -> int:
    where, values = _where(question)
    return db.count(f"SELECT count(*) FROM {table} WHERE {where}", values)


def count_by_action(db: Database, question: Question) -> dict[str, int]:
    where, values = _where(question)
    found = db.rows(
        f"SELECT action, count(*) FROM effects WHERE {where} GROUP BY action ORDER BY action",
        values,
    )
    return {str(row[0]): int(row[1]) for row in found}


def groups(
    db: Database, question: Question, *, keys: tuple[str, ...], limit: int = 1000
) -> list[dict[str, Any]]:
    """Effects that share all of `keys`, where there are two or more; the largest first."""
    where, values = _where(question)
    names = ", ".join(keys)
    found = db.rows(
        f"SELECT {names}, max(handle) AS handle, count(*) AS effects, "
        "group_concat(DISTINCT account) AS accounts, min(at) AS first_at, max(at) AS last_at "
        f"FROM effects WHERE {where} GROUP BY {names} HAVING count(*) > 1 "
        f"ORDER BY count(*) DESC, {names} LIMIT ?",
        (*values, limit),
    )
    return [{**dict(row), "accounts": str(row["accounts"]).split(",")} for row in found]


def _insert(db: Database, table: str, effect: Effect) -> int:
    return db.insert(
        f"INSERT INTO {table} ({_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?)",
        tuple(asdict(effect).values()),
    )


def _where(question: Question) -> tuple[str, list[Any]]:
    parts, values = ["seq > ?"], [question.after_seq]
    simple: tuple[tuple[str, Any], ...] = (
        ("account = ?", question.account),
        ("action = ?", question.action),
        ("object_id = ?", question.object_id),
        ("at >= ?", question.since),
    )
    filled: list[Any] = list(values)
    for part, value in simple:
        if value is not None:
            parts.append(part)
            filled.append(value)
    if question.person is not None:
        parts.append("(person_id = ? OR handle = ?)")
        filled += [question.person, question.person.lstrip("@").lower()]
    return " AND ".join(parts), filled
