"""The frame around every payload, and around every refusal."""

# ruff: noqa: RUF001 - Chinese has its own commas.

from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

ZONE = "America/Los_Angeles"
_THERE = ZoneInfo(ZONE)
_SUPPORT = "Nobody: this is Sandgram, on your own machine."
_DOCS = "docs/sandgram.md"

TEXTS = {
    400: (
        "The network behind gave no answer. Please retry; this request is not charged.",
        "上游请求失败，请重试；本次请求不计费。",
    ),
    401: ("The API key is missing, wrong or expired.", "API 密钥缺失、错误或已过期。"),
    402: (
        "Insufficient balance. This endpoint does not accept free credit. Please top up.",
        "余额不足，此接口不接受免费额度，请充值。",
    ),
    403: (
        "API Token lacks required permissions for this endpoint.",
        "API 令牌没有此接口的权限。",
    ),
    404: ("Not found.", "未找到。"),
    429: ("Too many requests: slow down and try again later.", "请求过于频繁，请稍后再试。"),
    500: ("Internal server error.", "服务器内部错误。"),
    502: ("Bad gateway.", "网关错误。"),
    503: ("Service unavailable.", "服务不可用。"),
    504: ("Gateway timeout.", "网关超时。"),
}
"""What refusals say, in English and in Chinese."""

_CHARGED = ("Request successful. This request is charged.", "请求成功，本次请求已计费。")


def success(
    data: Any, *, request_id: str, router: str, params: dict[str, Any], now: datetime
) -> dict[str, Any]:
    return {
        "code": 200,
        "request_id": request_id,
        "message": _CHARGED[0],
        "message_zh": _CHARGED[1],
        "support": _SUPPORT,
        **_times(now),
        "docs": _DOCS,
        "cache_message": None,
        "cache_message_zh": None,
        "cache_url": None,
        "router": router,
        "params": params,
        "data": data,
    }


def failure(
    status: int,
    *,
    request_id: str,
    router: str,
    params: dict[str, Any],
    now: datetime,
    text: str | None = None,
) -> dict[str, Any]:
    english, chinese = TEXTS.get(status, TEXTS[500])
    return {
        "detail": {
            "code": status,
            "request_id": request_id,
            "message": text or english,
            "message_zh": chinese,
            "support": _SUPPORT,
            **_times(now),
            "docs": _DOCS,
            "router": router,
            "params": params,
        }
    }


def _times(now: datetime) -> dict[str, Any]:
    """On the world's clock, so that an answer says which moment its numbers are of."""
    stamp = int(now.timestamp())
    return {"time": _text(stamp), "time_stamp": stamp, "time_zone": ZONE}


@lru_cache(maxsize=64)
def _text(stamp: int) -> str:
    return datetime.fromtimestamp(stamp, _THERE).strftime("%Y-%m-%d %H:%M:%S")
