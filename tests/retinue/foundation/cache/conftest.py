from __future__ import annotations

from collections.abc import Iterator

import pytest

from retinue.foundation.cache import Cache, MemoryCache
from retinue.foundation.cache.shared import RedisCache
from retinue.foundation.clock import SystemClock


@pytest.fixture(params=["memory", "redis"])
def cache(request: pytest.FixtureRequest) -> Iterator[Cache]:
    """Each kind that there is, on the machine's clock."""
    if request.param == "memory":
        yield MemoryCache(SystemClock())
        return
    found = RedisCache(request.getfixturevalue("redis_url"), clock=SystemClock())
    yield found
    found.close()
