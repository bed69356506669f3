"""The verbs of the warm-up. None of them commits, but for `tend`, which is a row of short transactions."""

from retinue.capabilities.warmup.service.choosing import assign_content
from retinue.capabilities.warmup.service.fetching import is_renewal_due, picture_of, renew
from retinue.capabilities.warmup.service.offering import accounts_ready
from retinue.capabilities.warmup.service.operating import (
    decide,
    hold,
    look_again,
    retry,
    send_to_review,
    skip,
    start,
)
from retinue.capabilities.warmup.service.overview import (
    bot_list,
    count,
    count_bots,
    count_sessions,
    counts,
    pipeline,
    pipeline_row,
    report,
    session_list,
)
from retinue.capabilities.warmup.service.performing import (
    complete_phase,
    complete_warmup,
    report_error,
    start_phase,
    start_warmup,
)
from retinue.capabilities.warmup.service.presence import (
    is_writing_due,
    note,
    write_notes_of,
)
from retinue.capabilities.warmup.service.reviewing import (
    MISSING,
    SUBJECT,
    ask_for_content,
    subject_of,
)
from retinue.capabilities.warmup.service.showing import status
from retinue.capabilities.warmup.service.tending import CHUNK, tend

__all__ = [
    "CHUNK",
    "MISSING",
    "SUBJECT",
    "accounts_ready",
    "ask_for_content",
    "assign_content",
    "bot_list",
    "complete_phase",
    "complete_warmup",
    "count",
    "count_bots",
    "count_sessions",
    "counts",
    "decide",
    "hold",
    "is_renewal_due",
    "is_writing_due",
    "look_again",
    "note",
    "picture_of",
    "pipeline",
    "pipeline_row",
    "renew",
    "report",
    "report_error",
    "retry",
    "send_to_review",
    "session_list",
    "skip",
    "start",
    "start_phase",
    "start_warmup",
    "status",
    "subject_of",
    "tend",
    "write_notes_of",
]
