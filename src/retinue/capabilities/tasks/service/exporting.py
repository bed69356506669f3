"""Results as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.tasks.models import TaskType
from retinue.capabilities.tasks.schemas import TaskRead
from retinue.capabilities.tasks.service.reading import results

_FIXED = (
    "position",
    "task_id",
    "account",
    "worker_account",
    "status",
    "reason",
    "error_code",
    "error_message",
    "attempts",
    "retries",
    "start_time",
    "end_time",
    "duration",
)
_MOST_COLUMNS = 200
_ONE_LINE_EACH = {TaskType.lookup_posts: "posts"}


def result_names(db: Session, batch_id: str) -> list[str]:
    """The members that any result of the batch has, in the order in which they first occur."""
    names: dict[str, None] = {}
    for row in results(db, batch_id):
        for record in _records(row.type, row.result or {}):
            names.update(dict.fromkeys(record))
        if len(names) > _MOST_COLUMNS:
            break
    return list(names)[:_MOST_COLUMNS]


def result_header(names: Sequence[str]) -> list[str]:
    return [*_FIXED, "params", *(f"result.{name}" for name in names)]


def result_rows(task: TaskRead, names: Sequence[str]) -> Iterator[list[object]]:
    """The lines of one task: one, but where it has found a list, one for each that it has found."""
    error, metrics = task.error or {}, task.metrics
    fixed: list[object] = [
        task.position,
        task.id,
        task.account,
        task.worker_account,
        task.status.value,
        task.reason,
        error.get("code"),
        error.get("message"),
        task.attempts,
        metrics.retries,
        metrics.start_time,
        metrics.end_time,
        metrics.duration,
    ]
    for record in _records(task.type, task.result or {}):
        yield [*fixed, task.params, *(record.get(name) for name in names)]


def _records(
    type: TaskType,  # noqa: A002 - the word of the contract
    result: Mapping[str, Any],
) -> list[dict[str, Any]]:
    """A result as flat rows: `metrics.followers` is a column of its own."""
    listed = _ONE_LINE_EACH.get(type)
    common = _flat({name: value for name, value in result.items() if name != listed})
    found = (result.get(listed) if listed else None) or [{}]
    return [{**common, **_flat({f"{listed}.{k}": v for k, v in one.items()})} for one in found]


def _flat(result: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in result.items():
        if isinstance(value, Mapping):
            flat.update((f"{name}.{inner}", one) for inner, one in value.items())
        else:
            flat[name] = value
    return flat
