"""
What works behind the server: jobs, event numbers, tasks, monitors, sessions. All of it in the embedded
topology; in the scaled one each process runs its part.

Each engine is a loop on a thread of its own that ends when `stop` is set.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Protocol

from retinue.capabilities.sessions import service as sessions
from retinue.capabilities.sessions.errors import AgentNameTaken
from retinue.entrypoints.agent import Agent
from retinue.entrypoints.jobs import JOBS
from retinue.entrypoints.tasks import TASKS
from retinue.foundation.events.publisher import Publisher
from retinue.foundation.jobs.executor import Executor
from retinue.foundation.runtime import Runtime
from retinue.workflows.monitoring.service import Scheduler
from retinue.workflows.working.service import Worker

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 10.0
_SLACK_SECONDS = 10.0
_AGENT_SECONDS = 10.0
_AGENT_POLL_SECONDS = 0.05


class Part(StrEnum):
    jobs = "jobs"
    events = "events"
    tasks = "tasks"
    monitors = "monitors"
    agent = "agent"


class Engine(Protocol):
    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set, then finish what is held."""


@contextmanager
def running(
    runtime: Runtime,
    *,
    parts: Collection[Part] = frozenset(Part),
    patience: float = PATIENCE_SECONDS,
) -> Iterator[None]:
    """
    Run the engines until the block ends; then let each finish what it holds, `patience` seconds at most.

    Raises:
        AgentNameTaken: another agent of the configured name is at work.
    """
    stop = threading.Event()
    engines = {part: _engine(runtime, part, patience=patience) for part in Part if part in parts}
    threads = [
        threading.Thread(target=_run, args=(engine, stop), name=f"retinue-{name}")
        for name, engine in engines.items()
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        last = runtime.clock.monotonic() + patience + _SLACK_SECONDS
        for thread in threads:
            thread.join(max(0.0, last - runtime.clock.monotonic()))
            if thread.is_alive():
                logger.warning("%s did not end within %s seconds", thread.name, patience)


def _engine(runtime: Runtime, part: Part, *, patience: float) -> Engine:
    if part is Part.jobs:
        return Executor(runtime, JOBS, patience=patience)
    if part is Part.events:
        return Publisher(runtime)
    if part is Part.tasks:
        return Worker(runtime, TASKS, patience=patience)
    if part is Part.monitors:
        return Scheduler(runtime, patience=patience)
    agent = Agent(runtime, name=runtime.configuration.agent_name)
    agent.check_name()
    return agent


def _run(engine: Engine, stop: threading.Event) -> None:
    try:
        engine.run(stop)
    except AgentNameTaken as taken:
        # The rest of the server goes on; whoever orders a session is told who has the name.
        logger.error("%s", taken.message)  # noqa: TRY400 - a sentence, not a fault of ours


def await_agent(runtime: Runtime) -> None:
    """Until the agent has reported, or ten seconds: then whoever orders a session is told that it is silent."""
    name = runtime.configuration.agent_name
    deadline = runtime.clock.monotonic() + _AGENT_SECONDS
    while runtime.clock.monotonic() < deadline:
        with runtime.database.reading() as db:
            if not sessions.is_agent_silent(db, name, now=runtime.clock.now()):
                return
        runtime.clock.sleep(_AGENT_POLL_SECONDS)
