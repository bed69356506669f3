"""What TikHub's statuses mean. Its words stand below `detail`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from retinue.drivers.errors import FailureClass
from retinue.drivers.metrics import answers
from retinue.drivers.metrics.errors import (
    KeyRefused,
    MetricsError,
    PaymentRequired,
    RateLimited,
    SourceBroken,
    SourceUnavailable,
    SubjectNotFound,
    SubjectRefused,
)
from retinue.drivers.metrics.wire import Answer


@dataclass(frozen=True, slots=True)
class Meaning:
    kind: type[MetricsError]
    what: str
    failure: FailureClass | None = None


_FAILS = Meaning(SourceUnavailable, "it fails")
_STRANGE = Meaning(
    SourceBroken, "which it is not known to answer; look at its address and its version"
)
_MEANINGS = {
    # Its answer to a name that it does not know, too: what stays after retries is not known.
    400: Meaning(
        SourceUnavailable,
        "also when asked again; it is busy elsewhere or knows no such name",
        FailureClass.unknown,
    ),
    401: Meaning(KeyRefused, "the key is wrong or has expired"),
    402: Meaning(PaymentRequired, "the balance is used up"),
    403: Meaning(KeyRefused, "the key may not do this", FailureClass.permission),
    404: Meaning(SubjectNotFound, "there is no such name"),
    408: _FAILS,
    422: Meaning(SubjectRefused, "it does not take this name"),
    429: Meaning(RateLimited, "asked too often"),
}


def refusal_of(answer: Answer, *, key: str, wait: float | None) -> MetricsError:
    """What an answer with another status than 200 means; `wait` is what it says of when to ask again."""
    status = answer.status
    detail = _detail(answers.lenient_json_of(answer))
    meaning = _FAILS if status >= 500 else _MEANINGS.get(status, _STRANGE)
    if status == 404 and not isinstance(detail, Mapping):
        # A path that it does not have, rather than a name.
        meaning = _STRANGE
    said = f"HTTP {status}, {meaning.what}"
    own = answers.words_of(_words(detail), key=key)
    return meaning.kind(
        f"{said}: {own}" if own else said,
        failure=meaning.failure,
        status=status,
        retry_after=wait,
        request_id=_request_id(detail, answer, key=key),
    )


def _detail(body: object) -> object:
    """Errors stand below `detail`; some may stand flat, and then they have a code of their own."""
    if not isinstance(body, Mapping):
        return None
    return body if "detail" not in body and "code" in body else body.get("detail")


def _words(detail: object) -> object:
    if isinstance(detail, Mapping):
        return detail.get("message")
    if isinstance(detail, list) and detail and isinstance(detail[0], Mapping):
        place = detail[0].get("loc")
        at = ".".join(map(str, place)) if isinstance(place, list) else ""
        return f"{at} {detail[0].get('msg', '')}".strip()
    return None


def _request_id(detail: object, answer: Answer, *, key: str) -> str | None:
    found = detail.get("request_id") if isinstance(detail, Mapping) else None
    return answers.words_of(found or answer.headers.get("x-request-id"), key=key)
