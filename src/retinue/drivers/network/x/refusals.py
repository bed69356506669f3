"""
What X's answers mean.

Two shapes: the problem of v2, known by the end of its `type`, and the codes of v1.1, with which v2 answers
too. What stands in these tables is X's word that it has done nothing. Everything else is classed as well
as it can be, and promises nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from retinue.drivers.errors import CallPhase, DriverError, FailureClass
from retinue.drivers.network.http_call import Answer

_LONGEST_TEXT = 200
_LONGEST_WAIT = 86_400.0
_MISSING = "resource-not-found"

_CODES: dict[int, FailureClass] = {
    32: FailureClass.auth_expired,
    89: FailureClass.auth_expired,
    99: FailureClass.auth_expired,
    135: FailureClass.auth_expired,
    215: FailureClass.auth_expired,
    64: FailureClass.account_suspended,
    326: FailureClass.account_locked,
    226: FailureClass.action_block,
    161: FailureClass.daily_cap,
    185: FailureClass.daily_cap,
    88: FailureClass.rate_limit,
    139: FailureClass.already_done,
    160: FailureClass.already_done,
    327: FailureClass.already_done,
    187: FailureClass.duplicate,
    17: FailureClass.not_found,
    50: FailureClass.not_found,
    63: FailureClass.not_found,
    34: FailureClass.no_content,
    144: FailureClass.no_content,
    385: FailureClass.no_content,
    162: FailureClass.target_private,
    179: FailureClass.target_private,
    433: FailureClass.target_private,
    120: FailureClass.invalid_input,
    186: FailureClass.invalid_input,
    324: FailureClass.media,
    325: FailureClass.media,
    220: FailureClass.permission,
    261: FailureClass.permission,
    453: FailureClass.plan_or_billing,
}
_TYPES: dict[str, FailureClass] = {
    "invalid-request": FailureClass.invalid_input,
    "not-authorized-for-resource": FailureClass.target_private,
    "disallowed-resource": FailureClass.target_private,
    "client-forbidden": FailureClass.plan_or_billing,
    "credits": FailureClass.plan_or_billing,
    "credits-depleted": FailureClass.plan_or_billing,
    "usage-capped": FailureClass.plan_or_billing,
    "unsupported-authentication": FailureClass.permission,
    "oauth1-permissions": FailureClass.permission,
    "rate-limit-exceeded": FailureClass.rate_limit,
}
_TEXTS: tuple[tuple[str, FailureClass], ...] = (
    ("duplicate content", FailureClass.duplicate),
    ("twitterusernotsuspended", FailureClass.account_suspended),
    ("not permitted to use oauth2", FailureClass.permission),
)
_REFUSING: dict[int, FailureClass] = {
    401: FailureClass.auth_expired,
    402: FailureClass.plan_or_billing,
    429: FailureClass.rate_limit,
}
"""Statuses that are a definite no, whatever stands beside them."""
_GUESSES: dict[int, FailureClass] = {
    400: FailureClass.invalid_input,
    403: FailureClass.permission,
    408: FailureClass.transient,
}


def refused(answer: Answer, *, missing: FailureClass, now: datetime) -> DriverError:
    """
    The error for an answer that came back whole and is not what was asked for.

    `missing` says what is not there where X does not find it: a person or something else.
    """
    content = _content(answer)
    failure, is_refusal = _known(answer.status, content, missing=missing)
    error = DriverError(
        failure,
        phase=CallPhase.answered,
        message=_text(content) or f"HTTP {answer.status}",
        is_refusal=is_refusal,
        retry_after=_wait(answer.headers, now) if failure is FailureClass.rate_limit else None,
        status=answer.status,
    )
    error.code = _word(content)
    return error


def left_out(errors: list[Any], *, missing: FailureClass) -> DriverError:
    """The error for a 200 that holds nothing but reasons."""
    first = errors[0] if errors and isinstance(errors[0], dict) else {}
    kind = str(first.get("type", "")).rpartition("/")[2]
    detail = str(first.get("detail", ""))
    if "suspended" in detail.casefold():
        failure = FailureClass.not_found
    else:
        failure = missing if kind == _MISSING else _TYPES.get(kind, FailureClass.unknown)
    error = DriverError(
        failure,
        phase=CallPhase.answered,
        message=detail[:_LONGEST_TEXT] or "X shows nothing and does not say why",
        is_refusal=failure is not FailureClass.unknown,
        status=200,
    )
    error.code = kind[:60] or None
    return error


def _known(
    status: int, content: Mapping[str, Any], *, missing: FailureClass
) -> tuple[FailureClass, bool]:
    """The class, and whether that is X's word that nothing was done."""
    code = _code(content)
    if code in _CODES:
        return _CODES[code], True
    if status >= 500:
        return FailureClass.transient, False
    kind = str(content.get("type", "")).rpartition("/")[2]
    if kind == _MISSING or (status == 404 and content):
        return missing, True
    if kind in _TYPES:
        return _TYPES[kind], True
    folded = _text(content).casefold()
    for text, failure in _TEXTS:
        if text in folded:
            return failure, True
    if status in _REFUSING:
        return _REFUSING[status], True
    return _GUESSES.get(status, FailureClass.unknown), False


def _content(answer: Answer) -> Mapping[str, Any]:
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _code(content: Mapping[str, Any]) -> int | None:
    first = _first(content)
    code = first.get("code")
    return code if isinstance(code, int) else None


def _first(content: Mapping[str, Any]) -> Mapping[str, Any]:
    errors = content.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else None
    return first if isinstance(first, dict) else {}


def _text(content: Mapping[str, Any]) -> str:
    first = _first(content)
    for found in (content.get("detail"), first.get("message"), content.get("title")):
        if isinstance(found, str) and found:
            return found[:_LONGEST_TEXT]
    return ""


def _word(content: Mapping[str, Any]) -> str | None:
    """X's own word for it: its code, the app's trouble, or the end of the problem's type."""
    code, reason = _code(content), content.get("reason")
    if code is not None:
        return str(code)
    if isinstance(reason, str) and reason:
        return reason[:60]
    return str(content.get("type", "")).rpartition("/")[2][:60] or None


def _wait(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds. X names the moment at which a window ends; a day's window counts where it is used up."""
    given = headers.get("retry-after", "")
    if given.isascii() and given.isdigit():
        return min(float(given), _LONGEST_WAIT)
    name = "x-rate-limit-reset"
    for day in ("x-user-limit-24hour", "x-app-limit-24hour"):
        if headers.get(f"{day}-remaining") == "0":
            name = f"{day}-reset"
    reset = headers.get(name, "")
    if not (reset.isascii() and reset.isdigit() and len(reset) < 12):
        return None
    return min(max(1.0, float(reset) - now.timestamp()), _LONGEST_WAIT)
