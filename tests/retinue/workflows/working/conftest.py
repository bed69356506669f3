from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.factories import tasking


@pytest.fixture(autouse=True)
def everything_runs() -> Iterator[None]:
    with tasking.everything_runs():
        yield
