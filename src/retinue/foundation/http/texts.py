"""
No text that comes in holds a byte 0: PostgreSQL cannot store one, nor compare with one.

Asked once for all routes, so that no field of one can forget it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

from fastapi import Request
from starlette.requests import HTTPConnection

from retinue.foundation.errors import Invalid, Problem

_NUL = "\x00"
# Behind an even number of backslashes; behind an odd one it is six characters of plain text.
_ESCAPED = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_MESSAGE = "must not hold a NUL character"

_Place = tuple[str | int, ...]


async def check(connection: HTTPConnection) -> None:
    """
    Raises:
        Invalid: the query or the JSON body holds a NUL somewhere; each place is named.
    """
    found: list[_Place] = []
    if b"%00" in connection.scope.get("query_string", b""):
        found += _in_query(connection)
    if isinstance(connection, Request) and _has_json(connection):
        # FastAPI has read it already, and keeps it.
        body = await connection.body()
        if _ESCAPED.search(body):
            found += _in_json(json.loads(body))
    if found:
        where = ".".join(str(part) for part in found[0][1:]) or str(found[0][0])
        raise Invalid(
            f"{where}: {_MESSAGE}", problems=[Problem(place, _MESSAGE) for place in found]
        )


def _in_query(connection: HTTPConnection) -> list[_Place]:
    query = connection.scope["query_string"].decode("latin-1")
    pairs = parse_qsl(query, keep_blank_values=True)
    return [("query", name) for name, value in pairs if _NUL in name + value]


def _has_json(request: Request) -> bool:
    dependant = getattr(request.scope.get("route"), "dependant", None)
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return bool(dependant and dependant.body_params) and given.endswith("json")


def _in_json(body: Any) -> Iterator[_Place]:
    """The deepest places; a key that holds one is told with `?` instead of it."""
    waiting: list[tuple[_Place, Any]] = [(("body",), body)]
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, str) and _NUL in value:
            yield place
        elif isinstance(value, list):
            waiting += [((*place, number), item) for number, item in enumerate(value)]
        elif isinstance(value, dict):
            for name, item in value.items():
                below = (*place, name.replace(_NUL, "?"))
                if _NUL in name:
                    yield below
                waiting.append((below, item))
