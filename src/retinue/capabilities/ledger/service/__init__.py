"""The verbs of the ledger."""

from retinue.capabilities.ledger.service.answering import (
    Answers,
    cache_counts,
    note_cache,
    should_engage,
    should_engage_all,
)
from retinue.capabilities.ledger.service.asking import (
    Question,
    check,
    count_events,
    events,
    is_engaged,
    why,
)
from retinue.capabilities.ledger.service.attempts import (
    count_attempts,
    find_attempt,
    list_attempts,
)
from retinue.capabilities.ledger.service.clearing import clear
from retinue.capabilities.ledger.service.clearing import resume as resume_clearings
from retinue.capabilities.ledger.service.doubts import (
    CONSISTENCY_WAIT,
    ask_for_probe,
    claim_probes,
    due_accounts,
    evidence_with,
    has_due_probe,
    is_absence_readable,
    note_probe,
    put_off_probes,
    take_back,
    text_hash,
)
from retinue.capabilities.ledger.service.figures import (
    counts_by_status,
    daily,
    last_24_hours,
    limits,
    unknowns,
)
from retinue.capabilities.ledger.service.history import filters, save, save_filters
from retinue.capabilities.ledger.service.people import remember_available, remember_unavailable
from retinue.capabilities.ledger.service.replaying import (
    Remembered,
    is_known,
    replay,
)
from retinue.capabilities.ledger.service.reserving import reserve
from retinue.capabilities.ledger.service.settling import (
    outcome_of,
    resolve,
    settle,
    settle_open_of_session,
    settle_orphans,
)
from retinue.capabilities.ledger.service.skipping import skip
from retinue.capabilities.ledger.service.sources import (
    has_contacts,
    note_follower,
    note_followers,
    scoreboard,
)
from retinue.capabilities.ledger.service.sweeping import CHUNK, clean_up, sweep
from retinue.capabilities.ledger.service.tallying import (
    TALLY_CHUNK,
    counts_between,
    latencies,
    success_rate,
    tally,
)

__all__ = [
    "CHUNK",
    "CONSISTENCY_WAIT",
    "TALLY_CHUNK",
    "Answers",
    "Question",
    "Remembered",
    "ask_for_probe",
    "cache_counts",
    "check",
    "claim_probes",
    "clean_up",
    "clear",
    "count_attempts",
    "count_events",
    "counts_between",
    "counts_by_status",
    "daily",
    "due_accounts",
    "events",
    "evidence_with",
    "filters",
    "find_attempt",
    "has_contacts",
    "has_due_probe",
    "is_absence_readable",
    "is_engaged",
    "is_known",
    "last_24_hours",
    "latencies",
    "limits",
    "list_attempts",
    "note_cache",
    "note_follower",
    "note_followers",
    "note_probe",
    "outcome_of",
    "put_off_probes",
    "remember_available",
    "remember_unavailable",
    "replay",
    "reserve",
    "resolve",
    "resume_clearings",
    "save",
    "save_filters",
    "scoreboard",
    "settle",
    "settle_open_of_session",
    "settle_orphans",
    "should_engage",
    "should_engage_all",
    "skip",
    "success_rate",
    "sweep",
    "take_back",
    "tally",
    "text_hash",
    "unknowns",
    "why",
]
