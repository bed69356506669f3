"""The ledger under `/api`, and the history that existing clients know, at the root."""

from __future__ import annotations

from retinue.capabilities.ledger.endpoints import (
    attempts,
    exporting,
    history,
    interactions,
    sources,
)
from retinue.foundation.http import Router

router = Router.of(
    history.router, interactions.router, exporting.router, attempts.router, sources.router
)
