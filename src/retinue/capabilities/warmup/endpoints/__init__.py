"""What bots call, and what operators see and decide."""

from __future__ import annotations

from retinue.capabilities.warmup.endpoints import bots, crew, operators
from retinue.foundation.http import Router

router = Router.of(bots.router, operators.router, crew.router)
