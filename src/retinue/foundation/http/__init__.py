"""
HTTP as every slice speaks it: who may call, one transaction per request, one shape of error.
"""

from retinue.foundation.http.dependencies import Db, ReadDb, Rt
from retinue.foundation.http.paging import (
    Cursor,
    Limit,
    Page,
    RecordId,
    RowId,
    decode_cursor,
    decode_moment_cursor,
    encode_cursor,
)
from retinue.foundation.http.principals import Caller, Principal, Scope, heavy, public, requires
from retinue.foundation.http.problems import documented
from retinue.foundation.http.routing import Router
from retinue.foundation.http.schemas import Body, Moment, Success

__all__ = [
    "Body",
    "Caller",
    "Cursor",
    "Db",
    "Limit",
    "Moment",
    "Page",
    "Principal",
    "ReadDb",
    "RecordId",
    "Router",
    "RowId",
    "Rt",
    "Scope",
    "Success",
    "decode_cursor",
    "decode_moment_cursor",
    "documented",
    "encode_cursor",
    "heavy",
    "public",
    "requires",
]
