from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from retinue.capabilities.monitors.schemas import DueMonitor, FailedRead, Read
from retinue.drivers.metrics.bucket import RateGate
from retinue.drivers.metrics.protocol import MetricsSource, SourceSettings

OpenSource = Callable[[SourceSettings, RateGate], AbstractAsyncContextManager[MetricsSource]]
"""Opens a source within the event loop that reads."""

OpenGate = Callable[[SourceSettings], AbstractAsyncContextManager[RateGate]]
"""The gate that calls of a source pass, opened within the event loop that reads."""


@dataclass(frozen=True, slots=True)
class Order:
    """One monitor to read, and where."""

    monitor: DueMonitor
    source: SourceSettings
    name: str
    """The source's."""
    is_probe: bool = False
    """Sent although the source is halted, to see whether it still is."""


@dataclass(frozen=True, slots=True)
class PutBack:
    """It was not read. `why` is shown, and without `until` it is due at once."""

    why: str | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one order: a reading, a failure, or neither."""

    order: Order
    read: Read | None = None
    failed: FailedRead | None = None
    back: PutBack | None = None
    cost: Decimal = Decimal(0)
    """What the call has cost; 0 where none was billed."""
    is_billed: bool = False
    price: Decimal = Decimal(0)
    """What it would have cost, where there was no money for it."""
    is_refused: bool = False
    """The source answers nothing more until a person has done something."""
    is_away: bool = False
    """The source did not answer, or says that it cannot."""

    @property
    def monitor(self) -> DueMonitor:
        return self.order.monitor

    @property
    def source(self) -> str:
        return self.order.name
