from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from retinue.drivers.network.fake import FakeNetwork
from retinue.drivers.network.protocol import Credentials, Line, Network, PhaseHook
from retinue.drivers.network.sandgram import SandgramNetwork
from retinue.foundation.clock import SystemClock
from tests.fixtures.sandgram import RunningSandgram


@dataclass
class Stage:
    """One network with somebody to look at and an account to look with."""

    network: Network
    credentials: Credentials
    popular: str
    private: str
    effects: Callable[[], list[tuple[str, str]]]
    """Action and person of everything this account did, by the network's own record."""

    def line(self, on_phase: PhaseHook | None = None) -> Line:
        line = self.network.open(self.credentials, on_phase=on_phase)
        line.log_in()
        return line


def fake_stage() -> Stage:
    fake = FakeNetwork(clock=SystemClock())
    fake.people["person_7"].has_story = False
    return Stage(
        network=fake,
        credentials=Credentials(login="test_account", password="right"),
        popular="person_0",
        private="person_29",
        effects=lambda: [(one.action, one.person_id) for one in fake.effects],
    )


def sandgram_stage(sandgram: RunningSandgram) -> Stage:
    made = sandgram.credentials()
    while made.get("backup_code") and not made["totp_secret"]:
        # A driver does not log in with backup codes: which account is next must not decide a test.
        made = sandgram.credentials()
    known = Credentials(
        login=made["login"],
        password=made["password"],
        auth_token=made["auth_token"],
        ct0=made["ct0"],
        totp_secret=made["totp_secret"] or None,
    )
    return Stage(
        network=SandgramNetwork(sandgram.url, clock=SystemClock()),
        credentials=known,
        popular="harbour_lights",
        private="quiet_orchard",
        effects=lambda: [
            (one["action"], one["person_id"]) for one in sandgram.effects(account=made["login"])
        ],
    )


@pytest.fixture(params=["fake", "sandgram"])
def stage(request: pytest.FixtureRequest) -> Stage:
    if request.param == "fake":
        return fake_stage()
    return sandgram_stage(request.getfixturevalue("sandgram"))


@pytest.fixture
def line(stage: Stage) -> Iterator[Line]:
    opened = stage.line()
    yield opened
    opened.close()
