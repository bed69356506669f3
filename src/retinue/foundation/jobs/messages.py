"""
Celery as a doorbell: a message wakes one worker, which then takes from the database what is due.

A message says which bell has rung and names up to a hundred ids. It has no result, no delay and
no retry; losing all of them costs a poll's wait.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

from celery import Celery
from redis import Redis

from retinue.foundation import bell as bells
from retinue.foundation import redis_line
from retinue.foundation.bell import Bell

QUEUE = "retinue"
RING = "retinue.ring"
SWEEP = "retinue.sweep"
SWEEP_SECONDS = 5.0
_PREFIX = "retinue:"
_MOST_MESSAGES = 1000


def make_app(url: str) -> Celery:
    """The same in every process: Flower and `celery inspect` are told of it by `celery -A`."""
    app = Celery("retinue", broker=url, set_as_current=False)
    app.conf.update(
        accept_content=["json"],
        task_serializer="json",
        event_serializer="json",
        task_ignore_result=True,
        result_backend=None,
        task_default_queue=QUEUE,
        task_publish_retry=False,
        # A message that is lost with its worker was only a doorbell.
        task_acks_late=False,
        worker_cancel_long_running_tasks_on_connection_loss=True,
        worker_prefetch_multiplier=1,
        worker_send_task_events=True,
        task_send_sent_event=True,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options={
            "global_keyprefix": _PREFIX,
            "socket_timeout": 5,
            "socket_connect_timeout": 2,
            "health_check_interval": 5,
        },
        result_expires=None,
        enable_utc=True,
        timezone="UTC",
        beat_schedule={"sweep": {"task": SWEEP, "schedule": SWEEP_SECONDS}},
    )
    app.task(name=RING)(_ring)
    app.task(name=SWEEP)(_sweep)
    return app


def _ring(bell: str, ids: Sequence[str] = ()) -> int:
    """What a worker does with a message: its engines look, in the order of the queue and not of the message."""
    bells.ring_here(bell)
    return len(ids)


def _sweep() -> None:
    bells.ring_all_here()


class Messages:
    """Sends what one worker of many is to answer. For one thread."""

    def __init__(self, url: str, app: Celery, *, bells: Sequence[Bell]) -> None:
        self.bells = frozenset(one.name for one in bells)
        self._app = app
        self._redis: Redis = redis_line.client(url)
        self._lock = threading.Lock()

    def send(self, bell: str, ids: Sequence[str]) -> None:
        with self._lock:
            if not self._is_full():
                self._app.send_task(RING, args=(bell, list(ids)), ignore_result=True)

    def sweep(self) -> None:
        with self._lock:
            if not self._is_full():
                self._app.send_task(SWEEP, ignore_result=True)

    def _is_full(self) -> bool:
        """Where no worker is at work nobody takes the messages, and one day of them helps nobody."""
        return int(self._redis.llen(_PREFIX + QUEUE)) >= _MOST_MESSAGES
