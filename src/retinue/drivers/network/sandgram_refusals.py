"""
What Sandgram's answers mean.

`_REFUSALS` is the table of documented refusals: with exactly this status and
code the network has done nothing. Everything else that came back is classed as
well as it can be, but is no promise that nothing has happened.
"""

from __future__ import annotations

from retinue.drivers.errors import CallPhase, DriverError, FailureClass

_LONGEST_TEXT = 200
_LONGEST_CODE = 60
_LONGEST_WAIT = 86_400.0

_REFUSALS: dict[tuple[int, str], FailureClass] = {
    (200, "rate_limited"): FailureClass.rate_limit,
    (400, "rate_limited"): FailureClass.rate_limit,
    (429, "rate_limited"): FailureClass.rate_limit,
    (403, "action_blocked"): FailureClass.action_block,
    (403, "private_account"): FailureClass.target_private,
    (404, "user_not_found"): FailureClass.not_found,
    (404, "user_suspended"): FailureClass.not_found,
    (404, "page_unavailable"): FailureClass.no_content,
    (404, "no_story"): FailureClass.no_content,
    (403, "account_suspended"): FailureClass.account_suspended,
    (403, "account_locked"): FailureClass.account_locked,
    (403, "challenge_required"): FailureClass.challenge,
    (401, "session_expired"): FailureClass.auth_expired,
    (401, "wrong_password"): FailureClass.auth_expired,
    (401, "wrong_code"): FailureClass.auth_expired,
    (401, "second_factor_required"): FailureClass.challenge,
    (401, "email_code_required"): FailureClass.challenge,
    (409, "already_done"): FailureClass.already_done,
    (422, "invalid_input"): FailureClass.invalid_input,
}

_TEXTS: tuple[tuple[str, FailureClass], ...] = (
    ("action blocked", FailureClass.action_block),
    ("try again later", FailureClass.rate_limit),
    ("please wait a few minutes", FailureClass.rate_limit),
)

_STATUSES: dict[int, FailureClass] = {
    401: FailureClass.auth_expired,
    403: FailureClass.permission,
    404: FailureClass.no_content,
    408: FailureClass.transient,
    429: FailureClass.rate_limit,
}


def refused(status: int, code: str, message: str, *, retry_after: str | None) -> DriverError:
    """The error for an answer that came back whole and is not what was asked for."""
    known = _REFUSALS.get((status, code))
    error = DriverError(
        known or _guess(status, message),
        phase=CallPhase.answered,
        message=message[:_LONGEST_TEXT] or f"HTTP {status}",
        is_refusal=known is not None,
        retry_after=_seconds(retry_after),
        status=status,
    )
    error.code = code[:_LONGEST_CODE] or None
    return error


def _guess(status: int, message: str) -> FailureClass:
    folded = message.casefold()
    for text, failure in _TEXTS:
        if text in folded:
            return failure
    if status >= 500:
        return FailureClass.transient
    return _STATUSES.get(status, FailureClass.unknown)


def _seconds(text: str | None) -> float | None:
    # A date is allowed by HTTP, but Sandgram sends seconds; anything else is no advice.
    if text is None or not (text.isascii() and text.isdigit()):
        return None
    return min(float(text), _LONGEST_WAIT)
