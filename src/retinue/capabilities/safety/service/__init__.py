from retinue.capabilities.safety.service.consequences import (
    limits_in_force,
    limits_left,
    record_failure,
    record_success,
    verdict_on,
)
from retinue.capabilities.safety.service.pauses import (
    FLEET,
    pause,
    pause_denial,
    pause_keys,
    pauses,
    refusal_for,
    resume,
    standing_denial,
)
from retinue.capabilities.safety.service.states import standing_of, state_of, states

__all__ = [
    "FLEET",
    "limits_in_force",
    "limits_left",
    "pause",
    "pause_denial",
    "pause_keys",
    "pauses",
    "record_failure",
    "record_success",
    "refusal_for",
    "resume",
    "standing_denial",
    "standing_of",
    "state_of",
    "states",
    "verdict_on",
]
