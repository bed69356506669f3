"""How entries are chained: what is hashed, and in which form."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

GENESIS = "0" * 64
"""What the first entry carries as the hash of the one before it."""

HASHED = (
    "id",
    "at",
    "actor",
    "action",
    "subject_kind",
    "subject_id",
    "reason",
    "before",
    "after",
    "request_id",
    "address",
)


def chained_hash(fields: Mapping[str, Any], *, previous: str) -> str:
    """SHA-256 over the canonical JSON of an entry and the hash of the one before it."""
    body = {name: plain(fields[name]) for name in HASHED}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(f"{previous}\n{text}".encode("ascii")).hexdigest()


def plain(value: Any) -> Any:
    """The value as JSON keeps it, so that what is hashed is what is read back."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, Mapping):
        return {text(key): plain(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted((plain(item) for item in value), key=str)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return text(str(value))


def text(value: Any, *, longest: int | None = None) -> str:
    """Text that every engine stores and gives back: no NUL, no lone surrogate, no longer than fits."""
    kept = str(value).replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
    return kept if longest is None else kept[:longest]


def text_or_none(value: str | None, *, longest: int) -> str | None:
    return None if value is None else text(value, longest=longest)
