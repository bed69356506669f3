"""How accounts stand, and the people whom they leave alone."""

from __future__ import annotations

from retinue.capabilities.safety.endpoints import do_not_contact, forecast, states
from retinue.foundation.http import Router

router = Router.of(states.router, forecast.router, do_not_contact.router)
