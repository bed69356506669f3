"""Keyset paging: a cursor is the sort key of the last row, opaque to the caller."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Path, Query
from pydantic import BaseModel

from retinue.foundation.errors import Invalid

Item = TypeVar("Item")

_BEYOND_ANY_ID = 2**63

Limit = Annotated[int, Query(ge=1, le=1000, description="How many items at most.")]
Cursor = Annotated[
    str | None, Query(max_length=500, description="`next_cursor` of the page before.")
]
# A number that no database can hold is a wrong number, not an error of ours.
RowId = Annotated[int, Path(ge=1, lt=2**63)]
# PostgreSQL takes no NUL, and no id has another character.
RecordId = Annotated[str, Path(min_length=1, max_length=36, pattern=r"^[A-Za-z0-9_-]+$")]


class Page(BaseModel, Generic[Item]):
    items: list[Item]
    next_cursor: str | None = None
    total: int | None = None


def encode_cursor(*key: str | float | None) -> str:
    return (
        base64.urlsafe_b64encode(json.dumps(key, separators=(",", ":")).encode())
        .decode()
        .rstrip("=")
    )


def decode_cursor(cursor: str | None, *types: type) -> tuple[Any, ...] | None:
    """
    The key inside a cursor, checked against the types that it must have.

    Raises:
        Invalid: it is not a cursor of this list.
    """
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        key = json.loads(base64.urlsafe_b64decode(padded.encode()))
    except (ValueError, binascii.Error, UnicodeDecodeError):
        key = None
    fits = (
        isinstance(key, list)
        and len(key) == len(types)
        and all(
            isinstance(part, kind) and not isinstance(part, bool) and _can_be_stored(part)
            for part, kind in zip(key, types, strict=True)
        )
    )
    if not fits:
        raise _not_of_this_list()
    return tuple(key)


def decode_moment_cursor(cursor: str | None) -> tuple[datetime, int] | None:
    """
    The key of a list that is sorted by time and then by number.

    Raises:
        Invalid: it is not a cursor of such a list.
    """
    key = decode_cursor(cursor, str, int)
    if key is None:
        return None
    try:
        moment = datetime.fromisoformat(key[0])
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise _not_of_this_list()
    return moment, key[1]


def _can_be_stored(part: Any) -> bool:
    return not isinstance(part, int) or abs(part) < _BEYOND_ANY_ID


def _not_of_this_list() -> Invalid:
    return Invalid.field(
        "cursor", "is not a cursor of this list; take `next_cursor` as it was given"
    )
