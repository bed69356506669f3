"""What a harmed answer looks like."""

import json
from dataclasses import dataclass

from sandgram.faults.rules import FaultKind, FaultRule
from sandgram.world import errors

_LOGIN_PAGE = (
    "<!doctype html><html lang='en'><head><title>Log in to Sandgram</title></head>"
    "<body><main><h1>Log in</h1><form method='post' action='/web/login'>"
    "<label>Login <input name='login'></label>"
    "<label>Password <input name='password' type='password'></label>"
    "<button>Log in</button></form></main></body></html>"
)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    content_type: str
    body: bytes
    retry_after: int | None = None

    def headers(self) -> list[tuple[bytes, bytes]]:
        made = [
            (b"content-type", self.content_type.encode()),
            (b"content-length", str(len(self.body)).encode()),
        ]
        if self.retry_after is not None:
            made.append((b"retry-after", str(self.retry_after).encode()))
        return made


def _of(refusal: errors.Refusal) -> tuple[int, str, str]:
    return refusal.status, refusal.code, refusal.message


_WAIT = "Please wait a few minutes before you try again"
_TEXTS: dict[FaultKind, tuple[int, str, str]] = {
    FaultKind.rate_limit_text: (400, "rate_limited", _WAIT),
    FaultKind.rate_limit_429: (429, "rate_limited", _WAIT),
    FaultKind.action_block: (
        403, "action_blocked", "Action Blocked. This action was blocked. Please try again later",
    ),
    FaultKind.private: _of(errors.private()),
    FaultKind.not_found: _of(errors.user_not_found()),
    FaultKind.suspended: _of(errors.user_suspended()),
    FaultKind.account_suspended: _of(errors.ACCOUNT_STATES["suspended"]),
    FaultKind.account_locked: _of(errors.ACCOUNT_STATES["locked"]),
    FaultKind.challenge: _of(errors.ACCOUNT_STATES["challenge"]),
    FaultKind.session_expired: _of(errors.not_logged_in()),
    FaultKind.server_error: (503, "server_error", "Something went wrong on our side"),
    FaultKind.server_error_after: (502, "server_error", "Something went wrong on our side"),
    FaultKind.upstream_failed: (400, "bad_request", "Sorry, something went wrong"),
    FaultKind.payment_required: (402, "payment_required", "Payment required"),
    FaultKind.key_refused: _of(errors.not_logged_in()),
    FaultKind.permission_missing: (403, "forbidden", "You may not do this"),
    FaultKind.wrong_password: _of(errors.wrong_password()),
    FaultKind.wrong_code: _of(errors.wrong_code()),
    FaultKind.email_code: (
        401, "email_code_required", "Enter the code that was sent to your e-mail address",
    ),
    FaultKind.error_after_effect: (400, "bad_request", "Sorry, something went wrong"),
}  # fmt: skip


PAGES = frozenset((FaultKind.html, FaultKind.html_after))
"""Kinds whose answer is the same on every surface."""


def answer_for(rule: FaultRule) -> Answer:
    """
    Raises:
        KeyError: the kind answers nothing (stalls and resets).
    """
    if rule.kind in PAGES:
        return Answer(rule.status or 200, "text/html; charset=utf-8", _LOGIN_PAGE.encode())
    status, code, message = _TEXTS[rule.kind]
    body = {"error": {"code": code, "message": rule.text or message}}
    return Answer(
        rule.status or status, "application/json", json.dumps(body).encode(), rule.retry_after
    )
