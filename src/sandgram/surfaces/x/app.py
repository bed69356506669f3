"""The surface itself: token, account, tier, window, path, answer; in this order."""

import json
import secrets
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from sandgram.store import logins
from sandgram.surfaces import answers
from sandgram.surfaces.answers import Receive, Scope, Send, asked
from sandgram.surfaces.calls import Call, Calls
from sandgram.surfaces.x import errors, media, people, posts, tokens
from sandgram.surfaces.x.asking import Question, refused
from sandgram.surfaces.x.desk import XDesk
from sandgram.surfaces.x.endpoints import TOKEN_PATHS, Endpoint, find
from sandgram.surfaces.x.errors import XError
from sandgram.world import accounts
from sandgram.world.errors import Refusal
from sandgram.world.people import ACCOUNTS_FROM
from sandgram.world.world import Caller, World

PREFIX, CONSENT = "/x", "/i/oauth2/authorize"
_LARGEST_BODY = 8_000_000
_PROBLEM, _JSON = b"application/problem+json", b"application/json; charset=utf-8"

Json = dict[str, Any]
Headers = list[tuple[bytes, bytes]]

_ANSWERS: Mapping[str, Callable[[Question], Json]] = {
    "me": people.me,
    "by_name": people.by_name,
    "by_names": people.by_names,
    "by_id": people.by_id,
    "followers": people.followers,
    "following": people.following,
    "follow": people.follow,
    "unfollow": people.unfollow,
    "posts": posts.of_person,
    "liked": posts.liked,
    "like": posts.like,
    "unlike": posts.unlike,
    "search": posts.search,
    "post": posts.by_id,
    "posts_by_id": posts.by_ids,
    "publish": posts.publish,
    "upload": media.upload,
    "edit": media.edit,
    "picture": media.picture,
}


class X:
    def __init__(self, world: World, *, desk: XDesk, calls: Calls) -> None:
        self._world = world
        self._desk = desk
        self._calls = calls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"].removeprefix(PREFIX)
        body = await _read(receive)
        if path == CONSENT and scope["method"] == "GET":
            await _lead_on(scope, send)
            return
        headers: Headers = [(b"x-transaction-id", secrets.token_hex(8).encode())]
        kind = _JSON
        try:
            status, content = self._answer(scope, path, body, headers)
        except XError as error:
            status, content = error.status, error.body
            kind = _PROBLEM if error.is_problem else _JSON
        self._note(scope["method"], path, status)
        await _give(status, content, kind, headers, send)

    def _answer(self, scope: Scope, path: str, body: bytes, headers: Headers) -> tuple[int, Json]:
        given = asked(scope)
        content_type = _content_type(scope)
        if path in TOKEN_PATHS and scope["method"] == "POST":
            form = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
            return 200, tokens.answer(self._desk, path, form, given.authorization)
        if path.startswith("/1.1/"):
            raise errors.coded(
                403, 453, "You currently have access to a subset of X API V2 endpoints only."
            )
        owner = self._desk.owner(answers.token_of(given.authorization))
        if owner is None:
            raise errors.unauthorized()
        found = find(scope["method"], path)
        if found is None:
            raise errors.problem(404, "Not Found", "Not Found")
        endpoint, parts = found
        caller = self._caller(owner.number, scope)
        self._check(endpoint, caller, owner.scope, headers)
        params = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        question = Question(
            self._world,
            self._desk,
            caller,
            params,
            _parsed(body, content_type),
            given.origin,
            parts,
            raw=body,
            content_type=content_type,
        )
        try:
            content = _ANSWERS[endpoint.name](question)
        except Refusal as refusal:
            raise refused(refusal, subject=parts[0] if parts else "") from None
        return (201 if endpoint.name == "publish" else 200), content

    def _check(self, endpoint: Endpoint, caller: Caller, scope: str, headers: Headers) -> None:
        status = self._world.status(caller.number)
        if status == "suspended":
            raise errors.ACCOUNT_SUSPENDED
        if status != "ok":
            raise errors.ACCOUNT_LOCKED
        if endpoint.scope not in scope.split():
            raise errors.missing_scope(endpoint.scope)
        window = self._desk.count(caller.number, endpoint)
        if window.limit:
            headers += window.headers()
        headers.append((b"x-access-level", b"read-write"))
        if window.is_over:
            raise errors.too_many()
        if endpoint.is_enterprise and self._desk.tier != "enterprise":
            raise errors.not_enrolled(self._desk.client_id)

    def _caller(self, number: int, scope: Scope) -> Caller:
        world = self._world
        row = logins.account(world.db, number) if number >= accounts.ADDED_FROM else None
        return Caller(
            number=number,
            login=row["login"] if row else accounts.login_of(world.seed, number),
            index=ACCOUNTS_FROM + number,
            person_id=world.people.id_of(ACCOUNTS_FROM + number),
            source=scope["client"][0] if scope.get("client") else "unknown",
            request_id=None,
            token="",
        )

    def _note(self, method: str, path: str, status: int) -> None:
        wall = self._world.clock.wall()
        found = find(method, path)
        action = found[0].action if found else TOKEN_PATHS.get(path, "other")
        subject = found[1][0] if found and found[1] else ""
        self._calls.record(
            Call("x", action, subject[:100], str(status), wall, self._world.clock.at(wall))
        )


def _content_type(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"content-type":
            return str(value.decode("latin-1"))
    return ""


def _parsed(body: bytes, content_type: str) -> Json:
    if not body or content_type.startswith("multipart/"):
        return {}
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise errors.invalid("body", "must be JSON", None) from None
    if not isinstance(found, dict):
        raise errors.invalid("body", "must be an object", None)
    return found


async def _read(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if len(body) < _LARGEST_BODY:
            body += message.get("body", b"")
        if message["type"] != "http.request" or not message.get("more_body"):
            return bytes(body)


async def _give(status: int, content: Json, kind: bytes, headers: Headers, send: Send) -> None:
    body = json.dumps(content, ensure_ascii=False).encode(errors="replace")
    length = (b"content-length", str(len(body)).encode())
    start = {
        "type": "http.response.start",
        "status": status,
        "headers": [(b"content-type", kind), length, *headers],
    }
    await send(start)
    await send({"type": "http.response.body", "body": body})


async def _lead_on(scope: Scope, send: Send) -> None:
    """To the page of the web site, where the account's owner is logged in."""
    target = b"/web/authorise?" + scope["query_string"]
    headers = [(b"location", target), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 302, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
