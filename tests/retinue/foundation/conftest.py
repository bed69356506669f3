from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from retinue.foundation.clock import Clock, SystemClock
from retinue.foundation.database import Database
from retinue.foundation.randomness import new_id
from retinue.foundation.runtime import Runtime
from tests.factories import serving

MakeRuntime = Callable[[], Runtime]


@pytest.fixture
def make_runtime(database: Database, data_dir: Path) -> MakeRuntime:
    """A process's runtime on the test's database, with a name of its own and the machine's clock."""

    def make(clock: Clock | None = None) -> Runtime:
        runtime = serving.make_runtime(database, clock or SystemClock(), data_dir)
        return dataclasses.replace(runtime, incarnation=new_id())

    return make


@pytest.fixture
def runtime(database: Database, clock: Clock, data_dir: Path) -> Runtime:
    """On the clock that stands at noon."""
    return serving.make_runtime(database, clock, data_dir)
