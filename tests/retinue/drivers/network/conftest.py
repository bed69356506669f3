from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from retinue.drivers.network.fake import FakeNetwork
from retinue.drivers.network.protocol import Credentials, Line, Network, PhaseHook
from retinue.drivers.network.sandgram import SandgramNetwork
from retinue.drivers.network.x.memory import MemoryKeeper
from retinue.drivers.network.x.network import XNetwork
from retinue.drivers.network.x.protocol import Tokens, XApp
from retinue.foundation.clock import SystemClock
from tests.fixtures.sandgram import RunningSandgram

LACKS: dict[str, frozenset[str]] = {
    "fake": frozenset(),
    "sandgram": frozenset(),
    "x": frozenset({"stories", "passwords", "picture hashes"}),
}
"""What a network does not have, by the names that tests are marked to need."""


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
    fake.cookies["test_account"] = "fresh"
    return Stage(
        network=fake,
        credentials=Credentials(
            login="test_account", password="opens-7-doors", auth_token="fresh", ct0="fresh"
        ),
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


def x_stage(sandgram: RunningSandgram) -> Stage:
    """An app of an enterprise: the others may not follow, like or comment."""
    made = sandgram.credentials()
    assert sandgram.control.patch("/x", json={"tier": "enterprise"}).status_code == 200
    login = made["login"]
    keeper = MemoryKeeper({login: granted(sandgram, login)})
    app = XApp(f"{sandgram.url}/x", "sandgram-x-app", "sandgram-x-secret")
    return Stage(
        network=XNetwork(app, keeper=keeper, clock=SystemClock()),
        credentials=Credentials(login=login),
        popular="harbour_lights",
        private="quiet_orchard",
        effects=lambda: [
            (one["action"], one["person_id"]) for one in sandgram.effects(account=login)
        ],
    )


def granted(sandgram: RunningSandgram, login: str, **wanted: Any) -> Tokens:
    """Tokens that the account's owner has just granted the app."""
    answer = sandgram.control.post("/x/tokens", json={"login": login, **wanted})
    assert answer.status_code == 201, answer.text
    made = answer.json()
    return Tokens(
        generation=1,
        access_token=made["access_token"],
        refresh_token=made.get("refresh_token"),
        expires_at=SystemClock().now() + timedelta(seconds=made["expires_in"]),
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test is made for each network that has what the test is marked to need."""
    if "stage" not in metafunc.fixturenames:
        return
    needs = {name for mark in metafunc.definition.iter_markers("needs") for name in mark.args}
    networks = [network for network, lacks in LACKS.items() if not lacks & needs]
    metafunc.parametrize("stage", networks, indirect=True)


@pytest.fixture
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    yield _stage(request)
    if request.param == "x":
        request.getfixturevalue("sandgram").control.delete("/x")


def _stage(request: pytest.FixtureRequest) -> Stage:
    if request.param == "fake":
        return fake_stage()
    sandgram = request.getfixturevalue("sandgram")
    return x_stage(sandgram) if request.param == "x" else sandgram_stage(sandgram)


@pytest.fixture
def line(stage: Stage) -> Iterator[Line]:
    opened = stage.line()
    yield opened
    opened.close()
