"""Where monitors are read, from the settings and from what the installation brings along."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

from sqlalchemy.orm import Session

from retinue.capabilities.monitors import service as monitors
from retinue.capabilities.monitors.models import SourceName
from retinue.capabilities.settings import service as settings
from retinue.drivers.metrics.bucket import RateGate, SharedGate, gate_of
from retinue.drivers.metrics.protocol import MetricsSource, SourceSettings
from retinue.foundation.runtime import Runtime


@dataclass(frozen=True, slots=True)
class Premises:
    """What is asked by default, each source or why it cannot be asked, and how many at the same time."""

    default: SourceName
    sources: dict[SourceName, SourceSettings | str]
    places: int


def premises(db: Session, runtime: Runtime) -> Premises:
    """As things stand: settings, keys, Sandgram's address."""
    wanted = settings.current(db).monitors
    found: dict[SourceName, SourceSettings | str] = {}
    for shown in monitors.sources(db, runtime):
        connection = monitors.connection(db, runtime, shown.source)
        why = f"{shown.source.value} cannot be asked: {shown.problem or 'it is not set up'}."
        found[shown.source] = why if connection is None or shown.problem else connection
    return Premises(SourceName(wanted.source), found, wanted.places)


class Opener:
    """Sources and gates as an installation has them."""

    def __init__(self, runtime: Runtime, *, places: int) -> None:
        self._runtime = runtime
        self._places = places

    def source(
        self, wanted: SourceSettings, gate: RateGate
    ) -> AbstractAsyncContextManager[MetricsSource]:
        # Here and not above: the library for it takes 15 MB, and many installations have no monitors.
        from retinue.drivers.metrics.opening import Patience, Wire, open_source  # noqa: PLC0415

        runtime = self._runtime
        wire = Wire(
            places=self._places,
            patience=Patience(connect=5.0, total=20.0),
            is_live=runtime.configuration.live_networks,
        )
        return open_source(wanted, clock=runtime.clock, random=runtime.rng, gate=gate, wire=wire)

    @asynccontextmanager
    async def gate(self, wanted: SourceSettings) -> AsyncIterator[RateGate]:
        """One rate for all processes where they have a Redis in common; else this one keeps to it alone."""
        runtime, rate = self._runtime, wanted.requests_per_second
        alone = gate_of(rate, clock=runtime.clock, sleep=asyncio.sleep)
        url = runtime.configuration.redis_url
        if url is None or rate <= 0:
            yield alone
            return
        from retinue.foundation.redis_slots import RedisSlots  # noqa: PLC0415 - where there is a Redis

        slots = RedisSlots(
            url.get_secret_value(),
            name=f"metrics:{wanted.source.value}",
            rate=rate,
            clock=runtime.clock,
        )
        try:
            yield SharedGate(slots, alone=alone, sleep=asyncio.sleep)
        finally:
            await slots.close()
