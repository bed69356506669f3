"""Faults as a browser meets them: pages, and accounts that are really in trouble."""

from urllib.parse import parse_qsl

from sandgram.faults.answers import Answer
from sandgram.faults.dialects import Dialect, Scope
from sandgram.faults.requests import READ, WEB_PAGES, WEB_POSTS, WRITE, About
from sandgram.faults.rules import FaultKind, FaultRule
from sandgram.store import doors as rows
from sandgram.surfaces.answers import App, Message, Receive, Send
from sandgram.surfaces.calls import Call, Calls
from sandgram.surfaces.web import pages
from sandgram.surfaces.web.html import Look
from sandgram.surfaces.web.names import Names, plain
from sandgram.surfaces.web.visitors import AUTH_COOKIE, STEP_COOKIE, STRUCK, cookies_in
from sandgram.world import cookies
from sandgram.world.world import World

PREFIX = "/web/"

_IN_PAGES = {
    FaultKind.changed_ui,
    FaultKind.wrong_password,
    FaultKind.wrong_code,
    FaultKind.session_expired,
}
_STATES = {
    FaultKind.challenge: "challenge",
    FaultKind.account_locked: "locked",
    FaultKind.account_suspended: "suspended",
    FaultKind.email_code: "email_code",
}
_MISSING = {FaultKind.not_found, FaultKind.private, FaultKind.suspended}


class Remembered:
    """Wraps the site: every request of a browser is remembered with the address it came from."""

    def __init__(self, app: App, *, world: World, calls: Calls) -> None:
        self._app = app
        self._world = world
        self._calls = calls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        status = "none"

        async def listened(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
            await send(message)

        number = _number_in(self._world, scope)
        try:
            await self._app(scope, receive, listened)
        finally:
            self._calls.record(_call(self._world, scope, number, status))


def dialect(world: World, calls: Calls) -> Dialect:
    def note(scope: Scope, status: str) -> None:
        calls.record(_call(world, scope, _number_in(world, scope), status))

    def account(scope: Scope) -> str | None:
        number = _number_in(world, scope)
        return None if number is None else world.credentials(number).login

    def befall(rule: FaultRule, scope: Scope, login: str | None) -> bool:
        if rule.kind in _IN_PAGES:
            scope[STRUCK] = (rule.kind.value,)
            return True
        if rule.kind not in _STATES:
            return False
        number = None if login is None else world.number_of_login(login)
        if number is not None and world.status(number) == "ok":
            world.set_status(number, status=_STATES[rule.kind])
        return True

    return Dialect(
        about=_about,
        account=account,
        answer=_answer,
        note=note,
        account_in=_login_in,
        befall=befall,
        has_pages=True,
    )


def _call(world: World, scope: Scope, number: int | None, status: str) -> Call:
    wall = world.clock.wall()
    about = _about(scope)
    return Call(
        surface="web",
        endpoint=about.action if about else "other",
        subject="" if number is None else world.credentials(number).login,
        status=status,
        wall=wall,
        world=world.clock.at(wall),
        source=scope["client"][0] if scope.get("client") else "unknown",
    )


def _answer(rule: FaultRule, _scope: Scope) -> Answer:
    status, page = _page_of(rule)
    look = Look(names=Names(), form_token="", error=rule.text or "")
    return Answer(
        rule.status or status, "text/html; charset=utf-8", page(look).encode(), rule.retry_after
    )


def _page_of(rule: FaultRule) -> "tuple[int, pages.Plain]":
    kind = rule.kind
    if kind in (FaultKind.html, FaultKind.html_after):
        return 200, pages.news
    if kind in (FaultKind.rate_limit_429, FaultKind.rate_limit_text, FaultKind.action_block):
        return 429, pages.wait
    if kind in _MISSING:
        return 404, pages.missing
    is_later = kind is FaultKind.server_error_after
    return 502 if is_later else 503 if kind is FaultKind.server_error else 400, pages.broken


def _about(scope: Scope) -> About | None:
    path = str(scope["path"]).removeprefix(PREFIX)
    if path.startswith("challenge/"):
        if path.endswith(".png"):
            return None
        ticket = path.removeprefix("challenge/")
        action = "challenge" if scope["method"] == "POST" else "challenge_page"
        return About("web", action, READ, ticket)
    if scope["method"] == "POST":
        action = WEB_POSTS.get(path, "")
        kind = WRITE if action == "change_password" else READ
        return About("web", action, kind, None) if action else None
    action = path if path == "home" else f"{path}_page"
    return About("web", action, READ, None) if action in WEB_PAGES else None


def _login_in(body: bytes) -> str | None:
    fields = plain(dict(parse_qsl(body.decode("utf-8", errors="replace"))))
    return fields.get("login", "").strip().lstrip("@").lower() or None


def _number_in(world: World, scope: Scope) -> int | None:
    path = str(scope["path"])
    if path.startswith(f"{PREFIX}challenge/"):
        row = rows.challenge(world.db, path.split("/")[3])
        return int(row["number"]) if row else None
    header = next((value for name, value in scope["headers"] if name == b"cookie"), b"")
    given = cookies_in(header.decode("latin-1"))
    row = rows.step(world.db, given[STEP_COOKIE]) if given.get(STEP_COOKIE) else None
    if row is not None:
        return int(row["number"])
    token = given.get(AUTH_COOKIE)
    return cookies.claimed_by(world, token) if token else None
