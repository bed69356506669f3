"""The Celery Beat of a process: every five seconds it has a worker look at everything that is due."""

from __future__ import annotations

import logging
import threading
from typing import Any

from celery.beat import ScheduleEntry, Scheduler

from retinue.foundation.jobs.messages import Messages, make_app

logger = logging.getLogger(__name__)

_LONGEST_SECONDS = 1.0


class _Beat(Scheduler):  # type: ignore[misc] # Celery ships no types
    """Keeps its schedule in memory: when something is due is written in the database, not here."""

    producer = None
    """Celery would wait in here for a Redis that is away, and could not be ended meanwhile."""

    def __init__(self, *arguments: Any, messages: Messages, **options: Any) -> None:
        self._messages = messages
        super().__init__(*arguments, **options)

    def apply_entry(self, entry: ScheduleEntry, producer: Any = None) -> None:
        try:
            self._messages.sweep()
        except Exception as error:  # noqa: BLE001 - told once by the line to Redis; the next beat tries again
            logger.debug("a sweep could not be rung: %s", error)


def beat_until(stop: threading.Event, url: str) -> None:
    app = make_app(url)
    logging.getLogger("celery.beat").setLevel(logging.WARNING)
    scheduler = _Beat(app, messages=Messages(url, app, bells=()), max_interval=_LONGEST_SECONDS)
    while not stop.is_set():
        stop.wait(min(scheduler.tick(), _LONGEST_SECONDS))
