"""Waiting that a stop can end, and the moments at which a session must be over."""

from __future__ import annotations

from datetime import datetime, timedelta

from retinue.capabilities.plans import service as plans
from retinue.capabilities.sessions.models import SessionStatus
from retinue.workflows.engagement.assignment import Assignment, SessionEnds

_STEP_SECONDS = 20.0
# Longer than this is not a pause but the end of the day's work.
_LONGEST_WAIT = timedelta(hours=1)


def check_may_go_on(work: Assignment) -> None:
    """
    Raises:
        SessionEnds: a stop was asked for, or the working hours are over.
    """
    if work.stop.is_set():
        raise SessionEnds(SessionStatus.stopped, "stopped by request")
    hours = work.plan.working_hours
    if not plans.is_within(hours, work.now(), shift=work.shift):
        raise SessionEnds(SessionStatus.completed, "the working hours are over")


def wait_until(work: Assignment, until: datetime, *, why: str) -> None:
    """
    Sit still, in steps, so that a stop and the end of the working hours are seen.

    Raises:
        SessionEnds: one of the two came first, or the wait would be longer than an hour.
    """
    if until - work.now() > _LONGEST_WAIT:
        moment = until.strftime("%Y-%m-%d %H:%M UTC")
        raise SessionEnds(SessionStatus.completed, f"{why} until {moment}")
    while (left := (until - work.now()).total_seconds()) > 0:
        check_may_go_on(work)
        work.runtime.clock.sleep(min(left, _STEP_SECONDS), until=work.stop)
    check_may_go_on(work)
