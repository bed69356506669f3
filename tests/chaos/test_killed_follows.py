"""
A worker is killed in the middle of a follow; what became of it is found out by looking.

A real process dies at a named point. Whoever comes after it works here, some minutes ahead, so
that nobody has to wait for the looks.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from retinue.capabilities.ledger.models import AttemptState
from retinue.capabilities.tasks.models import TaskStatus, WaitingFor
from retinue.capabilities.tasks.schemas import TaskRead
from retinue.entrypoints.tasks import TASKS
from retinue.foundation.clock import SystemClock
from retinue.foundation.jobs.executor import Executor
from retinue.workflows.probing.jobs import JOBS
from retinue.workflows.working.service import Worker
from tests.chaos.test_scaled_follows import Stage, staged

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

IS_LONG = os.environ.get("RETINUE_CHAOS") == "long"
ENGINES = ("postgresql", "mariadb") if IS_LONG else ("postgresql",)
POINTS = {
    "after_intent_commit": 0,
    "after_request_sent": 1,
    "after_answer": 1,
    "before_settle_commit": 1,
}
"""Point, and how many follows the network has seen by then."""
CHOSEN = POINTS if IS_LONG else ("after_request_sent",)


class LaterClock(SystemClock):
    ahead = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.ahead


class Later:
    """Another worker, so many minutes from now."""

    def __init__(self, stage: Stage) -> None:
        self.clock = LaterClock()
        runtime = replace(stage.house.runtime, clock=self.clock, incarnation="another")
        self.worker = Worker(runtime, TASKS)
        self.executor = Executor(runtime, JOBS)

    def work(self, minutes: float) -> None:
        self.clock.ahead = timedelta(minutes=minutes)
        self.worker.step()

    def look(self, minutes: float) -> None:
        self.clock.ahead = timedelta(minutes=minutes)
        self.executor.step()


@pytest.fixture
def stage(tmp_path: Path, database_url: str) -> Iterator[Stage]:
    with staged(tmp_path, database_url) as made:
        yield made


@pytest.mark.databases(*ENGINES)
class TestAWorkerKilledInAFollow:
    @pytest.mark.parametrize("point", CHOSEN)
    def test_the_follow_is_made_once_and_settled_by_what_is_seen(
        self, stage: Stage, point: str
    ) -> None:
        killed = stage.start_worker(TEST_DIE_AT=point)
        stage.ask(1, stage.people(1))
        assert killed.process.wait(150) == -signal.SIGKILL, killed.said
        (running,) = stage.every()
        assert running.status is TaskStatus.running
        assert stage.effects() <= POINTS[point]

        later = Later(stage)
        later.work(1)
        waiting = self.only(stage)
        assert (waiting.status, waiting.waiting_for) == (TaskStatus.pending, WaitingFor.retry)
        assert "not known" in (waiting.waiting_why or "")
        assert self.state(stage) is AttemptState.unknown
        assert stage.effects() == POINTS[point]

        later.look(4)
        if not POINTS[point]:
            # Not being there is believed after ten minutes; until then it is not done again.
            later.work(6)
            assert stage.effects() == 0
            later.look(20)
        later.work(60)
        done = self.only(stage)
        assert done.status is TaskStatus.completed, done
        assert (done.result or {})["outcome"] == "followed"
        assert self.state(stage) is AttemptState.confirmed
        assert (stage.effects(), stage.repeats()) == (1, 0)

    def only(self, stage: Stage) -> TaskRead:
        (found,) = stage.every()
        return found

    def state(self, stage: Stage) -> AttemptState:
        """Of the newest attempt."""
        return stage.house.attempts()[-1].state
