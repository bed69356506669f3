"""Histories as files: CSV, and one count as a chart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from retinue.capabilities.monitors.models import MonitorKind
from retinue.capabilities.monitors.rules import charts, pictures
from retinue.capabilities.monitors.schemas import METRICS
from retinue.capabilities.monitors.service.histories import History
from retinue.kit.csv_out import rows_as_csv


def as_csv(found: History) -> Iterator[str]:
    """A row for each reading, the newest first; what is not known is an empty cell."""
    names = columns(found.kind)
    rows = ([getattr(row, name) for name in names] for row in found.rows)
    return rows_as_csv(names, rows)


def columns(kind: MonitorKind) -> Sequence[str]:
    is_person = kind is MonitorKind.influencer
    named = ("user_id", "username") if is_person else ("post_code", "post_id")
    return ("recorded_at", *named, *METRICS[kind], *(("bio",) if is_person else ()), "source")


def as_svg(found: History, metric: str) -> str:
    return charts.as_svg(_chart(found, metric))


def as_png(found: History, metric: str) -> bytes:
    return pictures.as_png(_chart(found, metric))


def _chart(found: History, metric: str) -> charts.Chart:
    points: list[Any] = [
        charts.Point(row.recorded_at, getattr(row, metric)) for row in reversed(found.rows)
    ]
    return charts.laid_out(points, subject=found.name, metric=metric, stale=found.stale)
