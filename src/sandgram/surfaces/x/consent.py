"""
The page on which an account's owner lets an app in: OAuth 2 with PKCE.

`/x/i/oauth2/authorize` leads here, to the web site, because that is where a person is logged in.
"""

from html import escape
from typing import Annotated
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from sandgram.surfaces.web.html import button, form, heading, link, page
from sandgram.surfaces.web.visitors import TheVisitor, Visitor
from sandgram.surfaces.x.desk import Wish, XDesk
from sandgram.surfaces.x.endpoints import SCOPES

router = APIRouter(tags=["x"])

PAGE = "/web/authorise"
_WANTED = ("client_id", "redirect_uri", "state", "scope", "code_challenge")
_LONGEST = 500
_HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
"""Without the site's rule for forms: this one leads to another site, which is its point."""


async def desk_of(request: Request) -> XDesk:
    desk: XDesk = request.app.state.x
    return desk


TheDesk = Annotated[XDesk, Depends(desk_of)]


@router.get("/web/authorise")
def ask(request: Request, visitor: TheVisitor, desk: TheDesk) -> Response:
    given = dict(request.query_params)
    problem = _problem(desk, given)
    if problem is not None:
        return _shown(visitor, heading("Nobody is let in", problem), status=400)
    number = visitor.number()
    if number is None:
        login = link(visitor.look(), "log-in-first", "/web/login", "Log in")
        told = heading("Log in first", "Then open this address once more.") + f"<p>{login}</p>"
        return _shown(visitor, told, status=401)
    kept = "".join(
        f'<input type="hidden" name="{name}" value="{escape(given.get(name, ""))}">'
        for name in _WANTED
    )
    look, login = visitor.look(), visitor.world.credentials(number).login
    rights = "".join(f"<li>{escape(one)}</li>" for one in given.get("scope", "").split())
    content = (
        heading("Let an app in", f"{given['client_id']} wants to act as @{login}.")
        + f"<ul>{rights}</ul>"
        + form(look, PAGE, kept + button(look, "allow", "Authorise app"), name="authorise-form")
    )
    return _shown(visitor, content)


@router.post("/web/authorise")
def allow(visitor: TheVisitor, desk: TheDesk) -> Response:
    number, given = visitor.number(), dict(visitor.fields)
    problem = _problem(desk, {"response_type": "code", "code_challenge_method": "S256", **given})
    if number is None or problem is not None or not visitor.has_fresh_form:
        told = heading("Nobody is let in", problem or "Open the address of the app once more.")
        return _shown(visitor, told, status=403)
    wish = Wish(
        number=number,
        redirect_uri=given["redirect_uri"],
        challenge=given["code_challenge"],
        scope=given["scope"],
    )
    query = urlencode({"state": given.get("state", ""), "code": desk.promise(wish)})
    mark = "&" if urlsplit(wish.redirect_uri).query else "?"
    return RedirectResponse(f"{wish.redirect_uri}{mark}{query}", status_code=302, headers=_HEADERS)


def _problem(desk: XDesk, given: dict[str, str]) -> str | None:
    if given.get("client_id") != desk.client_id:
        return "There is no such app."
    if given.get("response_type") != "code" or given.get("code_challenge_method") != "S256":
        return "The app asks in a way that is not answered here."
    if not 43 <= len(given.get("code_challenge", "")) <= 128:
        return "The app has sent no challenge."
    if len(given.get("state", "")) > _LONGEST or set(given.get("scope", "").split()) - set(SCOPES):
        return "The app asks for what there is not."
    parts = urlsplit(given.get("redirect_uri", ""))
    return None if parts.scheme in {"http", "https"} and parts.hostname else "It leads nowhere."


def _shown(visitor: Visitor, content: str, *, status: int = 200) -> Response:
    html = page(visitor.look(), "authorise-page", title="Let an app in", content=content)
    answer = visitor.shown(html, status=status)
    made = HTMLResponse(html, status_code=status, headers=_HEADERS)
    for name, value in answer.raw_headers:
        if name == b"set-cookie":
            made.raw_headers.append((name, value))
    return made
