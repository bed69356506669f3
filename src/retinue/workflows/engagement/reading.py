"""Reads from the network: they may be repeated, so a passing trouble is waited out here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.safety import service as safety
from retinue.capabilities.safety.schemas import Consequence, Failure
from retinue.capabilities.sessions.models import SessionStatus
from retinue.capabilities.settings import service as settings
from retinue.drivers.errors import DriverError, FailureClass
from retinue.workflows.engagement import pacing
from retinue.workflows.engagement.assignment import Assignment, SessionEnds

Found = TypeVar("Found")

_ABOUT_PERSON = frozenset({FailureClass.not_found, FailureClass.target_private})
_TRIES = 4
_FIRST_PAUSE_SECONDS = 2.0


class Unreadable(Exception):
    """The person or the source cannot be seen: gone or private. The account is none the worse."""

    def __init__(self, failure: FailureClass, message: str) -> None:
        super().__init__(message)
        self.failure = failure
        self.message = message


def read(work: Assignment, call: Callable[[], Found]) -> Found:
    """
    Raises:
        Unreadable: what was asked for is gone or private.
        SessionEnds: the account itself was refused, or the trouble did not pass.
    """
    error: DriverError | None = None
    for attempt in range(_TRIES):
        pacing.check_may_go_on(work)
        try:
            return call()
        except DriverError as found:
            error = found
        if error.failure in _ABOUT_PERSON:
            raise Unreadable(error.failure, error.message) from error
        consequence = _write_down(work, error)
        if consequence.verdict.ends_session:
            raise SessionEnds(SessionStatus.failed, error.message, error=str(error)) from error
        if consequence.standing.cooldown_until is not None:
            raise SessionEnds(SessionStatus.completed, "the account is cooling down") from error
        pause = timedelta(seconds=_FIRST_PAUSE_SECONDS * 2**attempt)
        until = consequence.wait_until or work.now() + pause
        pacing.wait_until(work, until, why="the network asked for a pause")
    message = f"{_TRIES} reads in a row have failed: {error}"
    raise SessionEnds(SessionStatus.failed, "the network cannot be read", error=message)


def _write_down(work: Assignment, error: DriverError) -> Consequence:
    now = work.now()
    work.progress.failed(str(error))
    failure = Failure(
        failure=error.failure,
        phase=error.phase,
        message=error.message,
        retry_after=error.retry_after,
        session_id=work.session_id,
    )
    with work.runtime.database.writing() as db:
        return safety.record_failure(
            db,
            accounts.get(db, work.account.id),
            failure,
            settings=settings.current(db),
            rng=work.runtime.rng,
            now=now,
        )
