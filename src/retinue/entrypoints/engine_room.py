"""
What works behind the server in the embedded topology: jobs, event numbers, tasks, sessions.

Each engine is a loop on a thread of its own that ends when `stop` is set.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from retinue.capabilities.sessions import service as sessions
from retinue.capabilities.sessions.errors import AgentNameTaken
from retinue.entrypoints.agent import Agent
from retinue.entrypoints.jobs import JOBS
from retinue.entrypoints.tasks import TASKS
from retinue.foundation.events.publisher import Publisher
from retinue.foundation.jobs.executor import Executor
from retinue.foundation.runtime import Runtime
from retinue.workflows.working.service import Worker

logger = logging.getLogger(__name__)

_DRAIN_SECONDS = 20.0
_AGENT_SECONDS = 10.0
_AGENT_POLL_SECONDS = 0.05


@contextmanager
def running(runtime: Runtime, *, with_agent: bool = True) -> Iterator[None]:
    """
    Run the engines until the block ends; then let each finish what it holds.

    Raises:
        AgentNameTaken: another agent of the configured name is at work.
    """
    stop = threading.Event()
    engines: dict[str, Executor | Publisher | Worker | Agent] = {
        "jobs": Executor(runtime, JOBS),
        "events": Publisher(runtime),
        "tasks": Worker(runtime, TASKS),
    }
    if with_agent:
        agent = Agent(runtime, name=runtime.configuration.agent_name)
        agent.check_name()
        engines["agent"] = agent
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
        for thread in threads:
            thread.join(_DRAIN_SECONDS)
            if thread.is_alive():
                logger.warning("%s did not end within %s seconds", thread.name, _DRAIN_SECONDS)


def _run(engine: Executor | Publisher | Worker | Agent, stop: threading.Event) -> None:
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
