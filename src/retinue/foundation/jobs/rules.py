"""When a job runs again. Pure."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from retinue.foundation.clock import real
from retinue.foundation.jobs.models import ATTEMPTS

_RETRY_SECONDS = (10.0, 60.0)


def retry_at(*, attempts: int, now: datetime) -> datetime | None:
    """When a job that has failed `attempts` times is due again; None once it has had them all."""
    if attempts >= ATTEMPTS:
        return None
    return now + real(timedelta(seconds=_RETRY_SECONDS[min(attempts, len(_RETRY_SECONDS)) - 1]))


def next_run(*, due_at: datetime, every: float, now: datetime) -> datetime:
    """The first moment of the schedule after `now`: a gap of any length is made up by one run."""
    rhythm = real(timedelta(seconds=every))
    steps = max(1, math.floor((now - due_at) / rhythm) + 1)
    return due_at + steps * rhythm


def schedule_retry_at(*, attempts: int, due_at: datetime, every: float, now: datetime) -> datetime:
    """
    A schedule is never parked. It tries again soon while it has attempts left in
    this round, and then keeps to its rhythm.
    """
    regular = next_run(due_at=due_at, every=every, now=now)
    soon = retry_at(attempts=attempts, now=now)
    return regular if soon is None else min(soon, regular)
