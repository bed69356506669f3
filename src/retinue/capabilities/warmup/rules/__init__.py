"""Pure decisions of the warm-up: whose turn it is, what may be done to a phase, and what keeps an account still."""

from retinue.capabilities.warmup.rules.holding import hold_of, start_refusal
from retinue.capabilities.warmup.rules.phases import (
    ORDER,
    WORKED_ON,
    asked_for,
    current,
    following,
    is_at_hand,
    is_repeat,
    next_available_at,
    progress,
    status_at,
)
from retinue.capabilities.warmup.rules.timing import after_failure, draw_gap, terms_for
from retinue.capabilities.warmup.rules.turns import look_for_others, next_for, path_to, status_path

__all__ = [
    "ORDER",
    "WORKED_ON",
    "after_failure",
    "asked_for",
    "current",
    "draw_gap",
    "following",
    "hold_of",
    "is_at_hand",
    "is_repeat",
    "look_for_others",
    "next_available_at",
    "next_for",
    "path_to",
    "progress",
    "start_refusal",
    "status_at",
    "status_path",
    "terms_for",
]
