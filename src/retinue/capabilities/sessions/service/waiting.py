"""Waiting for what an agent does, with short looks and no transaction held open in between."""

from __future__ import annotations

from datetime import timedelta

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account
from retinue.capabilities.sessions import rules
from retinue.capabilities.sessions.errors import SessionFailed, StopUnverified
from retinue.capabilities.sessions.models import OPEN_STATUSES, EngagementSession, SessionStatus
from retinue.capabilities.sessions.service import agents, asking, reading
from retinue.foundation.runtime import Runtime

_NOT_BEGUN = {
    SessionStatus.failed: "has failed",
    SessionStatus.lost: "was lost",
    SessionStatus.timed_out: "timed out",
    SessionStatus.stopped: "was stopped",
}
_LOOK_SECONDS = 0.05
_START_SECONDS = 20.0
_STOP_SECONDS = rules.ASKED_SECONDS + rules.TERMINATED_SECONDS + 15.0


def start(
    runtime: Runtime, account_id: int, *, requested_by: str, agent: str | None = None
) -> EngagementSession:
    """
    Order a session and wait until its process is at work.

    Raises:
        AlreadyRunning, NotAvailable, PlanUnusable: as `request_start`.
        AgentSilent: no agent took it up; the order is taken back.
        SessionFailed: it ended at once, and not because its work was done.
    """
    with runtime.database.writing() as db:
        session = asking.request_start(
            db,
            accounts.get(db, account_id),
            requested_by=requested_by,
            timeout=timedelta(seconds=runtime.configuration.session_timeout),
            now=runtime.clock.now(),
            agent=agent,
        )
    return until_begun(runtime, session.id)


def stop(runtime: Runtime, account_id: int, *, requested_by: str) -> EngagementSession:
    """
    Order the end of the account's session and wait until its process tree is gone.

    Raises:
        NotRunning, AgentSilent: as `request_stop`.
        StopUnverified: it was ordered, and is not known to be done yet.
    """
    with runtime.database.writing() as db:
        account: Account = accounts.get(db, account_id)
        session = asking.request_stop(
            db, account, requested_by=requested_by, now=runtime.clock.now()
        )
    return until_gone(runtime, session.id)


def until_begun(runtime: Runtime, session_id: str) -> EngagementSession:
    deadline = runtime.clock.monotonic() + _START_SECONDS
    while True:
        session = _look(runtime, session_id)
        said = _NOT_BEGUN.get(session.status)
        if said is not None:
            why = session.last_error or session.stop_reason or "no reason was kept"
            raise SessionFailed(
                f"The session {said} at once: {why.splitlines()[0]}", session_id=session_id
            )
        if session.status is not SessionStatus.starting:
            return session
        if runtime.clock.monotonic() > deadline:
            _take_back(runtime, session)
            deadline += _START_SECONDS
        runtime.clock.sleep(_LOOK_SECONDS)


def until_gone(runtime: Runtime, session_id: str) -> EngagementSession:
    deadline = runtime.clock.monotonic() + _STOP_SECONDS
    while True:
        session = _look(runtime, session_id)
        if session.status not in OPEN_STATUSES:
            return session
        with runtime.database.reading() as db:
            agents.check_agent(db, session.agent, now=runtime.clock.now())
        if runtime.clock.monotonic() > deadline:
            raise StopUnverified(
                f"The stop of session {session_id} is ordered, but agent {session.agent} has not"
                " confirmed yet that its processes are gone.",
                retry_after=5,
                session_id=session_id,
            )
        runtime.clock.sleep(_LOOK_SECONDS)


def _look(runtime: Runtime, session_id: str) -> EngagementSession:
    with runtime.database.reading() as db:
        return reading.get(db, session_id)


def _take_back(runtime: Runtime, session: EngagementSession) -> None:
    """Nobody took the order up: it must not come to life after the caller was told that it did not."""
    with runtime.database.writing() as db:
        is_taken_back = asking.give_up_start(db, session.id, now=runtime.clock.now())
    if is_taken_back:
        with runtime.database.reading() as db:
            raise agents.silent_now(db, session.agent)
