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
from retinue.capabilities.safety.service.states import standing_of, state_of, states

__all__ = [
    "FLEET",
    "add_contact",
    "contact_entries",
    "contact_scope_key",
    "counts_by_state",
    "import_contacts",
    "later_end",
    "left_alone",
    "limits_in_force",
    "limits_left",
    "parse_contact_list",
    "pause",
    "pause_denial",
    "pause_keys",
    "pauses",
    "preview_contacts",
    "record_failure",
    "record_success",
    "refusal_for",
    "remove_contact",
    "resume",
    "scope_keys_of",
    "standing_denial",
    "standing_of",
    "state_of",
    "states",
    "verdict_on",
]
