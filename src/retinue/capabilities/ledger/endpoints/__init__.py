"""The ledger under `/api`, and the history that existing clients know, at the root."""

from __future__ import annotations

from fastapi import APIRouter

from retinue.capabilities.ledger.endpoints import (
    attempts,
    exporting,
    history,
    interactions,
    sources,
)

router = APIRouter()
router.include_router(history.router)
router.include_router(interactions.router)
router.include_router(exporting.router)
router.include_router(attempts.router)
router.include_router(sources.router)
