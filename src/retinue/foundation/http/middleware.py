"""
What happens to every request before a route sees it, and to every answer after.

Plain ASGI, because Starlette's `BaseHTTPMiddleware` costs more than the routes.
"""

from __future__ import annotations

import re

from fastapi import FastAPI, Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from retinue.foundation.configuration import LOOPBACK_HOSTS, Configuration
from retinue.foundation.errors import Forbidden, Refusal, TooLarge
from retinue.foundation.http import problems
from retinue.foundation.http.principals import UnsupportedMediaType
from retinue.foundation.http.rate_limits import RateLimits
from retinue.foundation.randomness import new_id

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?::\d{1,5})?")
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}

LARGEST_JSON = 4 * 1024 * 1024
LARGEST_UPLOAD = 10 * 1024 * 1024 + 64 * 1024
"""A file of 10 MB and what multipart wraps it in; the route looks at the file itself."""

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline';"
    " object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_RAW_SECURITY_HEADERS = [(name.lower(), value) for name, value in SECURITY_HEADERS.items()]


class HostNotAllowed(Refusal):
    """The server does not answer to this name."""

    status = 400
    code = "host_not_allowed"


class ForeignOrigin(Forbidden):
    """A page of another site asked for a change."""

    code = "foreign_origin"


class RequestIds:
    """
    Takes the caller's `X-Request-ID` where it is sane, makes one otherwise, and sends
    it back, with the security headers and what is left of the rate limit.
    """

    def __init__(self, app: ASGIApp, *, rate_limits: RateLimits) -> None:
        self._app = app
        self._rate_limits = rate_limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        offered = Headers(scope=scope).get("x-request-id", "")
        request_id = offered if _REQUEST_ID.fullmatch(offered) else new_id()
        state = scope.setdefault("state", {})
        state["request_id"] = request_id

        has_begun = False

        async def send_with_headers(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
                for name, value in _RAW_SECURITY_HEADERS:
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
                allowance = state.get("allowance")
                if allowance is None:
                    # No route has counted it: a wrong path, a wrong host, a wrong body.
                    address = f"address:{scope['client'][0] if scope.get('client') else None}"
                    allowance = self._rate_limits.spend(address, "no route", is_local=True)
                headers.raw.extend(allowance.headers)
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except Exception as error:
            # Starlette would answer from outside of this, without any of these headers.
            if has_begun:
                raise
            request = Request(scope)
            await problems.failed(request, error)(scope, receive, send_with_headers)


class HostGuard:
    """Refuses a `Host` that is not ours, so that a foreign name cannot be pointed at this server."""

    def __init__(self, app: ASGIApp, *, allowed: tuple[str, ...] = ()) -> None:
        self._app = app
        self._allowed = {name.lower() for name in (*LOOPBACK_HOSTS, *allowed)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"} or self._is_ours(scope):
            await self._app(scope, receive, send)
            return
        refusal = HostNotAllowed(
            "Host: this server does not answer to that name; add it to RETINUE_ALLOWED_HOSTS if it is yours."
        )
        await _refuse(scope, receive, send, refusal)

    def _is_ours(self, scope: Scope) -> bool:
        hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        if len(hosts) != 1:
            return False
        match = _HOST.fullmatch(hosts[0])
        return match is not None and match["name"].lower() in self._allowed


class OriginGuard:
    """
    Refuses a change, or a WebSocket, that a page of another site asks for.

    A program that is no browser sends neither header and is let through: it has to
    show a token, which no page can send for it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_change = scope["type"] == "http" and scope["method"] not in _SAFE_METHODS
        if (is_change or scope["type"] == "websocket") and not self._is_ours(Headers(scope=scope)):
            refusal = ForeignOrigin("Origin: a page of another site cannot ask for this.")
            await _refuse(scope, receive, send, refusal)
            return
        await self._app(scope, receive, send)

    def _is_ours(self, headers: Headers) -> bool:
        if headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}:
            return False
        origins = headers.getlist("origin")
        host = headers.get("host", "").lower()
        return all(origin.lower() in {f"http://{host}", f"https://{host}"} for origin in origins)


class BodyGuard:
    """
    Refuses a body that is too large, compressed, or of a type that a foreign page's form could send.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get("content-type", "").partition(";")[0].strip().lower()
        largest = LARGEST_UPLOAD if given == "multipart/form-data" else LARGEST_JSON
        refusal = self._refusal(scope, headers, given, largest)
        if refusal is not None:
            await _refuse(scope, receive, send, refusal)
            return
        await self._app(scope, _measured(receive, largest), send)

    def _refusal(self, scope: Scope, headers: Headers, given: str, largest: int) -> Refusal | None:
        length = headers.get("content-length", "0")
        if length == "0" and "transfer-encoding" not in headers:
            return None
        if (
            not length.isascii()
            or not length.isdigit()
            or len(length) > 12
            or int(length) > largest
        ):
            return _too_large(largest)
        if headers.get("content-encoding", "identity").lower() != "identity":
            return UnsupportedMediaType("Content-Encoding: send the body as it is, not compressed.")
        if scope["method"] not in _SAFE_METHODS and not _is_readable(given):
            return UnsupportedMediaType(
                f"Content-Type: {given or 'none'} is not read here; send JSON with"
                " `Content-Type: application/json`."
            )
        return None


def install(app: FastAPI, configuration: Configuration) -> None:
    """The outermost comes last: an id for every request, then the guards, then the routes."""
    rate_limits = RateLimits(configuration)
    app.state.rate_limits = rate_limits
    app.add_middleware(BodyGuard)
    app.add_middleware(OriginGuard)
    app.add_middleware(HostGuard, allowed=configuration.allowed_hosts)
    app.add_middleware(RequestIds, rate_limits=rate_limits)


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


async def _refuse(scope: Scope, receive: Receive, send: Send, refusal: Refusal) -> None:
    if scope["type"] == "websocket":
        # Before it was accepted, closing answers the handshake with 403.
        await send({"type": "websocket.close", "code": 1008})
        return
    await problems.answer(Request(scope), refusal)(scope, receive, send)
