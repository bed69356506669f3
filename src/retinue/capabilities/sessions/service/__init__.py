"""The verbs of sessions: of those who ask for one, of the agent that makes it so, and of the process at work."""

from retinue.capabilities.sessions.rules import (
    HEARTBEAT_MISSING,
    HEARTBEAT_SECONDS,
    KNOWN_EXITS,
    LEASE_TTL,
    is_silent,
    status_of_exit,
    stop_step,
)
from retinue.capabilities.sessions.service.asking import (
    give_up_start,
    request_start,
    request_stop,
)
from retinue.capabilities.sessions.service.reading import (
    events_page,
    get,
    is_agent_silent,
    newest,
    open_logins,
    page,
    read,
    stats,
    status,
)
from retinue.capabilities.sessions.service.supervising import (
    end,
    is_waiting,
    mark_stopping,
    note_process,
    order_of,
    register_agent,
    report_agent,
    sweep_samples,
    watched,
)
from retinue.capabilities.sessions.service.waiting import start, stop, until_begun, until_gone
from retinue.capabilities.sessions.service.working import (
    beat,
    begin,
    ensure_may_act,
    note_reason,
)

__all__ = [
    "HEARTBEAT_MISSING",
    "HEARTBEAT_SECONDS",
    "KNOWN_EXITS",
    "LEASE_TTL",
    "beat",
    "begin",
    "end",
    "ensure_may_act",
    "events_page",
    "get",
    "give_up_start",
    "is_agent_silent",
    "is_silent",
    "is_waiting",
    "mark_stopping",
    "newest",
    "note_process",
    "note_reason",
    "open_logins",
    "order_of",
    "page",
    "read",
    "register_agent",
    "report_agent",
    "request_start",
    "request_stop",
    "start",
    "stats",
    "status",
    "status_of_exit",
    "stop",
    "stop_step",
    "sweep_samples",
    "until_begun",
    "until_gone",
    "watched",
]
