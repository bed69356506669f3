"""
One count over time, laid out once and drawn twice: as SVG text here, as PNG by `pictures`.

The colours hold on light and on dark ground alike, the ground itself is left open. Where a count was
not known, and where nobody has read for long, the line has a gap.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from statistics import median

WIDTH, HEIGHT = 720, 280
LEFT, RIGHT, TOP, BOTTOM = 72, 24, 40, 44
X_LABEL = "time (UTC)"
LINE, TEXT, GRID = "#2f7fc1", "#767676", "#9a9a9a"
"""Each has a contrast of more than 3 (text: 4.5) with white and with black."""

Place = tuple[float, float]
_GAP_TIMES = 4
_MOST_TICKS = 6
_STEPS = (
    *(timedelta(seconds=one) for one in (10, 30)),
    *(timedelta(minutes=one) for one in (1, 2, 5, 10, 15, 30)),
    *(timedelta(hours=one) for one in (1, 2, 3, 6, 12)),
    *(timedelta(days=one) for one in (1, 2, 7, 14, 30, 91, 182, 365)),
)
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Point:
    at: datetime
    value: int | None


@dataclass(frozen=True, slots=True)
class Tick:
    place: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """In points of a 720 by 280 field; y grows downwards."""

    title: str
    description: str
    y_label: str
    lines: Sequence[Sequence[Place]]
    x_ticks: Sequence[Tick]
    y_ticks: Sequence[Tick]
    last: tuple[Place, str] | None
    """Where the newest known value stands, and how it is written."""


def laid_out(points: Sequence[Point], *, subject: str, metric: str, stale: bool) -> Chart:
    """`points` are the oldest first."""
    words = metric.replace("_count", "s").replace("_", " ")
    known = [(point.at, point.value) for point in points if point.value is not None]
    title = f"{words[:1].upper()}{words[1:]} of {subject}"
    y_label = words
    if not known:
        text = f"{title}: no reading yet that tells them."
        return Chart(title, text, y_label, (), (), (), None)
    lowest, highest = min(value for _, value in known), max(value for _, value in known)
    y_values = _round_values(lowest, highest)
    start, end = points[0].at, points[-1].at
    if start == end:
        start, end = start - timedelta(minutes=1), end + timedelta(minutes=1)

    def x_of(at: datetime) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * ((at - start) / (end - start))

    def y_of(value: float) -> float:
        span = y_values[-1] - y_values[0]
        share = (value - y_values[0]) / span
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share

    last_at, last = known[-1]
    return Chart(
        title=title,
        description=_described(title, known, stale=stale),
        y_label=y_label,
        lines=[[(x_of(at), y_of(value)) for at, value in run] for run in _runs(points)],
        x_ticks=[Tick(x_of(at), label) for at, label in _moments(start, end)],
        y_ticks=[Tick(y_of(value), f"{value:,}") for value in y_values],
        last=((x_of(last_at), y_of(last)), f"{last:,}"),
    )


def as_svg(chart: Chart) -> str:
    return "\n".join(_svg(chart)) + "\n"


def _svg(chart: Chart) -> Iterator[str]:
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}"'
        f' height="{HEIGHT}" role="img" aria-labelledby="title description"'
        ' font-family="system-ui, sans-serif" font-size="12">'
    )
    yield f'<title id="title">{escape(chart.title)}</title>'
    yield f'<desc id="description">{escape(chart.description)}</desc>'
    yield f'<text x="{LEFT}" y="20" fill="{TEXT}" font-size="14">{escape(chart.title)}</text>'
    for tick in chart.y_ticks:
        yield (
            f'<path d="M{LEFT} {tick.place:.1f}H{WIDTH - RIGHT}" stroke="{GRID}" stroke-opacity="0.4"/>'
        )
        yield _text(LEFT - 8, tick.place + 4, tick.label, anchor="end")
    for tick in chart.x_ticks:
        yield _text(tick.place, HEIGHT - BOTTOM + 20, tick.label, anchor="middle")
    yield _text(WIDTH - RIGHT, HEIGHT - 6, X_LABEL, anchor="end")
    yield _text(LEFT - 8, 20, chart.y_label, anchor="end")
    for line in chart.lines:
        yield _drawn(line)
    if chart.last is None:
        yield _text(WIDTH / 2, HEIGHT / 2, "no reading yet", anchor="middle")
    else:
        (x, y), label = chart.last
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{LINE}"/>'
        yield _text(WIDTH - RIGHT, 20, label, anchor="end")
    yield "</svg>"


def _drawn(line: Sequence[Place]) -> str:
    if len(line) == 1:
        ((x, y),) = line
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2" fill="{LINE}"/>'
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in line)
    return (
        f'<path d="M{path}" fill="none" stroke="{LINE}" stroke-width="2" stroke-linejoin="round"/>'
    )


def _text(x: float, y: float, words: str, *, anchor: str) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{TEXT}" text-anchor="{anchor}">{escape(words)}</text>'
    )


def _described(title: str, known: Sequence[tuple[datetime, int]], *, stale: bool) -> str:
    (first_at, first), (last_at, last) = known[0], known[-1]
    values = [value for _, value in known]
    told = (
        f"{title}: {last:,} at {_written(last_at)}, {first:,} at {_written(first_at)}; lowest"
        f" {min(values):,}, highest {max(values):,}, {len(known):,} readings."
    )
    return f"{told} The newest one is older than it should be." if stale else told


def _written(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _runs(points: Sequence[Point]) -> Iterator[list[tuple[datetime, int]]]:
    """Stretches without a gap."""
    steps = [(later.at - point.at).total_seconds() for point, later in itertools.pairwise(points)]
    longest = timedelta(seconds=median(steps) * _GAP_TIMES if steps else 0)
    run: list[tuple[datetime, int]] = []
    before: datetime | None = None
    for point in points:
        is_gap = point.value is None or (before is not None and point.at - before > longest)
        if is_gap and run:
            yield run
            run = []
        if point.value is not None:
            run.append((point.at, point.value))
        before = point.at
    if run:
        yield run


def _round_values(lowest: int, highest: int) -> list[int]:
    """Four to seven round numbers around all values."""
    span = max(highest - lowest, 4)
    step = 10 ** math.floor(math.log10(span / 4))
    step = next(step * times for times in (1, 2, 5, 10) if span / (step * times) <= 5)
    step = max(int(step), 1)
    first = lowest // step * step
    last = max(-(-highest // step) * step, first + step)
    return list(range(first, last + 1, step))


def _moments(start: datetime, end: datetime) -> Iterator[tuple[datetime, str]]:
    """Round moments between two, as UTC writes them."""
    span = end - start
    step = next((one for one in _STEPS if span / one <= _MOST_TICKS), _STEPS[-1])
    form = "%d %b %Y" if step >= timedelta(days=91) else "%d %b" if step >= _STEPS[13] else "%H:%M"
    if step < timedelta(minutes=1):
        form = "%H:%M:%S"
    at = start + (_EPOCH - start) % step
    while at <= end:
        yield at, at.astimezone(UTC).strftime(form)
        at += step
