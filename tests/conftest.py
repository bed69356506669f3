from __future__ import annotations

pytest_plugins = [
    "tests.fixtures.sandgram",
    "tests.fixtures.servers",
    "tests.fixtures.databases",
    "tests.fixtures.surroundings",
]
