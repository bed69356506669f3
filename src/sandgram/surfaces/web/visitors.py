"""The request of a browser: its cookies, its form, and the answer that goes back."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from sandgram.surfaces import wire
from sandgram.surfaces.web import pages
from sandgram.surfaces.web.html import Look
from sandgram.surfaces.web.names import Names, plain
from sandgram.surfaces.wire import source_of
from sandgram.world import cookies, doors, steps
from sandgram.world.cookies import Pair
from sandgram.world.steps import Step
from sandgram.world.world import Caller, World

FORM_COOKIE, STEP_COOKIE = "sg_form", "sg_step"
AUTH_COOKIE, CT0_COOKIE = "auth_token", "ct0"
STRUCK = "sandgram.struck"
"""In an ASGI scope: the kinds of faults that pages themselves carry out."""

_FORM_BYTES = 20_000
_DAY = int(cookies.LIFE.total_seconds())
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class Visitor:
    world: World
    source: str
    given: Mapping[str, str] = field(repr=False)
    """Cookies."""
    fields: Mapping[str, str] = field(repr=False)
    query: frozenset[str]
    """Names of the address's parameters; the site needs no values."""
    struck: frozenset[str]
    form_token: str = field(repr=False)

    @property
    def has_fresh_form(self) -> bool:
        sent = self.fields.get("form_token", "")
        kept = self.given.get(FORM_COOKIE, "")
        return bool(kept) and secrets.compare_digest(sent.encode(), kept.encode())

    def look(self, *, error: str = "", note: str = "", is_signed_in: bool = False) -> Look:
        return Look(
            names=Names(is_renamed="changed_ui" in self.struck),
            form_token=self.form_token,
            error=error,
            note=note,
            is_signed_in=is_signed_in,
        )

    def pair(self) -> Pair:
        return Pair(self.given.get(AUTH_COOKIE, ""), self.given.get(CT0_COOKIE, ""))

    def number(self) -> int | None:
        """The account that the cookies open, whatever state it is in."""
        pair = self.pair()
        if not pair.auth_token or "session_expired" in self.struck:
            return None
        return cookies.number_of(self.world, auth_token=pair.auth_token, ct0=pair.ct0)

    def caller(self, number: int) -> Caller:
        return doors.caller(
            self.world, number, source=self.source, request_id=None, token=self.pair().auth_token
        )

    def step(self) -> Step | None:
        return steps.find(self.world, self.given.get(STEP_COOKIE, ""))

    def shown(self, html: str, *, status: int = 200) -> Response:
        answer = HTMLResponse(html, status_code=status, headers=_HEADERS)
        if self.given.get(FORM_COOKIE) != self.form_token:
            answer.set_cookie(
                FORM_COOKIE, self.form_token, httponly=True, samesite="lax", path="/web"
            )
        return answer


async def visitor_of(request: Request) -> Visitor:
    body = b""
    if request.method == "POST":
        async for part in request.stream():
            body += part
            if len(body) > _FORM_BYTES:
                body = b""
                break
    given = cookies_in(request.headers.get("cookie", ""))
    fields = dict(parse_qsl(body.decode("utf-8", errors="replace"), keep_blank_values=True))
    return Visitor(
        world=request.app.state.world,
        source=source_of(request),
        given=given,
        fields=plain(fields),
        query=frozenset(request.query_params),
        struck=frozenset(request.scope.get(STRUCK, ())),
        form_token=given.get(FORM_COOKIE) or secrets.token_urlsafe(18),
    )


TheVisitor = Annotated[Visitor, Depends(visitor_of)]


def cookies_in(header: str) -> dict[str, str]:
    try:
        return {name: one.value for name, one in SimpleCookie(header).items()}
    except CookieError:
        return {}


def sent_to(address: str) -> Response:
    return RedirectResponse(address, status_code=303, headers=_HEADERS)


def with_pair(answer: Response, pair: Pair) -> Response:
    """Signed in: the pair, and no log-in under way any more. `ct0` is for the page to read."""
    answer.set_cookie(
        AUTH_COOKIE, pair.auth_token, max_age=_DAY, httponly=True, samesite="lax", path="/"
    )
    answer.set_cookie(CT0_COOKIE, pair.ct0, max_age=_DAY, samesite="lax", path="/")
    answer.delete_cookie(STEP_COOKIE, path="/web")
    return answer


def with_step(answer: Response, step: Step) -> Response:
    answer.set_cookie(STEP_COOKIE, step.token, httponly=True, samesite="lax", path="/web")
    return answer


def without_pair(answer: Response) -> Response:
    for name in (AUTH_COOKIE, CT0_COOKIE):
        answer.delete_cookie(name, path="/")
    answer.delete_cookie(STEP_COOKIE, path="/web")
    return answer


async def on_http(request: Request, error: Exception) -> Response:
    """A page of the site for what is not there, so that a browser is never shown JSON."""
    if not request.url.path.startswith("/web/") or getattr(error, "status_code", 0) != 404:
        return await wire.on_http(request, error)
    look = Look(names=Names(is_renamed=False), form_token="")
    return HTMLResponse(pages.missing(look), status_code=404, headers=_HEADERS)
