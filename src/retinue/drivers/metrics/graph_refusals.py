"""What Graph's error codes mean for a read. The code says it, not the HTTP status."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from retinue.drivers.errors import FailureClass
from retinue.drivers.metrics import answers
from retinue.drivers.metrics.errors import (
    KeyRefused,
    MetricsError,
    RateLimited,
    SourceBroken,
    SourceUnavailable,
    SubjectNotFound,
    SubjectRefused,
)
from retinue.drivers.metrics.wire import Answer


@dataclass(frozen=True, slots=True)
class Meaning:
    """`wait` is how long to wait, in seconds, where the answer does not say it."""

    kind: type[MetricsError]
    what: str
    failure: FailureClass | None = None
    wait: float | None = None


_LIMITED = Meaning(RateLimited, "asked too often", wait=3_600.0)
_DEAD = Meaning(KeyRefused, "the token is no longer valid")
_FORBIDDEN = Meaning(KeyRefused, "the token may not do this", FailureClass.permission)
_FAILS = Meaning(SourceUnavailable, "it fails")
_NOBODY = Meaning(SubjectNotFound, "there is no professional account or post so named")
_REFUSES = Meaning(SourceBroken, "which it is not known to answer")

_BY_CODE: dict[int, Meaning] = {
    **dict.fromkeys((1, 2, -1), _FAILS),
    **dict.fromkeys((4, 17, 32, 341, 613, 80002), _LIMITED),
    **dict.fromkeys((102, 190), _DEAD),
    **dict.fromkeys((3, 10, *range(200, 300)), _FORBIDDEN),
    25: Meaning(
        KeyRefused,
        "the account is restricted; a person has to open the app",
        FailureClass.account_locked,
    ),
    100: Meaning(SubjectRefused, "it does not take this question"),
    110: _NOBODY,
    368: Meaning(
        KeyRefused, "the account is blocked for a time", FailureClass.action_block, 86_400.0
    ),
}
_BY_SUBCODE: dict[tuple[int, int], Meaning] = {
    (24, 2207006): _NOBODY,
    (24, 2207008): _NOBODY,
    (100, 33): _NOBODY,
}
_BY_STATUS = {401: _DEAD, 403: _FORBIDDEN, 408: _FAILS, 429: _LIMITED}


def refusal_of(answer: Answer, body: object, *, key: str, wait: float | None) -> MetricsError:
    """What an answer means that is no answer; `wait` is what it says of when to ask again."""
    error = body.get("error") if isinstance(body, Mapping) else None
    facts = error if isinstance(error, Mapping) else {}
    code, sub = _whole(facts.get("code")), _whole(facts.get("error_subcode"))
    meaning = _meaning(code, sub, answer.status, is_transient=facts.get("is_transient") is True)
    number = f"HTTP {answer.status}"
    if code is not None:
        number += f" code {code}" + (f"/{sub}" if sub is not None else "")
    own = answers.words_of(facts.get("message"), key=key)
    said = f"{number}, {meaning.what}"
    return meaning.kind(
        f"{said}: {own}" if own else said,
        failure=meaning.failure,
        status=answer.status,
        retry_after=meaning.wait if wait is None else wait,
        request_id=answers.words_of(facts.get("fbtrace_id"), key=key),
    )


def _meaning(code: int | None, sub: int | None, status: int, *, is_transient: bool) -> Meaning:
    if code is not None and sub is not None and (code, sub) in _BY_SUBCODE:
        return _BY_SUBCODE[code, sub]
    if code in _BY_CODE:
        return _BY_CODE[code]
    if is_transient or status >= 500:
        return _FAILS
    return _BY_STATUS.get(status, _REFUSES)


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
