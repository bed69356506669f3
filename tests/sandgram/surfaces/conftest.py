from __future__ import annotations

import pytest

from tests.fixtures.sandgram import Account, RunningSandgram


@pytest.fixture
def me(sandgram: RunningSandgram) -> Account:
    return sandgram.account()
