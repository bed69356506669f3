"""What came of the runs, written down for many of them at once."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.safety import service as safety
from retinue.capabilities.settings import service as settings
from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.schemas import Settled
from retinue.foundation.database import DatabaseBusy
from retinue.foundation.runtime import Runtime
from retinue.workflows.working.performing import broken
from retinue.workflows.working.schemas import Outcome

logger = logging.getLogger(__name__)


def write(runtime: Runtime, outcomes: Sequence[Outcome]) -> None:
    """
    All of them in one transaction; one by one where one of them cannot be written.

    Raises:
        DatabaseBusy: nothing was written; try again.
    """
    try:
        with runtime.database.writing() as db:
            settle(db, runtime, outcomes)
    except DatabaseBusy:
        raise
    except Exception:
        logger.exception("%s outcomes could not be written together", len(outcomes))
        for outcome in outcomes:
            _write_alone(runtime, outcome)


def settle(db: Session, runtime: Runtime, outcomes: Sequence[Outcome]) -> None:
    now = runtime.clock.now()
    done = [Settled(one.task, one.result) for one in outcomes if one.is_done]
    if done:
        tasks.complete_many(db, done, now=now)
    unbegun = []
    for one in outcomes:
        if one.is_done or one.is_lost:
            continue
        if one.failure is not None:
            _blame_account(db, runtime, one)
            tasks.fail(db, one.task, one.failure, rng=runtime.rng, now=now)
        elif one.wish is not None:
            wish = one.wish
            tasks.wait(db, one.task, wish.waiting_for, wish.until, wish.why, now=now)
        else:
            unbegun.append(one.task)
    if unbegun:
        tasks.give_back(db, unbegun, now=now)


def _blame_account(db: Session, runtime: Runtime, outcome: Outcome) -> None:
    """What a call of the account met counts for it as it does in a session: before the queue asks how long it rests."""
    account_id = outcome.task.busy_account_id
    if outcome.account_failure is None or account_id is None:
        return
    safety.record_failure(
        db,
        accounts.get(db, account_id),
        outcome.account_failure,
        settings=settings.current(db),
        rng=runtime.rng,
        now=runtime.clock.now(),
    )


def _write_alone(runtime: Runtime, outcome: Outcome) -> None:
    try:
        with runtime.database.writing() as db:
            settle(db, runtime, [outcome])
    except DatabaseBusy:
        raise
    except Exception as error:
        logger.exception("what came of task %s could not be written", outcome.task.id)
        failure = broken(f"Its result could not be written: {error}"[:500])
        told = replace(outcome, is_done=False, result=None, failure=failure, account_failure=None)
        with runtime.database.writing() as db:
            settle(db, runtime, [told])
