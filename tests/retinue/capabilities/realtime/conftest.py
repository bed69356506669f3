from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories.streaming import Station, streaming


@pytest.fixture
def station(database_url: str, data_dir: Path) -> Iterator[Station]:
    with streaming(database_url, data_dir) as opened:
        yield opened
