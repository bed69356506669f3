from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import psutil
import pytest

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.ledger.models import AttemptState, EventStatus
from retinue.capabilities.proxies import service as proxies
from retinue.capabilities.proxies.schemas import ProxyCreate
from retinue.capabilities.sessions import service as sessions
from retinue.capabilities.sessions.errors import SessionFailed
from retinue.capabilities.sessions.models import SessionStatus
from retinue.entrypoints.agent import Agent
from retinue.foundation.clock import ManualClock
from tests.factories.staging import House, is_gone, make_house, quick, until
from tests.fixtures.sandgram import RunningSandgram

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def house(database_url: str, data_dir: Path, sandgram: RunningSandgram) -> Iterator[House]:
    with make_house(database_url, data_dir, sandgram) as made:
        yield made


class TestRun:
    def test_a_session_works_through_its_plan_and_ends_completed(self, house: House) -> None:
        account = house.add_account(quick(people=5))

        with house.agent():
            session = house.start(account)
            ended = house.wait_for_end(session.id)

        assert ended.status is SessionStatus.completed, ended.last_error
        assert ended.stop_reason == "all sources are worked through"
        assert [one.state for one in house.attempts()] == [AttemptState.confirmed] * 5
        assert [one["action"] for one in house.effects()] == ["like"] * 5
        assert ended.counters["like"] == {"success": 5}
        assert EventStatus.success in {one.status for one in house.events()}


class TestSecrets:
    def test_none_is_in_the_arguments_the_environment_the_log_or_an_open_folder(
        self, house: House
    ) -> None:
        account = house.add_account(quick(people=2000))
        with house.runtime.database.reading() as db:
            opened = accounts.open_credentials(db, house.runtime.sealer, account)
        key = next(iter(house.runtime.sealer.export_keys().values()))
        secrets = [key, opened.password, opened.auth_token, opened.ct0]
        with house.agent(environment={"PLAIN": "kept"}):
            session = house.start(account)
            until(lambda: len(house.attempts()) > 1, "some acts")
            process = psutil.Process(house.session(session.id).pid)
            shown = " ".join(process.cmdline()) + str(process.environ())
            work = Path(process.cwd())
            assert work.stat().st_mode & 0o777 == 0o700
        log = house.runtime.configuration.data_dir / "logs" / f"{account.login}.log"
        assert log.stat().st_mode & 0o777 == 0o600
        for secret in secrets:
            assert secret
            assert secret not in shown
            assert secret not in log.read_text()
        assert not work.exists()

    def test_only_listed_variables_are_inherited(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SOMEBODY_ELSES_TOKEN", "canary")
        monkeypatch.setenv("REENGAGEMENT_DAYS_DEFAULT", "7")
        account = house.add_account(quick(people=2000))
        with house.agent():
            session = house.start(account)
            environment = psutil.Process(house.session(session.id).pid).environ()
        assert "SOMEBODY_ELSES_TOKEN" not in environment
        assert environment["REENGAGEMENT_DAYS_DEFAULT"] == "7"


class TestEndings:
    def test_a_session_whose_time_is_up_is_timed_out(self, house: House) -> None:
        account = house.add_account(quick(people=2000))
        configuration = house.runtime.configuration.model_copy(update={"session_timeout": 3.0})
        house.runtime = replace(house.runtime, configuration=configuration)
        with house.agent():
            session = house.start(account)
            ended = house.wait_for_end(session.id)
        assert ended.status is SessionStatus.timed_out
        assert ended.stop_reason == "its time is up"

    def test_a_process_that_cannot_begin_is_failed_with_its_last_words(self, house: House) -> None:
        account = house.add_account(quick())
        command = (sys.executable, "-c", "import sys; sys.exit('password=hunter22 is wrong')")
        with house.agent(command=command), pytest.raises(SessionFailed) as failed:
            house.start(account)
        ended = house.session(failed.value.facts["session_id"])
        assert ended.status is SessionStatus.failed
        assert "exit code 1" in (ended.stop_reason or "")
        assert "is wrong" in (ended.last_error or "")
        assert "hunter22" not in (ended.last_error or "")

    def test_a_command_that_is_not_there_is_failed(self, house: House) -> None:
        account = house.add_account(quick())
        with house.agent(command=("/nowhere/python",)), pytest.raises(SessionFailed):
            house.start(account)

    def test_a_process_that_says_nothing_for_two_minutes_and_a_half_is_lost(
        self, house: House, noon: datetime
    ) -> None:
        account = house.add_account(quick())
        clock = ManualClock(noon)
        house.runtime = replace(house.runtime, clock=clock)
        agent = Agent(
            house.runtime,
            name="local",
            session_command=(sys.executable, "-c", "import time; time.sleep(600)"),
        )
        agent.step()
        session = house.order(account)
        agent.step()
        pid = house.session(session.id).pid
        assert pid is not None
        clock.advance(timedelta(seconds=149))
        agent.step()
        assert not is_gone(pid)
        clock.advance(timedelta(seconds=2))

        def is_buried() -> bool:
            agent.step()
            return not agent.running

        until(is_buried, "the burial")
        assert is_gone(pid)
        assert house.session(session.id).status is SessionStatus.lost

    def test_what_a_process_leaves_behind_is_ended_with_it(self, house: House) -> None:
        account = house.add_account(quick())
        code = (
            "import subprocess, sys, time;"
            "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
            "print('child', child.pid, flush=True); time.sleep(600)"
        )
        log = house.runtime.configuration.data_dir / "logs" / f"{account.login}.log"
        with house.agent(command=(sys.executable, "-c", code)):
            session = house.order(account)
            until(lambda: log.exists() and "child" in log.read_text(), "the child")
            child = int(log.read_text().split()[1])
            with house.runtime.database.reading() as db:
                pid = sessions.get(db, session.id).pid
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            house.wait_for_end(session.id)
            assert is_gone(child)


class TestProxy:
    def test_an_account_whose_proxy_is_dead_reaches_nobody(self, house: House) -> None:
        account = house.add_account(quick(people=5))
        with house.runtime.database.writing() as db:
            now = house.runtime.clock.now()
            dead = ProxyCreate(host="127.0.0.1", port=9)
            proxy = proxies.ensure(db, house.runtime.sealer, dead, now)
            accounts.get(db, account.id).proxy_id = proxy.id
        with house.agent():
            session = house.order(account)
            until(lambda: "Proxy" in str(house.session(session.id).last_error), "its reason")
            with house.runtime.database.writing() as db:
                now = house.runtime.clock.now()
                sessions.request_stop(db, account, requested_by="a test", now=now)
            ended = house.wait_for_end(session.id)
        assert ended.status is SessionStatus.stopped
        assert house.effects() == []
        assert house.sandgram.control.get(f"/accounts/{account.login}/logins").json()["items"] == []
