"""
One act: reserve, act, settle. The blank lines are the transaction edges.

What stands here is the promise: the intent is on disk before the first byte
leaves, and nothing in this file ever performs an act twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.models import AttemptState
from retinue.capabilities.ledger.schemas import (
    Declined,
    IntentRequest,
    Outcome,
    Reserved,
    Settled,
)
from retinue.capabilities.sessions import service as sessions
from retinue.capabilities.settings import service as settings
from retinue.drivers.errors import DriverError
from retinue.drivers.network.protocol import Receipt
from retinue.foundation import failpoints
from retinue.foundation.database import DatabaseBusy
from retinue.workflows.engagement.assignment import Assignment

_SETTLE_TRIES = 5
_SETTLE_PAUSE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Act:
    """`perform` reaches the network and is called at most once."""

    request: IntentRequest
    perform: Callable[[], Receipt]


def act_once(work: Assignment, act: Act) -> Settled | Declined:
    """
    Perform the act if the ledger grants it, and write down what came of it.

    Raises:
        SessionOver: a stop was asked for before the intent was written.
    """
    reserved = _reserve(work, act.request)
    if isinstance(reserved, Declined):
        return reserved
    failpoints.reach("after_intent_commit")

    outcome = _perform(work, act)

    return _settle(work, reserved, outcome)


def _reserve(work: Assignment, request: IntentRequest) -> Reserved | Declined:
    now = work.now()
    with work.runtime.database.writing() as db:
        sessions.ensure_may_act(db, work.session_id, fence=work.fence, now=now)
        reserved = ledger.reserve(db, request, settings=settings.current(db), now=now)
        failpoints.reach("before_intent_commit")
    return reserved


def _perform(work: Assignment, act: Act) -> Outcome:
    clock = work.runtime.clock
    started = clock.monotonic()
    work.phases.is_acting = True
    try:
        receipt = act.perform()
    except DriverError as error:
        work.progress.failed(str(error))
        return ledger.outcome_of(error, latency_ms=_milliseconds(clock.monotonic() - started))
    finally:
        work.phases.is_acting = False
    return Outcome(
        state=AttemptState.confirmed,
        latency_ms=_milliseconds(clock.monotonic() - started),
        evidence={"effect_id": receipt.effect_id},
    )


def _settle(work: Assignment, reserved: Reserved, outcome: Outcome) -> Settled:
    """The settlement may be repeated, unlike the act: a busy database is waited out."""
    for _ in range(_SETTLE_TRIES - 1):
        try:
            return _settle_once(work, reserved, outcome)
        except DatabaseBusy:
            work.runtime.clock.sleep(_SETTLE_PAUSE_SECONDS)
    return _settle_once(work, reserved, outcome)


def _settle_once(work: Assignment, reserved: Reserved, outcome: Outcome) -> Settled:
    with work.runtime.database.writing() as db:
        settled = ledger.settle(
            db,
            reserved.attempt_id,
            outcome,
            settings=settings.current(db),
            rng=work.runtime.rng,
            now=work.now(),
        )
        failpoints.reach("before_settle_commit")
    return settled


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)
