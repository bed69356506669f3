"""The surface itself: key, rate, parameters, balance, answer, bill; in this order."""

import math
import secrets
from typing import Any
from urllib.parse import parse_qsl

from sandgram.surfaces.answers import Asked, Receive, Reply, Scope, Send, asked, give, token_of
from sandgram.surfaces.calls import Call, Calls
from sandgram.surfaces.tikhub import account, envelope
from sandgram.surfaces.tikhub.asking import NotThere, Question, UpstreamFailed
from sandgram.surfaces.tikhub.desk import Desk
from sandgram.surfaces.tikhub.endpoints import ENDPOINTS, Endpoint
from sandgram.surfaces.tikhub.subjects import subject_of
from sandgram.world.errors import Refusal
from sandgram.world.world import World

PREFIX = "/tikhub"


class _No(Exception):
    """A refusal with its status, and headers of its own."""

    def __init__(
        self, status: int, text: str | None = None, headers: tuple[tuple[bytes, bytes], ...] = ()
    ) -> None:
        super().__init__(text)
        self.status = status
        self.text = text
        self.headers = headers


class _Invalid(Exception):
    """A parameter is missing or not what it should be."""

    def __init__(self, name: str, text: str, kind: str, given: str | None) -> None:
        super().__init__(text)
        self.entry = {
            "type": kind, "loc": ["query", name], "msg": text, "input": given,
        }  # fmt: skip


class TikHub:
    def __init__(self, world: World, *, desk: Desk, calls: Calls) -> None:
        self._world = world
        self._desk = desk
        self._calls = calls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"].removeprefix(PREFIX)
        params = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        request_id = secrets.token_hex(16)
        reply = self._reply(scope["method"], path, params, asked(scope), request_id)
        self._note(path, params, reply.status)
        await give(reply, send)

    def _reply(
        self, method: str, path: str, params: dict[str, str], headers: Asked, request_id: str
    ) -> Reply:
        now = self._world.now()
        frame: dict[str, Any] = {
            "request_id": request_id, "router": path, "params": params, "now": now,
        }  # fmt: skip
        extra: tuple[tuple[bytes, bytes], ...] = ()
        try:
            content = self._serve(method, path, params, headers, frame)
            status = 200
        except _Invalid as invalid:
            status, content = 422, {"detail": [invalid.entry]}
        except _No as refusal:
            status, extra = refusal.status, refusal.headers
            content = envelope.failure(status, text=refusal.text, **frame)
        return Reply(
            status,
            content,
            ((b"x-request-id", request_id.encode()), *self._desk.headers(), *extra),
        )

    def _serve(
        self,
        method: str,
        path: str,
        params: dict[str, str],
        headers: Asked,
        frame: dict[str, Any],
    ) -> dict[str, Any]:
        self._admit(headers)
        if method != "GET":
            raise _No(405, "Method Not Allowed")
        if path.startswith(account.PREFIX):
            return self._account(path, params)
        endpoint = ENDPOINTS.get(path)
        if endpoint is None:
            raise _No(404, "There is no such endpoint.")
        _check(endpoint, params)
        if not path.startswith(self._desk.scopes):
            raise _No(403)
        if self._desk.balance < endpoint.price:
            raise _No(402)
        data = self._data(endpoint, Question(self._world, frame["now"], params, headers.origin))
        self._desk.charge(endpoint.price, endpoint=endpoint.path)
        return envelope.success(data, **frame)

    def _admit(self, headers: Asked) -> None:
        given = token_of(headers.authorization or _cookie_value(headers.cookie))
        if not secrets.compare_digest(given.encode(), self._desk.key.encode()):
            raise _No(401)
        wait = self._desk.admit()
        if wait > 0:
            raise _No(429, headers=((b"retry-after", str(math.ceil(wait)).encode()),))

    def _account(self, path: str, params: dict[str, str]) -> dict[str, Any]:
        name = path.removeprefix(account.PREFIX)
        call = account.CALLS.get(name)
        if call is None:
            raise _No(404, "There is no such endpoint.")
        if not path.startswith(self._desk.scopes):
            raise _No(403)
        if name in account.NEEDS_ENDPOINT and "endpoint" not in params:
            raise _Invalid("endpoint", "Field required", "missing", None)
        times = params.get("request_per_day", "")
        if times and not (times.isascii() and times.isdigit() and len(times) < 10):
            raise _Invalid("request_per_day", "Input should be a valid integer", "int_parsing",
                           times)  # fmt: skip
        try:
            return {"code": 200, "router": path, **call(self._desk, params)}
        except account.UnknownEndpoint:
            raise _No(404, "There is no such endpoint.") from None

    def _data(self, endpoint: Endpoint, question: Question) -> Any:
        try:
            return endpoint.run(question)
        except NotThere as missing:
            raise _No(endpoint.missing_status, str(missing)) from None
        except UpstreamFailed as failed:
            raise _No(400, str(failed) or None) from None
        except Refusal as refusal:
            # What is private, or gone, or asked for with a cursor of one's own making.
            status = endpoint.missing_status if refusal.status == 404 else 400
            raise _No(status, refusal.message if status == 404 else None) from None

    def _note(self, path: str, params: dict[str, str], status: int) -> None:
        wall = self._world.clock.wall()
        self._calls.record(
            Call(
                "tikhub",
                path.rpartition("/")[2][:60],
                subject_of(params),
                str(status),
                wall,
                self._world.clock.at(wall),
            )
        )


def _check(endpoint: Endpoint, params: dict[str, str]) -> None:
    for one in endpoint.parameters:
        given = params.get(one.name)
        if given is None:
            if one.required:
                raise _Invalid(one.name, "Field required", "missing", None)
        elif one.required and not given:
            raise _Invalid(
                one.name, "String should have at least 1 character", "string_too_short", given
            )
        elif one.most is not None and not (
            given.isascii() and given.isdigit() and 1 <= int(given[:9]) <= one.most
        ):
            raise _Invalid(
                one.name, f"Input should be a whole number from 1 to {one.most}", "int_parsing",
                given,
            )  # fmt: skip
    if endpoint.one_of and not any(params.get(name) for name in endpoint.one_of):
        names = " or ".join(endpoint.one_of)
        raise _Invalid(endpoint.one_of[0], f"Field required: {names}", "missing", None)


def _cookie_value(cookie: str) -> str:
    for part in cookie.split(";"):
        name, _, value = part.strip().partition("=")
        if name == "Authorization":
            return value.strip('"').replace("%20", " ")
    return ""
