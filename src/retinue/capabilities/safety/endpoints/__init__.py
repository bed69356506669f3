"""How accounts stand, and the people whom they leave alone."""

from __future__ import annotations

from fastapi import APIRouter

from retinue.capabilities.safety.endpoints import do_not_contact, states

router = APIRouter()
router.include_router(states.router)
router.include_router(do_not_contact.router)
