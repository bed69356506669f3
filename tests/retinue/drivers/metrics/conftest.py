from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.factories.vendoring import Pauses
from tests.fixtures.sandgram import RunningSandgram


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
def world(sandgram: RunningSandgram) -> Iterator[RunningSandgram]:
    """With no limit on calls, and as it was afterwards."""
    sandgram.control.patch("/tikhub", json={"rate": 0}).raise_for_status()
    yield sandgram
    sandgram.control.delete("/tikhub").raise_for_status()
    sandgram.control.delete("/graph").raise_for_status()
