"""Whether a task that failed is tried again, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from retinue.capabilities.tasks.models import TaskType
from retinue.capabilities.tasks.schemas.work import PROXY, TaskFailure
from retinue.drivers.errors import CallPhase, FailureClass
from retinue.foundation.randomness import Random

RETRIES = 3
FIRST_DELAY = 60.0
LONGEST_DELAY = 1800.0
LONGEST_RETRY_AFTER = 86_400.0
JITTER = 0.1

_MAY_PASS = frozenset({FailureClass.transient, FailureClass.unknown})
_LIMITS = frozenset({FailureClass.rate_limit, FailureClass.daily_cap})
_WRITES = frozenset({TaskType.follow, TaskType.update_profile, TaskType.rotate_password})
"""A call of theirs that may have had an effect is not made again by itself."""


class Verdict(StrEnum):
    again = "again"
    limited = "limited"
    """As `again`, at the cost of no retry."""
    over = "over"


@dataclass(frozen=True, slots=True)
class Decision:
    verdict: Verdict
    delay: float = 0.0
    """Seconds."""


def decide(
    failure: TaskFailure,
    *,
    type: TaskType,  # noqa: A002 - the word of the contract
    retries: int,
    step: int,
    rng: Random,
) -> Decision:
    """
    `retries` are those used up, `step` how often the delay has doubled.

    A read is repeated after whatever may pass. What changes something is repeated only where
    nothing was sent; a documented rate limit has had no effect either. A way out that is down
    ends nothing, however often it is met: its circuit and its alert see to it.
    """
    asked = min(max(0.0, failure.retry_after or 0.0), LONGEST_RETRY_AFTER)
    if failure.failure_class in _LIMITS and failure.phase is not CallPhase.sent:
        return Decision(Verdict.limited, max(delay(0, rng), asked))
    may_pass = failure.failure_class in _MAY_PASS
    is_harmless = type not in _WRITES or failure.phase is CallPhase.not_sent
    is_way_down = failure.source == PROXY and failure.phase is CallPhase.not_sent
    if may_pass and is_harmless and (retries < RETRIES or is_way_down):
        return Decision(Verdict.again, max(delay(step, rng), asked))
    return Decision(Verdict.over)


def after_loss(*, retries: int, step: int, rng: Random) -> Decision:
    """Its worker died. At once the first time; later with a delay, because it may be what kills them."""
    if retries >= RETRIES:
        return Decision(Verdict.over)
    return Decision(Verdict.again, delay(step - 1, rng) if retries else 0.0)


def delay(step: int, rng: Random) -> float:
    """Seconds: 60, doubled with each step, a tenth more or less, thirty minutes at most."""
    plain = FIRST_DELAY * 2.0 ** min(max(step, 0), 10)
    return min(plain * rng.uniform(1 - JITTER, 1 + JITTER), LONGEST_DELAY)


def later(now: datetime, seconds: float, *moments: datetime | None) -> datetime:
    """The latest of `now` plus the delay and whichever moments there are."""
    return max([now + timedelta(seconds=seconds), *(at for at in moments if at is not None)])
