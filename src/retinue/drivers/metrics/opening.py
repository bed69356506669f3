"""A source, opened for as long as a block lasts. This is what loads the HTTP library (15 MB)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from retinue.drivers.metrics.bucket import RateGate, Sleep, gate_of
from retinue.drivers.metrics.graph import Graph
from retinue.drivers.metrics.protocol import MetricsSource, SourceName, SourceSettings
from retinue.drivers.metrics.tikhub import TikHub
from retinue.drivers.metrics.wire import PLACES, Patience, Wire
from retinue.foundation.clock import Clock
from retinue.foundation.randomness import Random


@asynccontextmanager
async def open_source(
    settings: SourceSettings,
    *,
    clock: Clock,
    random: Random,
    gate: RateGate | None = None,
    wire: Wire | None = None,
    sleep: Sleep = asyncio.sleep,
) -> AsyncIterator[MetricsSource]:
    """
    One for the process, within the event loop that reads. Without a `gate` the rate is kept to by
    this process alone; a `wire` says how many read at once, how long they wait and whether a live
    network is connected.

    Raises:
        ValueError: the settings cannot be used; the message says which and why, and no key.
    """
    kind = Graph if settings.source is SourceName.graph else TikHub
    async with wire or Wire() as opened:
        yield kind(
            settings,
            wire=opened,
            gate=gate or gate_of(settings.requests_per_second, clock=clock, sleep=sleep),
            clock=clock,
            random=random,
            sleep=sleep,
        )


__all__ = ["PLACES", "Patience", "Wire", "open_source"]
