"""The news of tasks: one event for each that stands alone, one for all of a batch that changed together."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.tasks.models import TaskStatus, TaskType
from retinue.capabilities.tasks.repository import reading, settling
from retinue.capabilities.tasks.rules.waiting import Hopeless
from retinue.capabilities.tasks.schemas import ClaimedTask, Counts
from retinue.foundation.events import service as events

_LARGEST_RESULT = 4096
"""Characters of JSON that an event carries; whoever wants more reads the task."""


@dataclass(frozen=True, slots=True)
class News:
    """How one task stands now."""

    task_id: str
    type: TaskType
    status: TaskStatus
    account_id: int | None
    batch_id: str | None
    retries: int
    progress: int = 0
    started_at: datetime | None = None
    ended_at: datetime | None = None
    error: Mapping[str, Any] | None = None
    result: Mapping[str, Any] | None = None

    @classmethod
    def of(cls, task: ClaimedTask, status: TaskStatus, **more: Any) -> News:
        return cls(
            task.id,
            task.type,
            status,
            task.account_id,
            task.batch_id,
            more.pop("retries", task.retries),
            started_at=task.started_at,
            **more,
        )


def tell(db: Session, news: Sequence[News], *, now: datetime) -> None:
    """
    Nobody is told of each task of a batch: a thousand of them would drown everything else. A batch
    of which nothing is left to be done is finished with this.
    """
    told = [_event(one) for one in news if one.batch_id is None]
    by_batch: dict[str, list[News]] = defaultdict(list)
    for one in news:
        if one.batch_id is not None:
            by_batch[one.batch_id].append(one)
    counts = _counts(db, sorted(by_batch), now=now)
    told += [_batch_event(counts[batch_id], its) for batch_id, its in by_batch.items()]
    events.publish_all(db, "task_update", told, now=now)


def began(db: Session, claimed: Sequence[ClaimedTask], *, now: datetime) -> None:
    """Of a batch nobody is told that more of it runs; its numbers change when something ends."""
    news = [News.of(one, TaskStatus.running) for one in claimed if one.batch_id is None]
    tell(db, news, now=now)


def fail_unbegun(db: Session, hopeless: Sequence[tuple[Any, Hopeless]], *, now: datetime) -> None:
    """Waiting tasks that will never run: they fail, and say why."""
    news = []
    for row, why in hopeless:
        error = {"code": why.code, "class": "refused", "message": why.message, "source": "queue"}
        values = {
            "status": TaskStatus.failed,
            "error": error,
            "reason": why.code,
            "end_time": now,
            "waiting_for": None,
            "waiting_until": None,
            "waiting_why": None,
        }
        settling.end(db, row.id, values)
        news.append(
            News(
                row.id,
                row.type,
                TaskStatus.failed,
                row.account_id,
                row.batch_id,
                row.retries,
                ended_at=now,
                error=error,
            )
        )
    tell(db, news, now=now)


def _counts(db: Session, batch_ids: Sequence[str], *, now: datetime) -> dict[str, Counts]:
    if not batch_ids:
        return {}
    counts = reading.counts_of_batches(db, batch_ids)
    last = sorted(one for one, its in counts.items() if not its.pending)
    if last:
        # Two workers that end the last ones at the same moment would each see the other's still running.
        settling.hold_batches(db, last)
        counts.update(reading.counts_of_batches(db, last))
    over = [one for one, its in counts.items() if not its.pending and not its.running]
    if over:
        settling.finish_batches(db, over, now=now)
    return counts


def _event(news: News) -> dict[str, Any]:
    told: dict[str, Any] = {
        "task_id": news.task_id,
        "type": news.type.value,
        "status": news.status.value,
        "progress": news.progress,
        "account_id": news.account_id,
        "metrics": _metrics(news),
    }
    if news.batch_id is not None:
        told["batch_id"] = news.batch_id
    if news.error is not None:
        told["error"] = news.error
    if news.result is not None and len(json.dumps(news.result, default=str)) <= _LARGEST_RESULT:
        told["result"] = news.result
    return told


def _metrics(news: News) -> dict[str, Any]:
    told: dict[str, Any] = {
        "start_time": None if news.started_at is None else news.started_at.isoformat(),
        "retries": news.retries,
    }
    if news.ended_at is not None:
        told["end_time"] = news.ended_at.isoformat()
        if news.started_at is not None:
            told["duration"] = (news.ended_at - news.started_at).total_seconds()
    return told


def _batch_event(counts: Counts, news: Sequence[News]) -> dict[str, Any]:
    """The last one stands for all; `batch` tells how far they are together."""
    told = _event(news[-1])
    # Whoever is restricted to some accounts hears nothing of a batch about others too.
    told["account_id"] = None
    told["batch"] = {
        "counts": counts.model_dump(),
        "progress": counts.progress,
        "changed": len(news),
    }
    return told
