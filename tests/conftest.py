from __future__ import annotations

import gc

pytest_plugins = [
    "tests.fixtures.sandgram",
    "tests.fixtures.servers",
    "tests.fixtures.databases",
    "tests.fixtures.surroundings",
    "tests.fixtures.fleet",
]


def pytest_collection_finish() -> None:
    """Ten thousand tests are there to stay: to look for garbage among them again and again is a quarter of the work."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
