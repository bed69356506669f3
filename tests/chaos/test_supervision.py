"""What becomes of processes when an agent dies, a stop comes in the middle of an act, or many ask at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psutil
import pytest

from retinue.capabilities.ledger.models import AttemptState
from retinue.capabilities.sessions import service as sessions
from retinue.capabilities.sessions.errors import AgentSilent, AlreadyRunning, NotRunning
from retinue.capabilities.sessions.models import OPEN_STATUSES, SessionStatus
from retinue.foundation.clock import SystemClock
from tests.chaos.checking import compare
from tests.factories.staging import ENVIRONMENT, House, is_gone, quick, until

pytestmark = [pytest.mark.databases("sqlite"), pytest.mark.timeout(300)]


@contextmanager
def agent_process(house: House) -> Iterator[subprocess.Popen[bytes]]:
    configuration = house.runtime.configuration
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.chaos.agent_alone",
            str(configuration.data_dir),
            configuration.effective_database_url,
            house.sandgram.url,
        ],
        env={**os.environ, **ENVIRONMENT},
        cwd=configuration.data_dir,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def has_agent(house: House) -> bool:
    with house.runtime.database.reading() as db:
        return not sessions.is_agent_silent(db, "local", now=house.runtime.clock.now())


class TestKilledAgent:
    def test_its_session_process_is_gone_within_five_seconds_and_the_next_agent_settles_it(
        self, house: House
    ) -> None:
        account = house.add_account(quick(people=2000))
        with agent_process(house) as process:
            until(lambda: has_agent(house), "the agent")
            session = house.start(account)
            pid = house.session(session.id).pid
            assert pid is not None
            until(lambda: len(house.attempts()) > 3, "the first acts")

            process.send_signal(signal.SIGKILL)
            process.wait()

        until(lambda: is_gone(pid), "the end of the orphan", seconds=5)
        with house.agent():
            until(lambda: house.session(session.id).status not in OPEN_STATUSES, "the settlement")
        assert house.session(session.id).status is SessionStatus.lost
        compare(house).assert_clean()

    def test_a_process_that_hangs_in_a_call_is_gone_too(self, house: House) -> None:
        account = house.add_account(quick(people=2000))
        house.sandgram.fault("stall_after", action="like", account=account.login, seconds=60)
        with agent_process(house) as process:
            until(lambda: has_agent(house), "the agent")
            session = house.start(account)
            pid = house.session(session.id).pid
            assert pid is not None
            until(lambda: bool(house.attempts()), "the act")
            process.send_signal(signal.SIGKILL)
            process.wait()
        until(lambda: is_gone(pid), "the end of the orphan", seconds=5)
        house.sandgram.control.delete("/faults")
        with house.agent():
            house.wait_for_end(session.id)
        assert [one.state for one in house.attempts()] == [AttemptState.unknown]
        compare(house).assert_clean()


class TestKilledSession:
    def test_it_is_failed_with_evidence_and_leaves_no_zombie(self, house: House) -> None:
        account = house.add_account(quick(people=2000))
        with house.agent():
            session = house.start(account)
            pid = house.session(session.id).pid
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            ended = house.wait_for_end(session.id)
            assert not psutil.pid_exists(pid)
        assert ended.status is SessionStatus.failed
        assert ended.stop_reason == "its process ended by itself (signal 9)"

    def test_the_account_is_free_again_at_once(self, house: House) -> None:
        account = house.add_account(quick(people=3))
        with house.agent():
            first = house.start(account)
            house.wait_for_end(first.id)
            second = house.start(account)
            assert house.wait_for_end(second.id).status is SessionStatus.completed


class TestStop:
    def test_during_an_act_nothing_new_begins_and_no_process_is_left(self, house: House) -> None:
        account = house.add_account(quick(people=2000))
        house.sandgram.fault("slow", action="like", account=account.login, seconds=1.5)
        with house.agent():
            session = house.start(account)
            pid = house.session(session.id).pid
            assert pid is not None
            until(lambda: bool(house.attempts()), "an act in flight")
            began = SystemClock().monotonic()

            stopped = sessions.stop(house.runtime, account.id, requested_by="a test")

            took = SystemClock().monotonic() - began
            assert is_gone(pid)
            assert not psutil.pid_exists(pid)
        house.sandgram.control.delete("/faults")
        assert stopped.status is SessionStatus.stopped
        assert took < 5
        # The act in flight was given its time, and its outcome is known.
        assert {one.state for one in house.attempts()} == {AttemptState.confirmed}
        compare(house).assert_clean()

    def test_an_act_that_never_ends_is_unknown_and_its_process_is_killed(
        self, house: House
    ) -> None:
        account = house.add_account(quick(people=2000))
        house.sandgram.fault("stall_after", action="like", account=account.login, seconds=100)
        with house.agent():
            session = house.start(account)
            until(lambda: bool(house.attempts()), "an act in flight")
            stopped = sessions.stop(house.runtime, account.id, requested_by="a test")
            pid = house.session(session.id).pid
            assert pid is not None
            assert is_gone(pid)
        house.sandgram.control.delete("/faults")
        assert stopped.status is SessionStatus.stopped
        assert [one.state for one in house.attempts()] == [AttemptState.unknown]
        compare(house).assert_clean()

    def test_without_a_session_there_is_nothing_to_stop(self, house: House) -> None:
        account = house.add_account(quick())
        with pytest.raises(NotRunning, match="has no session"):
            sessions.stop(house.runtime, account.id, requested_by="a test")

    def test_a_waiting_session_ends_at_once(self, house: House) -> None:
        plan = quick(people=50).replace("like-interval: 0", "like-interval: 600")
        account = house.add_account(plan)
        with house.agent():
            house.start(account)
            until(lambda: bool(house.attempts()), "the first act")
            began = SystemClock().monotonic()
            sessions.stop(house.runtime, account.id, requested_by="a test")
            assert SystemClock().monotonic() - began < 2
        assert len(house.attempts()) == 1


class TestManyAtOnce:
    @pytest.mark.databases("sqlite", "mariadb", "postgresql")
    def test_of_twenty_who_start_the_same_account_one_gets_a_session(self, house: House) -> None:
        account = house.add_account(quick(people=2000))
        gate = threading.Barrier(20)

        def start(_: int) -> str:
            gate.wait()
            try:
                return house.order(account).status.value
            except AlreadyRunning:
                return "refused"

        with house.agent():
            with ThreadPoolExecutor(20) as pool:
                answers = Counter(pool.map(start, range(20)))
            assert answers == {"starting": 1, "refused": 19}

    @pytest.mark.parametrize("scope", ["fleet", "account"])
    def test_five_accounts_on_one_list_engage_each_person_once_per_scope(
        self, house: House, scope: str
    ) -> None:
        house.change_settings(dedup_scope=scope)
        accounts = [house.add_account(quick(people=12)) for _ in range(5)]
        with house.agent():
            ordered = [house.order(account) for account in accounts]
            ended = [house.wait_for_end(one.id) for one in ordered]
        assert {one.status for one in ended} == {SessionStatus.completed}, [
            one.last_error for one in ended
        ]
        found = compare(house, is_fleet=scope == "fleet")
        found.assert_clean()
        assert found.effects == 60

    def test_without_an_agent_nobody_waits_for_nothing(self, house: House) -> None:
        account = house.add_account(quick())
        with pytest.raises(AgentSilent, match="No agent has reported"):
            house.start(account)
