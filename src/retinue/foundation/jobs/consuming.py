"""The Celery worker of a process: it takes messages in the main thread, and a signal ends it."""

from __future__ import annotations

import logging
import os
import signal
import socket
import warnings
from types import FrameType
from typing import Any

from celery import signals
from celery.exceptions import SecurityWarning
from celery.worker import state

from retinue.foundation.jobs.messages import make_app

# A Redis that is away is told of once, by the line that everybody has to it.
_REPEATS_ITSELF = ("celery.worker.consumer.consumer", "celery.worker.consumer.connection", "kombu")


def consume(url: str) -> None:
    """
    Until SIGTERM or SIGINT; from then on both are ignored, because whoever asked for the end has been heard.

    The pool is `solo`: a message only wakes the engines of this process, which have threads of
    their own, so a pool would be a second queue behind the queue.
    """
    # Its objection to root is about pickle, which is not accepted here.
    warnings.simplefilter("ignore", SecurityWarning)
    signals.setup_logging.connect(_leave_logging_alone, weak=False)
    logging.getLogger("celery").setLevel(logging.WARNING)
    for name in _REPEATS_ITSELF:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    app = make_app(url)
    worker_class = type("Worker", (_WithOurSignals, app.Worker), {})
    worker = worker_class(
        hostname=f"retinue-{os.getpid()}@{socket.gethostname()}",
        pool="solo",
        concurrency=1,
        quiet=True,
        without_gossip=True,
        without_mingle=True,
    )
    worker.start()


class _WithOurSignals:
    """
    Celery's own handlers end the process at the second signal, and open a debugger at others; ours
    leave it the minute that what runs may take.
    """

    def install_platform_tweaks(self, worker: Any) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _ask_for_the_end)


def _ask_for_the_end(number: int, frame: FrameType | None) -> None:
    del number, frame
    # Celery looks at it once a second, while it waits for the broker to come back too.
    state.should_stop = os.EX_OK


def _leave_logging_alone(**_given: Any) -> None:
    """That somebody listens keeps Celery from setting up logs of its own."""
