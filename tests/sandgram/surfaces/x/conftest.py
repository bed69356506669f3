from __future__ import annotations

import pytest

from tests.fixtures.sandgram import RunningSandgram
from tests.sandgram.conftest import Numbers
from tests.sandgram.surfaces.x.owner import Owner


@pytest.fixture
def running(numbers: Numbers) -> RunningSandgram:
    numbers.control.delete("/x")
    return numbers.running


@pytest.fixture
def me(numbers: Numbers, running: RunningSandgram) -> Owner:
    account = running.account()
    made = running.control.post("/x/tokens", json={"login": account.login}).json()
    return Owner(account, numbers.client, made["access_token"], made["refresh_token"])
