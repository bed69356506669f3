from retinue.capabilities.safety.service.consequences import (
    limits_in_force,
    limits_left,
    record_failure,
    record_success,
    verdict_on,
)
from retinue.capabilities.safety.service.contact_lists import parse as parse_contact_list
from retinue.capabilities.safety.service.contact_writing import (
    import_list as import_contacts,
)
from retinue.capabilities.safety.service.contact_writing import (
    preview as preview_contacts,
)
from retinue.capabilities.safety.service.counting import counts_by_state
from retinue.capabilities.safety.service.do_not_contact import (
    add as add_contact,
)
from retinue.capabilities.safety.service.do_not_contact import (
    entries as contact_entries,
)
from retinue.capabilities.safety.service.do_not_contact import (
    later_end,
    left_alone,
    scope_keys_of,
)
from retinue.capabilities.safety.service.do_not_contact import (
    remove as remove_contact,
)
from retinue.capabilities.safety.service.do_not_contact import (
    scope_key as contact_scope_key,
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
from retinue.capabilities.safety.service.ramping import (
    forecast,
    limit_of_all,
    plan_limits,
    ramp_step,
    ramp_step_of,
    shares,
)
from retinue.capabilities.safety.service.states import standing_of, state_of, states

__all__ = [
    "FLEET",
    "add_contact",
    "contact_entries",
    "contact_scope_key",
    "counts_by_state",
    "forecast",
    "import_contacts",
    "later_end",
    "left_alone",
    "limit_of_all",
    "limits_in_force",
    "limits_left",
    "parse_contact_list",
    "pause",
    "pause_denial",
    "pause_keys",
    "pauses",
    "plan_limits",
    "preview_contacts",
    "ramp_step",
    "ramp_step_of",
    "record_failure",
    "record_success",
    "refusal_for",
    "remove_contact",
    "resume",
    "scope_keys_of",
    "shares",
    "standing_denial",
    "standing_of",
    "state_of",
    "states",
    "verdict_on",
]
