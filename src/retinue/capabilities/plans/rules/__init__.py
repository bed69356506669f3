"""Pure decisions about plans: what a text means, what is wrong with it, how it is edited, when it may run."""

from retinue.capabilities.plans.rules.comments import spin
from retinue.capabilities.plans.rules.editing import edited
from retinue.capabilities.plans.rules.hours import (
    closing_time,
    draw_shift,
    is_within,
    next_opening,
)
from retinue.capabilities.plans.rules.orders import Request
from retinue.capabilities.plans.rules.reading import parse

__all__ = [
    "Request",
    "closing_time",
    "draw_shift",
    "edited",
    "is_within",
    "next_opening",
    "parse",
    "spin",
]
