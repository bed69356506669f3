"""
What sessions refuse.

    SessionNotFound   404
    AlreadyRunning    409   the account has a session; `facts` name it
    NotAvailable      409   the account may not work now; `reason` and, where known, `until`
    NotRunning        409   there is nothing to stop
    SessionFailed     409   it was started and ended at once; the message says why
    SessionOver       409   the session may not act any more
    AgentNameTaken    409   another agent of this name is at work
    AgentSilent       503   nobody is there to do it; names the agent
    StopUnverified    503   the process tree is not known to be gone yet
"""

from __future__ import annotations

from retinue.foundation.errors import Conflict, NotFound, Unavailable


class SessionNotFound(NotFound):
    """There is no such session."""

    code = "session_not_found"


class AlreadyRunning(Conflict):
    """The account has a session that has not ended."""

    code = "already_running"


class NotAvailable(Conflict):
    """The account may not work now; `reason` says why and `until` when that ends."""

    code = "not_available"


class NotRunning(Conflict):
    """The account has no session to stop."""

    code = "not_running"


class SessionFailed(Conflict):
    """The session was started and has failed at once."""

    code = "session_failed"


class SessionOver(Conflict):
    """The session was asked to stop or has ended: nothing new may begin."""

    code = "session_over"


class AgentSilent(Unavailable):
    """No agent has reported for 15 seconds, so no process can be started or ended."""

    code = "agent_silent"


class AgentNameTaken(Conflict):
    """Another agent of this name is at work; whatever is its own stays its own."""

    code = "agent_name_taken"


class StopUnverified(Unavailable):
    """The stop was ordered, but the process tree is not known to be gone yet."""

    code = "stop_unverified"
