"""A vendor of public numbers whose every answer a test writes itself, byte by byte where it must."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from retinue.drivers.metrics.protocol import Subject, SubjectKind
from retinue.foundation.clock import ManualClock

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TLS_HELLO = b"\x16"
KEY = "a-vendors-key-4711"

PERSON = Subject(SubjectKind.influencer, "otter")
POST = Subject(SubjectKind.post, "CxYQJO8xuC6")

Write = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Asked:
    path: str
    params: dict[str, str]
    headers: dict[str, str]


@dataclass
class Vendor:
    """Gives its answers in order, the last one again and again."""

    answers: list[bytes | Write]
    asked: list[Asked] = field(default_factory=list)
    url: str = ""
    connections: int = 0
    _served: list[tuple[asyncio.Future[None], asyncio.StreamWriter]] = field(default_factory=list)

    def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._served.append((asyncio.ensure_future(self._answer(reader, writer)), writer))

    async def close(self) -> None:
        for task, _ in self._served:
            task.cancel()
        await asyncio.gather(*(task for task, _ in self._served), return_exceptions=True)
        for _, writer in self._served:
            writer.transport.abort()
        await asyncio.sleep(0)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            while not writer.is_closing():
                first = await reader.readexactly(1)
                if first == TLS_HELLO:
                    writer.write(raw(400, b"This is no TLS."))
                    break
                head = first + await reader.readuntil(b"\r\n\r\n")
                self.asked.append(_read(head))
                answer = self.answers[min(len(self.asked), len(self.answers)) - 1]
                if isinstance(answer, bytes):
                    writer.write(answer)
                    await writer.drain()
                else:
                    await answer(writer)
                    break
        writer.close()


def _read(head: bytes) -> Asked:
    first, *lines = head.decode("latin-1").split("\r\n")
    parts = urlsplit(first.split(" ")[1])
    headers = dict(line.split(": ", 1) for line in lines if line)
    lowered = {name.lower(): value for name, value in headers.items()}
    return Asked(parts.path, dict(parse_qsl(parts.query, keep_blank_values=True)), lowered)


@asynccontextmanager
async def vendor(
    *answers: bytes | Write, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Vendor]:
    found = Vendor(list(answers))
    server = await asyncio.start_server(found.serve, "127.0.0.1", 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    found.url = f"{'https' if tls else 'http'}://127.0.0.1:{port}"
    async with server:
        try:
            yield found
        finally:
            await found.close()


def raw(status: int, body: bytes, **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def said(body: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> bytes:
    return raw(
        status, json.dumps(body).encode(), **{"Content-Type": "application/json", **(headers or {})}
    )


def refused(status: int, message: str = "no", **headers: str) -> bytes:
    detail = {"code": status, "request_id": "r-1", "message": message, "router": "/x", "params": {}}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return said({"detail": detail}, status=status, headers=named)


def envelope(data: Any) -> dict[str, Any]:
    return {"code": 200, "request_id": "r-1", "router": "/x", "params": {}, "data": data}


class Pauses:
    """Sleeping that takes no time, on a clock that it moves."""

    def __init__(self) -> None:
        self.clock = ManualClock(NOON)
        self.taken: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.taken.append(seconds)
        self.clock.advance(timedelta(seconds=max(0.0, seconds)))
        await asyncio.sleep(0)


# As they were recorded, cut down to what matters.
PERSONS: dict[str, Any] = {
    "v1": {
        "id": "528817151",
        "username": "otter",
        "full_name": "Otter",
        "biography": "Rivers.",
        "edge_followed_by": {"count": 1200},
        "edge_follow": {"count": 30},
        "edge_owner_to_timeline_media": {"count": 77, "edges": []},
    },
    "v1 third form": {
        "id": "528817151",
        "pk": 528817151,
        "username": "otter",
        "biography": "Rivers.",
        "follower_count": 1200,
        "following_count": 30,
        "media_count": 77,
    },
    "v2": {
        "data": {
            "id": "528817151",
            "pk": "528817151",
            "username": "otter",
            "biography": "Rivers.",
            "follower_count": 1200,
            "following_count": "30",
            "media_count": 77,
            "about": {"country": "Norway"},
        }
    },
    "v2 under user": {
        "data": {
            "user": {
                "id": "528817151",
                "username": "Otter",
                "biography": "Rivers.",
                "follower_count": 1200,
                "following_count": 30,
                "media_count": 77.0,
            }
        }
    },
    "v3": {
        "user": {
            "id": "528817151",
            "username": "otter",
            "biography": "Rivers.",
            "edge_followed_by": {"count": 1200},
            "edge_follow": {"count": 30},
            "edge_owner_to_timeline_media": {"count": 77},
        }
    },
}
POSTS: dict[str, Any] = {
    "v1": {
        "id": "3188",
        "shortcode": "CxYQJO8xuC6",
        "owner": {"id": "25025320", "username": "instagram"},
        "edge_media_preview_like": {"count": 500},
        "edge_media_to_parent_comment": {"count": 41},
        "video_play_count": 9000,
        "video_view_count": 4000,
    },
    "v1 second form": {
        "id": "3188",
        "shortcode": "CxYQJO8xuC6",
        "owner": {"id": "25025320"},
        "edge_media_preview_like": {"count": 500},
        "edge_media_to_comment": {"count": 41},
        "video_view_count": 9000,
    },
    "v2": {
        "data": {
            "id": "3188_25025320",
            "code": "CxYQJO8xuC6",
            "user": {"id": "25025320", "username": "instagram"},
            "metrics": {"like_count": 500, "comment_count": 41, "play_count": 9000},
        }
    },
    "v3": {
        "items": [
            {
                "id": "3188_25025320",
                "pk": 3188,
                "code": "CxYQJO8xuC6",
                "user": {"pk": "25025320"},
                "like_count": 500,
                "comment_count": 41,
                "play_count": None,
                "ig_play_count": 9000,
            }
        ]
    },
}
