"""The shapes that every answer has, whatever it says."""

from __future__ import annotations

from typing import Any

import httpx2


def succeeded(answer: httpx2.Response, message: str) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    assert (body["status"], body["message"]) == ("success", message)
    assert answer.headers["X-Request-ID"]
    assert answer.headers["X-RateLimit-Limit"]
    return body


def refused(
    answer: httpx2.Response, status: int, *, code: str | None = None, names: str = ""
) -> dict[str, Any]:
    """The envelope of the root paths."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == "error"
    assert body["message"]
    assert names in answer.text
    if code:
        assert body["code"] == code
    for error in body.get("errors", ()):
        assert set(error) == {"loc", "msg", "type"}
    return body


def problem(answer: httpx2.Response, status: int, *, names: str = "") -> dict[str, Any]:
    """The envelope under /api."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "detail", "code", "trace_id"} <= set(body)
    assert body["status"] == status
    assert body["trace_id"] == answer.headers["X-Request-ID"]
    assert names in answer.text
    return body
