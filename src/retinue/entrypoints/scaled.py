"""
The scaled topology: API processes, workers and a beat around one database server and one Redis.

What is imported for it is imported only where a Redis is configured.
"""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from retinue.capabilities.tasks import service as tasks
from retinue.entrypoints.errors import NotStartable
from retinue.foundation.cli import Exit
from retinue.foundation.configuration import Configuration
from retinue.foundation.jobs import service as jobs
from retinue.foundation.runtime import Runtime

TO_ONE_WORKER = (tasks.asked, jobs.deferred)
"""Bells that one worker of many answers; the others are heard by every process."""

DRAIN_SECONDS = 60.0


def redis_url(configuration: Configuration) -> str:
    """
    Raises:
        NotStartable: something that several processes have to share is not configured.
    """
    wanted = {
        "RETINUE_DATABASE_URL": configuration.database_url,
        "RETINUE_REDIS_URL": configuration.redis_url,
    }
    missing = [name for name, value in wanted.items() if value is None]
    if missing:
        message = (
            f"{' and '.join(missing)} must be set: API, workers and beat meet in one database server and one Redis. "
            "On one machine without them, `retinue up` does it all."
        )
        raise NotStartable(message, exit_code=Exit.usage)
    _check_libraries()
    return configuration.redis_url.get_secret_value() if configuration.redis_url else ""


def _check_libraries() -> None:
    if any(importlib.util.find_spec(name) is None for name in ("celery", "redis")):
        message = (
            "RETINUE_REDIS_URL is set, but Celery is not installed: pip install 'retinue[celery]'."
        )
        raise NotStartable(message, exit_code=Exit.unavailable)


def problem_with_redis(configuration: Configuration) -> str | None:
    """
    Why it does not answer, None where it does or where none is configured.

    Raises:
        NotStartable: the library to reach it is not there.
    """
    if configuration.redis_url is None:
        return None
    _check_libraries()
    from retinue.foundation.redis_line import problem_with

    return problem_with(configuration.redis_url.get_secret_value())


@contextmanager
def doorbell(runtime: Runtime) -> Iterator[None]:
    """
    Wake other processes, and be woken by them, until the block ends. Nothing without a Redis.

    Raises:
        NotStartable: a Redis is configured, and the library to reach it is not there.
    """
    configured = runtime.configuration.redis_url
    if configured is None:
        yield
        return
    _check_libraries()
    from retinue.foundation.jobs.messages import Messages, make_app
    from retinue.foundation.redis_line import RedisLine

    url = configured.get_secret_value()
    deliveries = Messages(url, make_app(url), bells=TO_ONE_WORKER)
    with RedisLine(url, sender=runtime.incarnation, deliveries=deliveries).open():
        yield


def take_messages(url: str) -> None:
    """Be a Celery worker, in this thread, until SIGTERM or SIGINT."""
    from retinue.foundation.jobs.consuming import consume

    consume(url)


def beat(url: str, stop: threading.Event) -> None:
    """Be the Celery Beat until `stop` is set."""
    from retinue.foundation.jobs.beating import beat_until

    beat_until(stop, url)
