from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.acceptance.product import Product, start


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """`retinue up --demo` on a fresh data directory, for the tests of one file."""
    running = start(tmp_path_factory.mktemp("product") / "data")
    yield running
    running.end()
