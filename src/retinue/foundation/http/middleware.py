"""
What happens to every request before a route sees it, and to every answer after.

Plain ASGI, because Starlette's `BaseHTTPMiddleware` costs more than the routes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from fastapi import FastAPI, Request
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from retinue.foundation.clock import PacedClock, pace
from retinue.foundation.configuration import LOOPBACK_HOSTS, Configuration
from retinue.foundation.errors import Forbidden, Refusal, TooLarge
from retinue.foundation.http import problems
from retinue.foundation.http.origins import is_same_origin, may_be_own_page
from retinue.foundation.http.principals import UnsupportedMediaType
from retinue.foundation.http.rate_limits import Allowance, RateLimits
from retinue.foundation.http.sub_path import UnderPath
from retinue.foundation.http.traffic import Counted, Traffic
from retinue.foundation.randomness import new_id

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?::\d{1,5})?")
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}

LARGEST_JSON = 4 * 1024 * 1024
LARGEST_UPLOAD = 10 * 1024 * 1024 + 64 * 1024
"""A file of 10 MB and what multipart wraps it in; the route looks at the file itself."""
LARGEST_ARCHIVE = 201 * 1024 * 1024
_TAKES_ARCHIVES = "/api/content/bulk-upload"

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline';"
    " object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_DEFAULT_HEADERS = [
    (name.lower().encode(), value.encode())
    for name, value in {**SECURITY_HEADERS, "Cache-Control": "no-store"}.items()
]
"""What an answer says unless its route has said otherwise."""

_STARTS_OF_AN_ANSWER = {"http.response.start", "websocket.http.response.start"}

RawHeaders = list[tuple[bytes, bytes]]


class HostNotAllowed(Refusal):
    """The server does not answer to this name."""

    status = 400
    code = "host_not_allowed"


class ForeignOrigin(Forbidden):
    """A page of another site asked for a change."""

    code = "foreign_origin"


class Gate:
    """
    Gives every request an id, refuses what no route should see, and completes every answer.

    The id is the caller's `X-Request-ID` where it is sane. The answer takes it back, with the
    security headers and what is left of the rate limit.
    """

    def __init__(
        self, app: ASGIApp, *, rate_limits: RateLimits, allowed_hosts: tuple[str, ...] = ()
    ) -> None:
        self._app = app
        self._rate_limits = rate_limits
        self._allowed_hosts = {name.lower() for name in (*LOOPBACK_HOSTS, *allowed_hosts)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        scope.setdefault("state", {})["request_id"] = _request_id(headers)
        has_begun = False

        async def send_with_headers(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            if message["type"] in _STARTS_OF_AN_ANSWER:
                message["headers"] = self._completed(message["headers"], scope)
            await send(message)

        try:
            await self._pass(scope, headers, receive, send_with_headers)
        except Exception as error:
            # Starlette would answer from outside of this, without any of these headers.
            if has_begun or scope["type"] == "websocket":
                raise
            await problems.failed(Request(scope), error)(scope, receive, send_with_headers)

    async def _pass(self, scope: Scope, headers: Headers, receive: Receive, send: Send) -> None:
        refusal = self._stranger(scope, headers)
        if scope["type"] == "http":
            largest = _largest(headers, scope.get("path", ""))
            refusal = refusal or _unreadable(scope, headers, largest)
            receive = _measured(receive, largest)
        if refusal is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "http" or problems.can_answer(scope):
            await problems.answer(HTTPConnection(scope), refusal)(scope, receive, send)
        else:
            # Before it was accepted, closing answers the handshake with 403.
            await send({"type": "websocket.close", "code": 1008})

    def _stranger(self, scope: Scope, headers: Headers) -> Refusal | None:
        """Whom a foreign name or a foreign page has sent here."""
        hosts = headers.getlist("host")
        match = _HOST.fullmatch(hosts[0]) if len(hosts) == 1 else None
        if match is None or match["name"].lower() not in self._allowed_hosts:
            return HostNotAllowed(
                "Host: this server does not answer to that name; add it to RETINUE_ALLOWED_HOSTS if it is yours."
            )
        is_change = scope["type"] == "websocket" or scope["method"] not in _SAFE_METHODS
        if is_change and not _is_own_page(headers):
            return ForeignOrigin("Origin: a page of another site cannot ask for this.")
        return None

    def _completed(self, given: Iterable[tuple[bytes, bytes]], scope: Scope) -> RawHeaders:
        headers = list(given)
        names = {name for name, _ in headers}
        headers.append((b"x-request-id", scope["state"]["request_id"].encode()))
        clock = scope["app"].state.runtime.clock
        # One that ran fast once is still ahead of everybody else's.
        if isinstance(clock, PacedClock):
            told = f"{clock.now().isoformat()};factor={pace():g}"
            headers.append((b"x-retinue-clock", told.encode()))
        headers.extend(header for header in _DEFAULT_HEADERS if header[0] not in names)
        allowance: Allowance | None = scope["state"].get("allowance")
        if allowance is None:
            # No route has counted it: a wrong path, a wrong host, a wrong body.
            address = f"address:{scope['client'][0] if scope.get('client') else None}"
            allowance = self._rate_limits.spend(address, "no route", is_local=True)
        headers.extend(allowance.headers)
        return headers


def install(app: FastAPI, configuration: Configuration) -> None:
    rate_limits = RateLimits(configuration)
    app.state.rate_limits = rate_limits
    app.add_middleware(Gate, rate_limits=rate_limits, allowed_hosts=configuration.allowed_hosts)
    if configuration.url_path:
        app.add_middleware(UnderPath, path=configuration.url_path)
    app.state.traffic = Traffic()
    app.add_middleware(Counted, traffic=app.state.traffic)


def _request_id(headers: Headers) -> str:
    offered = headers.get("x-request-id")
    return offered if offered and _REQUEST_ID.fullmatch(offered) else new_id()


def _is_own_page(headers: Headers) -> bool:
    """
    Whether a page of this server asks, or no page at all.

    A program that is no browser sends neither header and is let through: it has to
    show a token, which no page can send for it.
    """
    if not may_be_own_page(headers.get("sec-fetch-site")):
        return False
    host = headers.get("host", "")
    return all(is_same_origin(origin, host) for origin in headers.getlist("origin"))


def _largest(headers: Headers, path: str) -> int:
    if path.endswith(_TAKES_ARCHIVES):
        return LARGEST_ARCHIVE
    return LARGEST_UPLOAD if _media_type(headers) == "multipart/form-data" else LARGEST_JSON


def _unreadable(scope: Scope, headers: Headers, largest: int) -> Refusal | None:
    """A body that is too large, compressed, or of a type that a foreign page's form could send."""
    length = headers.get("content-length", "0")
    if length == "0" and "transfer-encoding" not in headers:
        return None
    if not length.isascii() or not length.isdigit() or len(length) > 12 or int(length) > largest:
        return _too_large(largest)
    if headers.get("content-encoding", "identity").lower() != "identity":
        return UnsupportedMediaType("Content-Encoding: send the body as it is, not compressed.")
    given = _media_type(headers)
    if scope["method"] not in _SAFE_METHODS and not _is_readable(given):
        return UnsupportedMediaType(
            f"Content-Type: {given or 'none'} is not read here; send JSON with"
            " `Content-Type: application/json`."
        )
    return None


def _media_type(headers: Headers) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _is_readable(media_type: str) -> bool:
    return media_type in {"application/json", "multipart/form-data"} or (
        media_type.startswith("application/") and media_type.endswith("+json")
    )


def _measured(receive: Receive, largest: int) -> Receive:
    """A body may come without a length, or with a wrong one: what counts is what comes."""
    seen = 0

    async def receive_measured() -> Message:
        nonlocal seen
        message = await receive()
        if message["type"] == "http.request":
            seen += len(message.get("body", b""))
            if seen > largest:
                # Of all exceptions, FastAPI lets only this one pass while it reads a body.
                raise HTTPException(413, str(_too_large(largest)))
        return message

    return receive_measured


def _too_large(largest: int) -> TooLarge:
    return TooLarge(f"The body is larger than {largest // 1024} KB.", largest_bytes=largest)
