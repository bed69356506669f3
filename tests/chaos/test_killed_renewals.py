"""
A process is killed in the middle of a renewal of tokens: afterwards the account opens, or says that it
needs a person. Never does it try in vain for good, and never is a token used that was not kept.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from retinue.capabilities.accounts.models import Account
from retinue.drivers.errors import DriverError, FailureClass
from retinue.foundation.clock import SystemClock
from retinue.foundation.runtime import Runtime
from retinue.workflows.connecting.models import GrantState
from tests.chaos.renewing import log_in, runtime_of
from tests.factories import on_x
from tests.fixtures.sandgram import RunningSandgram

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]

IS_LONG = os.environ.get("RETINUE_CHAOS") == "long"
TIMES = 20 if IS_LONG else 3
OPENS, NEEDS_A_PERSON = "opens", "needs a person"
POINTS = {
    "after_renewal_promise": OPENS,
    "after_renewal_answer": NEEDS_A_PERSON,
    "after_renewal_stored": OPENS,
}


class LaterClock(SystemClock):
    """Three minutes on, when nobody waits for the dead any more."""

    def now(self) -> datetime:
        return super().now() + timedelta(minutes=3)


@dataclass
class Stage:
    runtime: Runtime
    sandgram: RunningSandgram
    url: str
    directory: Path

    def accounts(self) -> list[Account]:
        found = []
        for _ in range(TIMES):
            account = on_x.add_account(self.runtime, self.sandgram)
            # Only the refresh token: the first call must renew.
            on_x.authorise(self.runtime, self.sandgram, account, access_token=None)
            found.append(account)
        return found

    def kill(self, accounts: list[Account], point: str) -> None:
        logins = [one.login for one in accounts]
        said = subprocess.run(
            [
                sys.executable,
                "-m",
                "tests.chaos.renewing",
                self.url,
                self.directory,
                point,
                *logins,
            ],
            capture_output=True,
            text=True,
            timeout=200,
            check=True,
        )
        assert said.stdout.split() == ["killed"] * len(accounts), said.stderr

    def outcome(self, account: Account) -> str:
        later = replace(self.runtime, clock=LaterClock())
        try:
            return OPENS if log_in(later, account.login) == account.login else "another"
        except DriverError as error:
            is_said = "the answer to a renewal was lost at" in error.message
            is_for_a_person = error.failure is FailureClass.challenge and is_said
            return NEEDS_A_PERSON if is_for_a_person else str(error)


@pytest.fixture
def stage(tmp_path: Path, database_url: str, sandgram: RunningSandgram) -> Iterator[Stage]:
    runtime = runtime_of(database_url, tmp_path)
    on_x.connect(
        runtime,
        base_url=f"{sandgram.url}/x",
        client_id="sandgram-x-app",
        client_secret="sandgram-x-secret",
    )
    yield Stage(runtime, sandgram, database_url, tmp_path)
    runtime.database.close()


class TestKilledRenewals:
    @pytest.mark.parametrize("point", POINTS)
    def test_the_account_opens_or_asks_for_a_person(self, stage: Stage, point: str) -> None:
        accounts = stage.accounts()
        stage.kill(accounts, point)
        assert [stage.outcome(one) for one in accounts] == [POINTS[point]] * TIMES
        if POINTS[point] == NEEDS_A_PERSON:
            for one in accounts:
                assert on_x.grant_of(stage.runtime, one).state is GrantState.ended
                on_x.authorise(stage.runtime, stage.sandgram, one)
                assert stage.outcome(one) == OPENS
