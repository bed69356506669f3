"""
`Idempotency-Key`: the same request twice is one effect and one answer.

A route that asks for `Db` keeps its answer in its own transaction. The others have no such
transaction (they stream, read a file, or act in several steps) and say so, instead of
taking a key that would promise nothing. Only answers are kept: a refusal has no effect, so
the same request may succeed later.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.responses import Response
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from starlette.requests import HTTPConnection

from retinue.foundation.database.handle import is_busy
from retinue.foundation.errors import Invalid
from retinue.foundation.idempotency import service
from retinue.foundation.idempotency.errors import KeyNotTaken
from retinue.foundation.idempotency.service import Answer, Named
from retinue.foundation.runtime import Runtime

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
_LONGEST = 200
_PREFIX = "/api/"
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
# The length is the body's, and those of the edge are made anew for each answer.
_NOT_KEPT = {"content-length"}

_Asked = TypeVar("_Asked", bound=Callable[..., Any])
_keeping: set[Callable[..., Any]] = set()


def keeping(dependency: _Asked) -> _Asked:
    """A route with this dependency keeps its answers."""
    _keeping.add(dependency)
    return dependency


def keeps_answers(dependant: Dependant | None) -> bool:
    return dependant is not None and any(one.call in _keeping for one in dependant.dependencies)


@dataclass(frozen=True, slots=True)
class Once:
    """A request that is to have its effect once."""

    named: Named
    runtime: Runtime

    def begin(self, db: Session) -> Response | None:
        """The answer of the first request, or None where this is the first."""
        runtime = self.runtime
        try:
            answer = service.take(db, self.named, sealer=runtime.sealer, now=runtime.clock.now())
        except DBAPIError as error:
            # Waiting for the transaction of the first one came to its end before that one did.
            if is_busy(error):
                raise service.still_running() from error
            raise
        if answer is None:
            return None
        response = Response(answer.body, status_code=answer.status)
        response.raw_headers.extend(_encoded((*answer.headers, (REPLAYED, "true"))))
        return response

    def keep(self, db: Session, answer: Any, *, begun: Response | None, status: int | None) -> None:
        """Before the commit. `begun` holds what the endpoint said of an answer that has no body."""
        if isinstance(answer, Response):
            kept = Answer(answer.status_code, _decoded(answer), bytes(answer.body))
        else:
            kept = Answer(status or 200, _decoded(begun) if begun is not None else (), b"")
        service.keep(db, self.named, kept, sealer=self.runtime.sealer)


async def once_of(request: Request) -> Once | None:
    """What the caller says of its own request; None where it says nothing."""
    if not _is_named(request):
        return None
    runtime: Runtime = request.app.state.runtime
    body = hashlib.sha256(await request.body()).hexdigest()
    url = request.url
    digest = runtime.sealer.digest(request.method, url.path, url.query, body)
    named = Named(owner=request.state.principal.key[:190], key=_key_of(request), digest=digest)
    return Once(named, runtime)


def check(connection: HTTPConnection) -> None:
    """
    Raises:
        KeyNotTaken: the caller names its request, and the route could not keep its word.
    """
    if not _is_named(connection):
        return
    if not keeps_answers(getattr(connection.scope.get("route"), "dependant", None)):
        raise KeyNotTaken(
            f"{HEADER}: this route keeps no answers; leave the header out. Sent again, it finds what is done already."
        )
    _key_of(connection)


def _is_named(connection: HTTPConnection) -> bool:
    if connection.scope.get("method", "GET") in _SAFE_METHODS:
        return False
    return HEADER in connection.headers and connection.url.path.startswith(_PREFIX)


def _key_of(connection: HTTPConnection) -> str:
    given = connection.headers.getlist(HEADER)
    key = given[0]
    if len(given) > 1 or not 1 <= len(key) <= _LONGEST or not (key.isascii() and key.isprintable()):
        raise Invalid.field(HEADER, f"give one key of 1 to {_LONGEST} printable ASCII characters")
    return key


def _decoded(response: Response) -> tuple[tuple[str, str], ...]:
    pairs = (
        (name.decode("latin-1"), value.decode("latin-1")) for name, value in response.raw_headers
    )
    return tuple((name, value) for name, value in pairs if name not in _NOT_KEPT)


def _encoded(headers: tuple[tuple[str, str], ...]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
