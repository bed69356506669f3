"""A database that is away for a while costs time, and neither an outcome nor the session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import cycle
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import InterfaceError, OperationalError

from retinue.capabilities.ledger.models import AttemptState
from retinue.capabilities.sessions.models import SessionStatus
from retinue.drivers.errors import CallPhase, DriverError, FailureClass
from retinue.drivers.network.fake import FakeNetwork
from retinue.drivers.network.fake_line import FakeLine
from retinue.drivers.network.protocol import Credentials, Receipt
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.errors import Unavailable
from retinue.workflows.engagement.control import Progress
from retinue.workflows.engagement.patience import Patience
from tests.retinue.workflows.engagement.conftest import EVERYBODY, Engagement

pytestmark = pytest.mark.databases("sqlite")


@contextmanager
def away(database: Database, *, when: Callable[[], bool], times: int) -> Iterator[list[int]]:
    """Commits fail `when` it says so, as they do while the server is started again."""
    failed: list[int] = []

    def fail(_connection: Any) -> None:
        if len(failed) < times and when():
            failed.append(len(failed))
            raise OperationalError("COMMIT", None, Exception("server has gone away"))

    event.listen(database.writer, "commit", fail)
    try:
        yield failed
    finally:
        event.remove(database.writer, "commit", fail)


class TestSession:
    def test_a_known_outcome_is_written_down_once_the_database_is_back(
        self, work: Engagement
    ) -> None:
        with away(work.database, when=lambda: len(work.done) == 1, times=12) as failed:
            ending = work.run()
        assert len(failed) == 12
        assert ending.status is SessionStatus.completed, ending.error
        assert {one.state for one in work.attempts()} == {AttemptState.confirmed}
        assert work.progress.told().counters["like"] == {"success": 6}

    def test_every_write_of_the_story_waits(self, work: Engagement) -> None:
        picky = work.network.people["person_1"]
        picky.profile = replace(picky.profile, follower_count=2)
        limited = DriverError(
            FailureClass.rate_limit, phase=CallPhase.answered, message="slow down", retry_after=5
        )
        work.network.fail_next("profile", limited)
        turns = cycle([True, False])

        def is_at_work() -> bool:
            return hasattr(work, "progress") and next(turns)

        with away(work.database, when=is_at_work, times=8) as failed:
            ending = work.run(EVERYBODY + "filters:\n  min_followers: 5\n")
        assert len(failed) == 8
        assert ending.status is SessionStatus.completed, ending.error
        assert work.rule_for("person_1") == "min_followers"
        assert {one.state for one in work.attempts()} == {AttemptState.confirmed}


class SlowLine(FakeLine):
    """Learns what came of a like only after most of a minute."""

    clock: ManualClock

    def like(self, post_id: str) -> Receipt:
        receipt = super().like(post_id)
        self.clock.advance(timedelta(seconds=59))
        return receipt


class SlowNetwork(FakeNetwork):
    def __init__(self, clock: ManualClock) -> None:
        super().__init__(clock=clock, logins=("ava",), people=8)
        self._manual = clock

    def open(self, credentials: Credentials, **options: Any) -> FakeLine:
        line = SlowLine(self, credentials=credentials, clock=self._manual, on_phase=None)
        line.clock = self._manual
        return line


class TestSignsOfLife:
    def test_an_answer_is_one_however_long_it_took(self, work: Engagement) -> None:
        work.network = SlowNetwork(work.clock)
        silences: list[timedelta] = []

        def measure(_connection: Any) -> None:
            if work.done:
                silences.append(work.clock.now() - work.progress.alive_at)

        event.listen(work.database.writer, "commit", measure)
        try:
            work.run()
        finally:
            event.remove(work.database.writer, "commit", measure)
        assert silences
        assert max(silences) < timedelta(seconds=59)


class TestKeepTrying:
    @pytest.mark.parametrize(
        "error",
        [
            Unavailable("target: it is changing hands; try again."),
            OperationalError("COMMIT", None, Exception("gone")),
            InterfaceError("COMMIT", None, Exception("gone")),
        ],
    )
    def test_it_gives_up_after_a_minute_with_the_last_error(
        self, clock: ManualClock, error: Exception
    ) -> None:
        began = clock.now()
        progress = Progress(clock)
        tries = 0

        def call() -> None:
            nonlocal tries
            tries += 1
            raise error

        with pytest.raises(type(error)):
            Patience(clock, progress).keep_trying(call)
        assert timedelta(seconds=50) < clock.now() - began <= timedelta(seconds=60)
        assert tries > 10
        assert clock.now() - progress.alive_at < timedelta(seconds=5)
