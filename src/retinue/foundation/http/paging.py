"""Keyset paging: a cursor is the sort key of the last row, opaque to the caller."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Path, Query
from pydantic import BaseModel

from retinue.foundation.errors import Invalid

Item = TypeVar("Item")

Limit = Annotated[int, Query(ge=1, le=1000, description="How many items at most.")]
Cursor = Annotated[
    str | None, Query(max_length=500, description="`next_cursor` of the page before.")
]
# A number that no database can hold is a wrong number, not an error of ours.
RowId = Annotated[int, Path(ge=1, lt=2**63)]


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
            isinstance(part, kind) and not isinstance(part, bool)
            for part, kind in zip(key, types, strict=True)
        )
    )
    if not fits:
        raise Invalid.field(
            "cursor", "is not a cursor of this list; take `next_cursor` as it was given"
        )
    return tuple(key)
