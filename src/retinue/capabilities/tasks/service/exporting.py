"""Results as a table."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

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


def result_names(db: Session, batch_id: str) -> list[str]:
    """The members that any result of the batch has, in the order in which they first occur."""
    names: dict[str, None] = {}
    for row in results(db, batch_id):
        names.update(dict.fromkeys(row.result or {}))
        if len(names) > _MOST_COLUMNS:
            break
    return list(names)[:_MOST_COLUMNS]


def result_header(names: Sequence[str]) -> list[str]:
    return [*_FIXED, "params", *(f"result.{name}" for name in names)]


def result_cells(task: TaskRead, names: Sequence[str]) -> list[object]:
    error, metrics, result = task.error or {}, task.metrics, task.result or {}
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
    return [*fixed, task.params, *(result.get(name) for name in names)]
