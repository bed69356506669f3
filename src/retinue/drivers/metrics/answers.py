"""What stands in an answer before anybody looks for numbers: JSON, an error's words, and for how long to wait."""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn

from retinue.drivers.metrics.errors import SourceBroken
from retinue.drivers.metrics.wire import Answer
from retinue.foundation import redaction

LONGEST_WAIT = 86_400.0
_A_MOMENT_IN_TIME = 1e9
"""A larger `X-RateLimit-Reset` is the second at which one may ask again, a smaller one how many to wait."""
_LONGEST_WORDS = 200


def json_of(answer: Answer) -> Any:
    """
    Raises:
        SourceBroken: it is no JSON.
    """
    try:
        return _decoder.decode(answer.body.removeprefix(BOM_UTF8).decode())
    except (ValueError, RecursionError) as error:
        kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().casefold()
        begins = answer.body[:64].lstrip()
        if kind == "text/html" or begins.startswith(b"<"):
            what = "the answer is HTML, not JSON"
        elif not begins:
            what = "the answer is empty"
        else:
            what = "the answer is no JSON, or breaks off"
        raise SourceBroken(what, status=answer.status) from error


def lenient_json_of(answer: Answer) -> Any:
    """None where it is no JSON: the status has said it already."""
    try:
        return json_of(answer)
    except SourceBroken:
        return None


def words_of(text: object, *, key: str) -> str | None:
    """A source's own words for an error: one short line, without the key should they repeat it."""
    if not isinstance(text, str) or not text.strip():
        return None
    masked = redaction.redact(text.replace(key, redaction.MASK) if key else text)
    line = redaction.encode_control(" ".join(masked.split()))
    line = line.encode("utf-8", "replace").decode()
    return line if len(line) <= _LONGEST_WORDS else f"{line[: _LONGEST_WORDS - 1]}…"


def wait_of(answer: Answer, *, now: datetime) -> float | None:
    """
    Seconds, from `Retry-After` in both of its forms, else from `X-RateLimit-Reset` in both of its
    own: some sources send that with every answer, and it means a wait only beside a 429.
    """
    headers = answer.headers
    named = headers.get("Retry-After")
    if named is not None:
        wait = _seconds(named)
        if wait is None:
            wait = _until(named, now)
        if wait is not None:
            return _bounded(wait)
    reset = _seconds(headers.get("X-RateLimit-Reset", ""))
    if reset is None or answer.status != 429:
        return None
    return _bounded(reset - now.timestamp() if reset > _A_MOMENT_IN_TIME else reset)


def _seconds(text: str) -> float | None:
    text = text.strip()
    if not text.isascii() or not text.replace(".", "", 1).isdigit() or len(text) > 20:
        return None
    return float(text)


def _until(text: str, now: datetime) -> float | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - now).total_seconds()


def _bounded(wait: float) -> float:
    return min(max(0.0, wait), LONGEST_WAIT)


def _refuse(word: str) -> NoReturn:
    message = f"{word} is no JSON"
    raise ValueError(message)


# Made once: `json.loads` makes a new one for each text where it is given an option.
_decoder = json.JSONDecoder(parse_constant=_refuse)
