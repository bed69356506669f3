"""Celery Beat with many entries."""

from __future__ import annotations

import time
from typing import Any

from celery import Celery
from celery.beat import Scheduler as Beat

BEATS = 100


class _Counting(Beat):  # type: ignore[misc] # Celery ships no types
    number = 0
    producer = None

    def apply_entry(self, entry: Any, producer: Any = None) -> None:
        self.number += 1


def entries_a_second(number: int) -> float:
    """What Celery Beat hands on of so many entries, all due at once; the broker takes no time."""
    app = Celery("bench", broker="memory://", set_as_current=False)
    app.conf.beat_schedule = {
        f"monitor-{n}": {"task": "read", "schedule": 0.001, "args": (n,)} for n in range(number)
    }
    beat = _Counting(app, max_interval=1.0)
    beat.tick()
    beat.number, began = 0, time.perf_counter()
    while beat.number < BEATS and time.perf_counter() - began < 30:
        beat.tick()
    return beat.number / (time.perf_counter() - began)
