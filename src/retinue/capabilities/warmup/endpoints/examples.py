"""What the answers look like, for the documentation of the API."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

_NOON = "2026-01-31T12:00:00Z"
_LATER = "2026-02-01T19:42:07Z"
_PERSONA = {"id": 1, "name": "Ava"}


def of(model: type[BaseModel], example: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    """The `responses` entry of a route's success, checked against what it answers."""
    shown = model.model_validate(example).model_dump(mode="json")
    return {200: {"content": {"application/json": {"example": shown}}}}


def _next(action: str, method: str, path: str, **more: Any) -> dict[str, Any]:
    path = path if path.startswith("/") else f"/api/bot/accounts/7/{path}"
    return {"phase": None, "at": None, **more, "action": action, "method": method, "path": path}


def _phase(phase: str, status: str, **more: Any) -> dict[str, Any]:
    nothing = dict.fromkeys(
        (
            "available_at",
            "started_at",
            "completed_at",
            "error_message",
            "assignment_id",
            "content_assigned_at",
            "content_missing_at",
            "execution_time_ms",
            "skipped_by",
            "bot_id",
        )
    )
    return {**nothing, "retry_count": 0, **more, "phase": phase, "status": status}


def _status(phases: list[dict[str, Any]], following: dict[str, Any], **more: Any) -> dict[str, Any]:
    done = sum(one["status"] == "completed" for one in phases)
    return {
        "account_id": 7,
        "account_no": "WACC007",
        "login": "ava.dawn",
        "network": "sandgram",
        "persona": _PERSONA,
        "lifecycle": "warming_up",
        "progress_percent": 20 * done,
        "phases": phases,
        "next_available_at": None,
        "hold": None,
        "lease": {"is_yours": True, "until": "2026-01-31T12:30:00Z"},
        "next": following,
        **more,
    }


_OTHERS = [_phase(name, "pending") for name in ("post", "highlight", "story")]
_DONE_PFP = _phase("pfp", "completed", available_at=_NOON, started_at=_NOON, completed_at=_NOON)

BEGUN = _status(
    [_phase("pfp", "available", available_at=_NOON), _phase("bio", "pending"), *_OTHERS],
    _next("get_content", "GET", "content/pfp", phase="pfp"),
)
AT_WORK = _status(
    [
        _phase(
            "pfp",
            "in_progress",
            available_at=_NOON,
            started_at=_NOON,
            assignment_id=12,
            content_assigned_at=_NOON,
        ),
        _phase("bio", "pending"),
        *_OTHERS,
    ],
    _next("complete_phase", "POST", "complete-phase/pfp", phase="pfp"),
)
WAITING = _status(
    [_DONE_PFP, _phase("bio", "pending", available_at=_LATER), *_OTHERS],
    _next("wait", "GET", "warmup-status", phase="bio", at=_LATER),
    next_available_at=_LATER,
    lease=None,
)
FAILED = _status(
    [
        _phase(
            "pfp",
            "failed",
            available_at="2026-01-31T12:15:00Z",
            retry_count=1,
            error_message="upload refused: 503",
        ),
        _phase("bio", "pending"),
        *_OTHERS,
    ],
    _next("wait", "GET", "warmup-status", phase="pfp", at="2026-01-31T12:15:00Z"),
    next_available_at="2026-01-31T12:15:00Z",
    lease=None,
)
DONE = _status(
    [
        _phase(name, "completed", available_at=_NOON, started_at=_NOON, completed_at=_NOON)
        for name in ("pfp", "bio", "post", "highlight", "story")
    ],
    _next("done", "GET", "/api/bot/accounts/ready"),
    lifecycle="active",
    lease=None,
)
READY = {
    "items": [
        {
            "account_id": 7,
            "account_no": "WACC007",
            "login": "ava.dawn",
            "network": "sandgram",
            "persona": _PERSONA,
            "lifecycle": "ready",
            "phase": None,
            "status": None,
            "available_at": None,
            "is_yours": False,
            "next": _next("start_warmup", "POST", "start-warmup"),
        }
    ],
    "next": _next("start_warmup", "POST", "start-warmup"),
}
_PARTS = {"quality": 0.9, "freshness": 1.0, "success_rate": 0.5, "relevance": 1.0}
CONTENT = {
    "assignment_id": 12,
    "account_id": 7,
    "phase": "post",
    "content_type": "image_and_text",
    "category": "post",
    "image": {
        "id": 31,
        "category": "post",
        "title": "Morning run",
        "tags": ["sport"],
        "media_type": "image/jpeg",
        "width": 1080,
        "height": 1350,
        "bytes": 204800,
        "sha256": "0f" * 32,
        "url": "/api/bot/content/12/file",
        "score": "84.50",
        "parts": _PARTS,
        "reason": "best of 40 in post",
    },
    "text": {
        "id": 9,
        "kind": "caption",
        "category": "any",
        "text": "First kilometres of the day.",
        "score": "74.50",
        "parts": {**_PARTS, "relevance": 0.5},
        "reason": "best of 12 in any",
    },
    "score": "84.50",
    "parts": _PARTS,
    "reason": "best of 40 in post",
    "assigned_at": _NOON,
    "next": _next("start_phase", "POST", "start-phase/post", phase="post"),
}
