"""
Histories kept ready to be sent, and what is served while the database does not answer.

A kept history says until when it is good, and then, packed, some facts of it and a line `moment|JSON`
for each row. A part of it is cut out without reading a single number of it.
"""

from __future__ import annotations

import json
import zlib
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from retinue.capabilities.monitors.models import MonitorKind
from retinue.capabilities.monitors.rules import intervals
from retinue.capabilities.monitors.schemas import METRICS, MOST, Span
from retinue.capabilities.monitors.service.histories import History
from retinue.foundation.cache import Cache
from retinue.foundation.errors import Unavailable

_FALLBACK_TIMES = 3
_FAST = 1
_LONGEST = float(max(intervals.SECONDS))
_WHOLE = Span()
_MOMENT_LENGTH = len("2026-01-31T12:00:00.000000Z")


@dataclass(frozen=True, slots=True)
class Ready:
    """A history that can be cut and sent. `rows` are JSON objects, the newest first."""

    subject: str
    subject_id: str | None
    rows: list[bytes]
    stale: bool


@dataclass(frozen=True, slots=True)
class _Facts:
    subject: str
    subject_id: str | None
    interval_seconds: int
    last_success_at: str | None
    failures: int
    is_whole: bool

    def is_stale(self, now: datetime) -> bool:
        at = self.last_success_at
        return intervals.is_stale(
            last_success_at=None if at is None else datetime.fromisoformat(at),
            seconds=self.interval_seconds,
            failures=self.failures,
            now=now,
        )


class NotKept(Exception):
    """The part that is asked for reaches further back than what is kept."""


def history(
    cache: Cache,
    key: tuple[MonitorKind, str],
    load: Callable[[], History],
    *,
    now: datetime,
    span: Span = _WHOLE,
) -> Ready:
    """
    The history of a person's id or a post's shortcode. `load` reads the newest 1,000 rows; of many who
    ask at once it is called for one of them, and not again before the interval is over or a run ends.

    While the database does not answer, what was kept last is served and said to be stale.

    Raises:
        NotKept: the rows that are asked for are beyond the newest 1,000.
        MonitorNotFound: as `load` does.
        Unavailable: the database does not answer, and nothing was kept.
    """
    name = _name(*key)
    text = cache.get(name)
    is_fallback = False
    if text is not None and _is_over(text, now):
        cache.delete(name)
        text = None
    if text is None:
        try:
            text = _filled(cache, name, load, now=now)
        except Unavailable:
            kept = cache.get(_fallback(name))
            if kept is None:
                raise
            text, is_fallback = kept, True
    head, _, body = zlib.decompress(text[_MOMENT_LENGTH:]).partition(b"\n")
    facts = _Facts(**json.loads(head))
    lines = body.split(b"\n") if body else []
    rows = list(_cut(lines, facts, span))
    return Ready(facts.subject, facts.subject_id, rows, is_fallback or facts.is_stale(now))


def forget(cache: Cache, subjects: Iterable[tuple[MonitorKind, str]]) -> None:
    """
    Call it after the commit of a run, good or bad: the kind with the person's id, or with the post's
    shortcode. What is served while the database is away stays.
    """
    names = [_name(kind, subject) for kind, subject in subjects]
    if names:
        cache.delete(*names)


def _filled(cache: Cache, name: str, load: Callable[[], History], *, now: datetime) -> bytes:
    def make() -> bytes:
        found = load()
        text = written(found, now=now)
        cache.set(_fallback(name), text, ttl=_FALLBACK_TIMES * _seconds(found))
        return text

    return cache.once(name, make, ttl=_LONGEST)


def _seconds(found: History) -> int:
    return min(int(row.interval_seconds) for row in found.monitors)


def _is_over(text: bytes, now: datetime) -> bool:
    """Whether an interval has passed since it was made. Before it is made nobody knows how long that is."""
    until = text[:_MOMENT_LENGTH].decode("ascii")
    made_at_most = timedelta(seconds=_LONGEST)
    return not stamp(now) < until <= stamp(now + made_at_most)


def written(found: History, *, now: datetime) -> bytes:
    """As it is kept."""
    last = found.monitors[0]
    at = last.last_success_at
    facts = {
        "subject": found.name,
        "subject_id": found.subject_id,
        "interval_seconds": last.interval_seconds,
        "last_success_at": None if at is None else at.isoformat(),
        "failures": last.failures,
        "is_whole": len(found.rows) < MOST,
    }
    head = json.dumps(facts, ensure_ascii=False)
    until = stamp(now + timedelta(seconds=_seconds(found))).encode()
    lines = "\n".join([head, *(_line(row, found.kind) for row in found.rows)])
    # Rows of one subject are much alike: a tenth is left of them, and a thousand are unpacked in 0.3 ms.
    return until + zlib.compress(lines.encode(), _FAST)


def as_rows(found: History) -> list[bytes]:
    """The rows as they are sent, of a history that is not kept."""
    start = _MOMENT_LENGTH + 1
    return [_line(row, found.kind).encode()[start:] for row in found.rows]


def _line(row: object, kind: MonitorKind) -> str:
    moment = stamp(row.recorded_at)  # type: ignore[attr-defined]
    told = {name: getattr(row, name) for name in METRICS[kind]}
    if kind is MonitorKind.influencer:
        told["bio"] = row.bio  # type: ignore[attr-defined]
    told["recorded_at"] = moment
    return f"{moment}|{json.dumps(told, ensure_ascii=False, separators=(',', ':'))}"


def stamp(moment: datetime) -> str:
    """Always as long, so that texts compare as moments do."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _cut(lines: list[bytes], facts: _Facts, span: Span) -> Iterator[bytes]:
    # The newest come first, so places are found from the end.
    start, end = 0, len(lines)
    if span.until is not None:
        start = _older_than(lines, span.until)
    if span.since is not None:
        end = _older_than(lines, span.since)
    is_beyond = end == len(lines) and not facts.is_whole
    is_bounded = span.since is not None or span.until is not None
    if is_beyond and is_bounded and end - start < span.limit:
        raise NotKept
    for line in lines[start : min(end, start + span.limit)]:
        yield line[_MOMENT_LENGTH + 1 :]


def _older_than(lines: list[bytes], moment: datetime) -> int:
    """The place of the first line that is before a moment."""
    text = stamp(moment).encode()
    newer = bisect_left(lines[::-1], text, key=lambda line: line[:_MOMENT_LENGTH])
    return len(lines) - newer


def _name(kind: MonitorKind, subject: str) -> str:
    return f"monitors:history:{kind.value}:{subject}"


def _fallback(name: str) -> str:
    return f"{name}:last"
