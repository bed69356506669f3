"""The verbs of the ledger."""

from retinue.capabilities.ledger.service.asking import check, count_events, events, is_engaged, why
from retinue.capabilities.ledger.service.figures import (
    counts_by_status,
    daily,
    last_24_hours,
    limits,
    unknowns,
)
from retinue.capabilities.ledger.service.history import clear, filters, save, save_filters
from retinue.capabilities.ledger.service.people import remember_available, remember_unavailable
from retinue.capabilities.ledger.service.reserving import reserve
from retinue.capabilities.ledger.service.settling import (
    outcome_of,
    resolve,
    settle,
    settle_open_of_session,
    settle_orphans,
)
from retinue.capabilities.ledger.service.skipping import skip
from retinue.capabilities.ledger.service.sweeping import CHUNK, sweep

__all__ = [
    "CHUNK",
    "check",
    "clear",
    "count_events",
    "counts_by_status",
    "daily",
    "events",
    "filters",
    "is_engaged",
    "last_24_hours",
    "limits",
    "outcome_of",
    "remember_available",
    "remember_unavailable",
    "reserve",
    "resolve",
    "save",
    "save_filters",
    "settle",
    "settle_open_of_session",
    "settle_orphans",
    "skip",
    "sweep",
    "unknowns",
    "why",
]
