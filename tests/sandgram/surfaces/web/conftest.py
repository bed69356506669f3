from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fixtures.sandgram import RunningSandgram
from tests.fixtures.sandgram_web import Visit


@pytest.fixture
def visit(sandgram: RunningSandgram) -> Iterator[Visit]:
    made = Visit(sandgram)
    yield made
    made.client.close()


@pytest.fixture
def helper(sandgram: RunningSandgram) -> Iterator[Visit]:
    """A second browser."""
    made = Visit(sandgram)
    yield made
    made.client.close()
