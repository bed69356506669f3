"""Plain ASGI for the surfaces that are asked thousands of times a second."""

import json
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = Sequence[tuple[bytes, bytes]]

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    content: Any
    headers: Headers = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """The headers of a request that matter here."""

    authorization: str
    cookie: str
    origin: str
    """Such as `http://127.0.0.1:8900`, as the caller named us."""


def asked(scope: Scope) -> Asked:
    authorization = cookie = ""
    host = "sandgram"
    for name, value in scope["headers"]:
        if name == b"authorization":
            authorization = value.decode("latin-1")
        elif name == b"host":
            host = value.decode("latin-1")
        elif name == b"cookie":
            cookie = value.decode("latin-1")
    return Asked(authorization, cookie, f"{scope['scheme']}://{host}")


def token_of(authorization: str) -> str:
    kind, _, token = authorization.partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


async def give(reply: Reply, send: Send) -> None:
    # A name with half a surrogate pair must not break the answer.
    body = _encode(reply.content).encode(errors="replace")
    await send(
        {
            "type": "http.response.start",
            "status": reply.status,
            "headers": [
                (b"content-type", b"application/json"),
                (b"content-length", str(len(body)).encode()),
                *reply.headers,
            ],
        }
    )
    await send({"type": "http.response.body", "body": body})
