from __future__ import annotations

import pytest

from tests.fixtures.sandgram import Account
from tests.sandgram.conftest import Numbers


@pytest.fixture
def me(numbers: Numbers) -> Account:
    return numbers.running.account()


@pytest.fixture
def token(numbers: Numbers, me: Account) -> str:
    found: str = numbers.control.get(f"/accounts/{me.login}").json()["graph_token"]
    return found
