from __future__ import annotations

from retinue.capabilities.monitors.schemas.work import (
    METRICS,
    MOST,
    Anomaly,
    Budget,
    Change,
    DueMonitor,
    FailedRead,
    MonitorFilter,
    Read,
    Recorded,
    Span,
    Subject,
)

__all__ = [
    "METRICS",
    "MOST",
    "Anomaly",
    "Budget",
    "Change",
    "DueMonitor",
    "FailedRead",
    "MonitorFilter",
    "Read",
    "Recorded",
    "Span",
    "Subject",
]
