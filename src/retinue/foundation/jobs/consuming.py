"""The Celery worker of a process: it takes messages in the main thread, and its signals end it."""

from __future__ import annotations

import logging
import os
import socket
import warnings
from typing import Any

from celery import signals
from celery.exceptions import SecurityWarning

from retinue.foundation.jobs.messages import make_app

# A Redis that is away is told of once, by the line that everybody has to it.
_REPEATS_ITSELF = ("celery.worker.consumer.consumer", "celery.worker.consumer.connection", "kombu")


def consume(url: str) -> None:
    """
    Until SIGTERM or SIGINT. The pool is `solo`: a message only wakes the engines of this process,
    which have threads of their own, so a pool would be a second queue behind the queue.
    """
    # Its objection to root is about pickle, which is not accepted here.
    warnings.simplefilter("ignore", SecurityWarning)
    signals.setup_logging.connect(_leave_logging_alone, weak=False)
    logging.getLogger("celery").setLevel(logging.WARNING)
    for name in _REPEATS_ITSELF:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    worker = make_app(url).Worker(
        hostname=f"retinue-{os.getpid()}@{socket.gethostname()}",
        pool="solo",
        concurrency=1,
        quiet=True,
        without_gossip=True,
        without_mingle=True,
    )
    worker.start()


def _leave_logging_alone(**_given: Any) -> None:
    """That somebody listens keeps Celery from setting up logs of its own."""
